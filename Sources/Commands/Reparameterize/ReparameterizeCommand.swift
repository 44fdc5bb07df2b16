import CommandLineKit
import Workbench

/// The command line of `reparameterize`.
enum ReparameterizeCommand {
    static let stateKey = WeightOptions.stateKeyOption("The dictionary of IN with the weights")

    static let command = Command(
        name: "reparameterize", version: workbenchVersion,
        summary:
            "folds the branches that a model is trained with into the layers that it is deployed with, and proves that it computes the same.",
        positionals: [
            .init(
                "IN", repeats: true,
                help:
                    "The checkpoint of the trained model; without --model and --config, a config of MMPreTrain before it."
            ),
            .init(
                "OUT",
                help:
                    "The file to write, whole or not at all, and only when the deploy model with its weights has computed what the trained one did: .pth, .pt, .ckpt, .bin or .safetensors."
            ),
        ],
        groups: [
            OptionGroup("What to fold", ModelOptions.all + [stateKey]),
            OptionGroup("Reports", [.json]),
        ],
        examples: [
            .init(
                "reparameterize --model repvgg-A0_8xb32_in1k epoch_120.pth deploy.pth",
                "One 3×3 convolution a block, where three branches were."),
            .init(
                "reparameterize configs/repvgg/repvgg-A0_8xb32_in1k.py in.pth deploy.pth",
                "The same, as MMPreTrain's script is called."),
        ],
        finding: "the deploy model does not compute what the trained one does; nothing is written")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        var words = arguments.positionals
        let config = words.first?.hasSuffix(".py") == true ? words.removeFirst() : nil
        guard words.count >= 2 else { throw UsageError.missingPositional("OUT") }
        guard words.count == 2 else { throw UsageError.unexpectedPositional(words[2]) }
        guard let model = try ModelOptions.source(arguments, config: config) else {
            throw UsageError.combination("--model NAME or CONFIG.py is missing")
        }
        let folding = try Reparameterization(
            Reparameterization.Options(
                input: words[0], output: words[1], model: model, stateKey: arguments.value(of: stateKey)))
        if let warning = folding.safetyWarning { console.report(warning) }
        console.report(notesOf: folding.checkpoint)
        for note in folding.notes { console.note(note) }
        let outcome = try console.withStages("folding") { try folding.write(stage: $0) }
        if arguments.has(.json) {
            try console.write(report: folding.json(outcome))
        } else {
            try console.write(folding.text(outcome, console.palette), isFine: outcome.file != nil)
        }
        return outcome.file == nil ? .finding : .success
    }
}
