import CommandLineKit
import Verification
import Workbench

/// The command line of `verify`.
enum VerifyCommand {
    static let golden = Option(
        "golden", .required("FILE"),
        help:
            "What another implementation computed: a checkpoint with 'input' and 'output'. Required with CKPT, unless --original-program is given."
    )
    static let images = Option(
        "images", .several("FOLDER|FILE"), repeats: true,
        help:
            "The golden's images: also make its input from them by the config's test pipeline, and name the step that differs and what it should be. With --original-program: images that both models run on. With --suite: one image, on which models without a golden are run."
    )
    static let originalProgram = Option(
        "original-program", .required("FILE.pt2"),
        help: "In place of a golden: the original model as torch.export.save wrote it, run beside the converted one.")
    static let original = Option(
        "original", .required("IN"), help: "The original's checkpoint. Without it: the weights in the program.")
    static let inputs = Option(
        "inputs", .required("N"),
        help: "How many seeded inputs both models run on. Without it: 1, or none with --images.")
    static let pipeline = Option(
        "pipeline", .required("CONFIG.py|NAME"),
        help:
            "The config, or MMPreTrain's name of it, whose test pipeline makes inputs of --images. Without it: the model's own."
    )
    static let rules = Option(
        "rules", .required("FILE|NAME"),
        help:
            "The rules that converted: with --layers they say which of the original's layers is which. Without them: equal names, or the bundled rules that name most layers."
    )
    static let layers = Option(
        "layers", help: "Also compare the golden's or the original's layers, and name the first that diverges.")
    static let precision = Option(
        "precision", .choice(VerificationReport.Precision.allCases.map(\.rawValue)),
        help: "The arithmetic whose result is judged; float32 by default.")
    static let tolerance = Option(
        "tolerance", .required("X"),
        help: "The largest absolute difference that passes, in place of what the measured noise floor gives.")
    static let junit = Option(
        "junit", .required("OUT"),
        help: "Also write the report as JUnit XML, even after an error, which it then contains.")
    static let html = Option(
        "html", .required("OUT"), help: "Also write the report as a web page: one file that loads nothing.")

    static let format = ReportFormat.option([.text, .json, .github])

    static let command = Command(
        name: "verify", version: workbenchVersion,
        summary: "runs a checkpoint's model and says whether it computes what the original computed.",
        positionals: [
            .init(
                "CKPT", isOptional: true,
                help:
                    "The checkpoint with the weights. Without it, the model runs once on seeded weights, to check that it is registered and builds, that its output and features have the expected shapes, that every number is finite and that every parameter is used."
            )
        ],
        groups: [
            OptionGroup(
                "What to run and to compare with", ModelOptions.withPrograms + [golden, images] + WeightOptions.all),
            OptionGroup("The original in place of a golden", [originalProgram, original, inputs, rules, pipeline]),
            OptionGroup("How to judge", [precision, tolerance, layers, ImageOptions.pillow]),
            OptionGroup("Two goldens", [compare]),
            OptionGroup("Many models", [suite, models, checkpointRoot, data, shard, merge]),
            OptionGroup("Reports", [format, .json, junit, html]),
        ],
        examples: [
            .init(
                "verify out.pth --model mobilenet_v2 --golden golden.pth", "The same numbers as the original's?"),
            .init(
                "verify out.pth --model resnet50 --golden golden.pth --layers", "Which layer is the first to differ?"),
            .init(
                "verify out.pth --config CONFIG.py --golden golden.pth --images dog.jpg",
                "Is the image prepared as the original's was, too?"),
            .init("verify --compare timm.pth torchvision.pth", "Do two captured outputs agree?"),
            .init("verify --model resnet50", "What MMPreTrain's own test of a model tests; it needs no weights."),
            .init(
                "verify --suite model-index.yml --models 'resnet*' --junit report.xml",
                "MMPreTrain's 1-benchmark_valid.py: do these models run?"),
        ],
        finding: "the outputs differ by more than rounding explains, or a model is not what it should be")

    /// An earlier report would still say that all is well.
    static func fail(_ message: String, _ arguments: Arguments) {
        let suite = arguments.value(of: suite) ?? arguments.positionals.first ?? "verify"
        if let path = arguments.value(of: junit), !isInput(path, arguments) {
            try? FailureReport.writeJUnit(message, suite: suite, to: path)
        }
        if let path = arguments.value(of: html), !isInput(path, arguments) {
            try? SuiteReport(failure: message, suite: suite).writeHTML(to: path)
        }
    }

