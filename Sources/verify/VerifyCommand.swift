import CommandLineKit
import Verification
import Workbench

/// The command line of `verify`.
enum VerifyCommand {
    static let golden = Option(
        "golden", .required("FILE"),
        help: "What another implementation computed: a checkpoint with 'input' and 'output'. Required.")
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
            OptionGroup("What to run and to compare with", ModelOptions.all + [golden] + WeightOptions.all),
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
            throw UsageError.combination("--model NAME or --config CONFIG.py is missing")
        }
        guard let golden = arguments.value(of: golden) else { throw UsageError.combination("--golden FILE is missing") }
        let precision = arguments.value(of: precision).flatMap(VerificationReport.Precision.init) ?? .float32
        let verification = try ModelVerification.run(
            ModelVerification.Options(
                checkpoint: arguments.positionals[0], golden: golden, model: model,
                selection: WeightOptions.selection(arguments),
                judgement: Verifier.Options(
                    precision: precision, tolerance: try arguments.magnitude(of: tolerance),
                    comparesLayers: arguments.has(layers))))
        if let warning = verification.safetyWarning { console.report(warning) }
        for note in verification.notes { console.report("note: \(note)") }
        if let path = arguments.value(of: junit) { try verification.writeJUnit(to: path) }
        try console.write(arguments.has(.json) ? verification.json.text : verification.text(console.palette))
        return verification.report.passed ? .success : .finding
    }
}
