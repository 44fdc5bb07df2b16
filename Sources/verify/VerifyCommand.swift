import CommandLineKit
import Verification
import Workbench

/// The command line of `verify`.
enum VerifyCommand {
    static let golden = Option(
        "golden", .required("FILE"),
        help: "What another implementation computed: a checkpoint with 'input' and 'output'.")
    static let originalProgram = Option(
        "original-program", .required("FILE.pt2"),
        help: "In place of a golden: the original model as torch.export.save wrote it, run beside the converted one.")
    static let original = Option(
        "original", .required("IN"), help: "The original's checkpoint. Without it: the weights in the program.")
    static let inputs = Option(
        "inputs", .required("N"), help: "How many seeded inputs both models run on; 1 without it.")
    static let rules = Option(
        "rules", .required("FILE|NAME"),
        help: "The rules that converted: they say which layer of the original is which. Without them: equal names.")
    static let layers = Option("layers", help: "Compare the golden's layers, too, and name the first that diverges.")
    static let precision = Option(
        "precision", .choice(VerificationReport.Precision.allCases.map(\.rawValue)),
        help: "The arithmetic whose result is judged; float32 without it.")
    static let tolerance = Option(
        "tolerance", .required("X"),
        help: "The largest absolute difference that passes, in place of what the measured noise floor gives.")
    static let junit = Option("junit", .required("OUT"), help: "Write the report as JUnit XML, too.")

    static let command = Command(
        name: "verify", version: workbenchVersion,
        summary: "runs a checkpoint's model and says whether it computes what the original computed.",
        positionals: [.init("CKPT", help: "The checkpoint with the weights.")],
        groups: [
            OptionGroup("What to run and to compare with", ModelOptions.withPrograms + [golden] + WeightOptions.all),
            OptionGroup("The original in place of a golden", [originalProgram, original, inputs, rules]),
            OptionGroup("How to judge", [precision, tolerance, layers]),
            OptionGroup("Reports", [.json, junit]),
        ],
        examples: [
            .init(
                "verify out.pth --model mobilenet_v2 --golden golden.pth", "The same numbers as the original's?"),
            .init(
                "verify out.pth --model resnet50 --golden golden.pth --layers", "Which layer is the first to differ?"),
        ],
        finding: "the outputs differ by more than rounding explains")

    /// An earlier report would still say that all is well.
    static func fail(_ message: String, _ arguments: Arguments) {
        guard let path = arguments.value(of: junit) else { return }
        let suite = arguments.positionals.first ?? "verify"
        try? FailureReport.writeJUnit(message, suite: suite, to: path)
    }

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        guard let model = try ModelOptions.source(arguments) else {
            throw UsageError.combination("--model NAME, --config CONFIG.py or --program FILE.pt2 is missing")
        }
        let precision = arguments.value(of: precision).flatMap(VerificationReport.Precision.init) ?? .float32
        let judgement = Verifier.Options(
            precision: precision, tolerance: try arguments.magnitude(of: tolerance), comparesLayers: arguments.has(layers))
        let (checkpoint, selection) = (arguments.positionals[0], WeightOptions.selection(arguments))
        let options: ModelVerification.Options
        switch (arguments.value(of: golden), try originalModel(arguments)) {
        case (let golden?, nil):
            options = .init(
                checkpoint: checkpoint, golden: golden, model: model, selection: selection, judgement: judgement)
        case (nil, let original?):
            options = .init(
                checkpoint: checkpoint, original: original, model: model, selection: selection, judgement: judgement)
        case (nil, nil): throw UsageError.combination("--golden FILE or --original-program FILE.pt2 is missing")
        case (_?, _?): throw UsageError.combination("--golden and --original-program exclude each other")
        }
        let verification = try ModelVerification.run(options)
        if let warning = verification.safetyWarning { console.report(warning) }
        for note in verification.notes { console.report("note: \(note)") }
        if let path = arguments.value(of: junit) { try verification.writeJUnit(to: path) }
        try console.write(arguments.has(.json) ? verification.json.text : verification.text(console.palette))
        return verification.report.passed ? .success : .finding
    }

    /// What is run in place of a golden; nil where none is named.
    private static func originalModel(_ arguments: Arguments) throws -> OriginalModel? {
        guard let program = arguments.value(of: originalProgram) else {
            for option in [original, inputs, rules] where arguments.has(option) {
                throw UsageError.combination("--\(option.name) needs --original-program")
            }
            return nil
        }
        return OriginalModel(
            program: program, checkpoint: arguments.value(of: original),
            inputs: try arguments.integer(of: inputs, atLeast: 1) ?? 1, rules: arguments.value(of: rules))
    }
}
