import CommandLineKit
import JSON
import Workbench

/// The command line of `get-flops`.
enum GetFlopsCommand {
    static let models = Option(
        "models", .required("GLOB"), help: "Count every built-in model whose name matches, such as 'resnet*_in1k'.")
    static let shape = Option(
        "shape", .requiredPair("H [W]"),
        help:
            "The size of the image. Without it: 224 × 224, as get_flops.py counts, with a note where the model is tested at another size; or that size where the model refuses 224 × 224."
    )
    static let layers = Option("layers", help: "Show the figures of every module, too.")
    static let mmengine = Option(
        "mmengine", help: "Leave out what mmengine does not see in PyTorch 2: the products inside fused attention.")
    static let json = Option("json", help: "Print the figures as JSON.")

    static let command = Command(
        name: "get-flops", version: workbenchVersion,
        summary:
            "counts multiply-adds, parameters and activations of a model as MMPreTrain's get_flops.py counts them.",
        positionals: [.init("CONFIG.py", isOptional: true, help: "A config of MMPreTrain. It is read, not run.")],
        groups: [
            OptionGroup("Which model", ModelOptions.withPrograms + [models]),
            OptionGroup("How", [shape, layers, mmengine, json]),
        ],
        examples: [
            .init("get-flops --model mobilenet_v2", "What does it cost at 224 × 224?"),
            .init("get-flops configs/vision_transformer/vit-base-p16_64xb64_in1k.py --shape 384", "At 384 × 384?"),
            .init("get-flops --model resnet50 --layers", "Where does it go?"),
            .init("get-flops --models 'swin*'", "A table of a family."),
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let size = try arguments.values(of: shape).map { word throws(UsageError) in
            guard let extent = Int(word), extent >= 1 else {
                throw UsageError.combination("--shape takes one or two positive integers, not '\(word)'")
            }
            return extent
        }
        let extents = size.first.map { ($0, size.last ?? $0) }
        let source = try ModelOptions.source(arguments, config: arguments.positionals.first)
        if let pattern = arguments.value(of: models) {
            guard source == nil else { throw UsageError.combination("--models names every model by itself") }
            let survey = try console.withProgress("counting models") { progress in
                try ComplexitySurvey.run(
                    modelsMatching: pattern, size: extents, countsFusedAttention: !arguments.has(mmengine),
                    progress: progress)
            }
            for refusal in survey.refusals { console.report("\(refusal.model): \(refusal.reason)") }
            if arguments.has(json) {
                try console.write(report: survey.json(layers: arguments.has(layers)))
            } else if !survey.reports.isEmpty {
                try console.write(survey.text)
            }
            return survey.refusals.isEmpty ? .success : .failure
        }
        guard let source else {
            throw UsageError.combination("CONFIG.py, --model NAME, --program FILE.pt2 or --models GLOB is missing")
        }
        let options = ComplexityReport.Options(
            model: source, size: extents, countsFusedAttention: !arguments.has(mmengine))
        let report = try console.withStages("counting") { _ in try ComplexityReport.run(options) }
        for note in report.notes { console.note(note) }
        if arguments.has(json) {
            try console.write(report: report.json(layers: arguments.has(layers)))
        } else {
            try console.write(report.text(layers: arguments.has(layers)))
        }
        return .success
    }
}
