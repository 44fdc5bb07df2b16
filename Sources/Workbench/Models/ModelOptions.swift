import CheckpointIO
import CommandLineKit

/// The options by which the tools name a model.
package enum ModelOptions {
    package static let model = Option(
        "model", .required("NAME"), help: "A built-in model: MMPreTrain's name of it, or a short one such as resnet50.")
    package static let config = Option(
        "config", .required("CONFIG.py"), help: "The model that a config of MMPreTrain describes. It is read, not run.")
    package static let program = Option(
        "program", .required("FILE.pt2"),
        help: "The model that torch.export.save wrote. Its graph is read; nothing in it is run.")
    package static let output = Option(
        "output", .required("N"),
        help: "Which of the program's outputs to use, counted from 0. Without it: the first of floats.")
    package static let classes = Option(
        "num-classes", .required("N"),
        help: "How many classes the model has. Without it: the config's number or, with --model, the checkpoint's.")
    package static let configOptions = Option(
        "cfg-options", .pairs("K=V"), repeats: true,
        help: "Change a value of the config first, as in model.head.num_classes=10.")

    /// The options of tools that need a model of MMPreTrain.
    package static let all = [model, config, classes, configOptions]
    /// The options of tools that take any model.
    package static let withPrograms = [model, config, program, output, classes, configOptions]

    /// What the command line says; nil where it names no model.
    /// - Parameters:
    ///   - path: a config that is a word of its own, in place of `--config`.
    ///   - takesOutput: whether something else than `--program` has outputs, so that `--output` may be there without it.
    package static func source(
        _ arguments: Arguments, config path: String? = nil, takesOutput: Bool = false
    ) throws(UsageError) -> ModelSource? {
        if path != nil, arguments.has(config) { throw .combination("--config and a config exclude each other") }
        if let path, arguments.has(model) { throw .combination("--model and the config '\(path)' exclude each other") }
        return try ModelSource(
            model: arguments.value(of: model), config: path ?? arguments.value(of: config),
            program: arguments.value(of: program),
            output: takesOutput && !arguments.has(program) ? nil : try arguments.integer(of: output, atLeast: 0),
            classes: try arguments.integer(of: classes, atLeast: 1),
            configOptions: arguments.values(of: configOptions))
    }
}

/// The options by which the tools say how rules are followed.
package enum RuleOptions {
    package static let reverse = Option("reverse", help: "Follow the rules backward.")
    package static let set = Option(
        "set", .required("PARAM=VALUE"), repeats: true,
        help: "Fix a parameter of the rules; otherwise it is deduced from the keys.")
}

/// The options by which the tools name the weights in a checkpoint.
package enum WeightOptions {
    package static let stateKey = stateKeyOption("The dictionary of CKPT with the weights")
    package static let stripPrefix = Option(
        "strip-prefix", .required("PREFIX|auto"),
        help:
            "Take a wrapper's prefix off the keys: module., _orig_mod., the attribute of a Lightning checkpoint … auto finds out which."
    )

    /// `--state-key` of a tool that searches the usual keys without it.
    /// - Parameter dictionary: what the tool does with the dictionary, as `The dictionary to show`.
    package static func stateKeyOption(_ dictionary: String) -> Option {
        Option(
            "state-key", .required("KEY"),
            help: "\(dictionary), as a dotted path. Without it: state_dict, model or another usual one.")
    }

    package static let all = [stateKey, stripPrefix]

    /// What the command line says, also by options of these names that have a help text of their own.
    package static func selection(_ arguments: Arguments) -> StateDictSelection {
        StateDictSelection(
            stateKey: arguments.value(of: stateKey),
            prefix: arguments.value(of: stripPrefix).map { WrapperPrefix($0) })
    }
}

/// The option by which the tools say how images are resized.
package enum ImageOptions {
    package static let pillow = Option(
        "pillow", .choice(["11", "12", "13"]),
        help: "The release of Pillow whose resize is followed where a step has backend='pillow'; 13 by default.")

    /// What the command line says, also by an option of this name that has a help text of its own.
    package static func pillowRelease(_ arguments: Arguments) throws(UsageError) -> Int {
        try arguments.integer(of: pillow) ?? 13
    }
}