    /// Whether the file at the path of a report is also named by another word of the command line.
    private static func isInput(_ path: String, _ arguments: Arguments) -> Bool {
        let inputs = command.options.filter { $0 != junit && $0 != html }.flatMap { arguments.values(of: $0) }
        return FileIdentity.isShared(by: path, and: arguments.positionals + inputs)
    }

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        _ = try ReportFormat.asked(for: arguments)
        for option in [junit, html] {
            if let path = arguments.value(of: option), isInput(path, arguments) {
                throw WorkbenchError.unsupportedOutput(
                    path: path, reason: "is an input, which --\(option.name) would replace")
            }
        }
        if arguments.has(compare) {
            for option in [suite, merge, models, checkpointRoot, data, shard] where arguments.has(option) {
                throw UsageError.combination("--compare and --\(option.name) exclude each other")
            }
            return try runComparison(arguments, console)
        }
        if arguments.has(suite) || arguments.has(merge) { return try runSuite(arguments, console) }
        for option in [models, checkpointRoot, data, shard] where arguments.has(option) {
            throw UsageError.combination("--\(option.name) needs --suite")
        }
        guard let model = try ModelOptions.source(arguments, takesOutput: arguments.has(originalProgram)) else {
            throw UsageError.combination("--model NAME, --config CONFIG.py or --program FILE.pt2 is missing")
        }
        guard let checkpoint = arguments.positionals.first else { return try check(model, arguments, console) }
        let options = try request(of: checkpoint, as: model, arguments)
        let verification = try console.withProgress("verifying") { try ModelVerification.run(options, progress: $0) }
        if let warning = verification.safetyWarning { console.report(warning) }
        for note in verification.notes { console.note(note) }
        return try deliver(verification, arguments, console)
    }

    /// What the options ask for of one checkpoint, against a golden or an original.
    private static func request(
        of checkpoint: String, as model: ModelSource, _ arguments: Arguments
    ) throws -> ModelVerification.Options {
        let precision = arguments.value(of: precision).flatMap(VerificationReport.Precision.init) ?? .float32
        let judgement = Verifier.Options(
            precision: precision, tolerance: try arguments.magnitude(of: tolerance),
            comparesLayers: arguments.has(layers))
        let selection = WeightOptions.selection(arguments)
        var options: ModelVerification.Options
        switch (arguments.value(of: golden), try originalModel(arguments)) {
        case (let golden?, nil):
            options = .init(
                checkpoint: checkpoint, golden: golden, model: model, selection: selection, judgement: judgement,
                images: arguments.values(of: images), pillow: try ImageOptions.pillowRelease(arguments))
            if arguments.has(rules), !arguments.has(layers) {
                throw UsageError.combination("--rules says which layer is which: it needs --layers")
            }
            options.rules = arguments.value(of: rules)
        case (nil, let original?):
            for option in [ImageOptions.pillow, pipeline] where arguments.has(option) && !arguments.has(images) {
                throw UsageError.combination("--\(option.name) needs --images")
            }
            options = .init(
                checkpoint: checkpoint, original: original, model: model, selection: selection, judgement: judgement,
                images: arguments.values(of: images), pillow: try ImageOptions.pillowRelease(arguments),
                pipeline: arguments.value(of: pipeline).map {
                    $0.hasSuffix(".py") ? PipelineSource.config($0) : .model($0)
                })
        case (nil, nil): throw UsageError.combination("--golden FILE or --original-program FILE.pt2 is missing")
        case (_?, _?): throw UsageError.combination("--golden and --original-program exclude each other")
        }
        return options
    }

    /// What needs a checkpoint.
    static let ofCheckpoints = [
        golden, images, originalProgram, original, inputs, rules, pipeline, precision, tolerance, layers,
        ImageOptions.pillow,
    ]

    /// `verify` without a checkpoint: the model runs on seeded weights.
    private static func check(
        _ model: ModelSource, _ arguments: Arguments, _ console: Console
    ) throws -> ExitStatus {
        for option in ofCheckpoints + WeightOptions.all where arguments.has(option) {
            throw UsageError.combination("--\(option.name) needs CKPT")
        }
        let check = try console.withStages("checking the model") {
            try ModelCheck.run(ModelCheck.Options(model: model), stage: $0)
        }
        for note in check.notes { console.note(note) }
        return try deliver(check, arguments, console)
    }

    /// What is run in place of a golden; nil where none is named.
    private static func originalModel(_ arguments: Arguments) throws -> OriginalModel? {
        guard let program = arguments.value(of: originalProgram) else {
            for option in [original, inputs, pipeline] where arguments.has(option) {
                throw UsageError.combination("--\(option.name) needs --original-program")
            }
            return nil
        }
        return OriginalModel(
            program: program, checkpoint: arguments.value(of: original),
            output: try arguments.integer(of: ModelOptions.output, atLeast: 0),
            inputs: try arguments.integer(of: inputs, atLeast: 1), rules: arguments.value(of: rules))
    }
}
