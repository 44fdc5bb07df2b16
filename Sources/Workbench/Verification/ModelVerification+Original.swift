import CheckpointIO
import Engine
import ModelGraph
import ModelZoo
import TensorCore
import Verification

extension ModelVerification {
    /// Runs both models on images and seeded inputs.
    /// - Throws: as `run(_:)`, and what is wrong with the original or the images.
    static func run(
        _ options: Options, against original: OriginalModel, _ progress: (_ done: Int, _ total: Int) -> Void
    ) throws -> ModelVerification {
        let described = try options.model.description()
        if let rules = original.rules { _ = try RuleSource(rules) }  // before large files are opened
        let opened = try OpenedOriginal(original)
        let checkpoint = try Checkpoint.open(options.checkpoint)
        let selected = try options.selection.stateDict(of: checkpoint)
        let stateDict = selected.stateDict
        let adapted = try options.model.adapted(described, to: stateDict.tensors.map(\.signature))
        try refuseForeign(stateDict, options.selection, options.model, adapted.model)
        let parameters = CheckpointParameters(stateDict)
        let graph: Graph
        do { graph = try adapted.model.graph(inputs: opened.graph.inputs) } catch let error as InputError {
            throw WorkbenchError.verification(file: original.program, reason: "its input: \(error)")
        }
        let layers =
            options.judgement.comparesLayers
            ? try opened.layers(by: original.rules, in: graph, named: adapted.model.name) : nil
        let inputs = try OriginalInputs(
            options, described, graph: opened.graph, seeded: original.inputs)
        do {
            var worst: VerificationReport?
            var computed: [Key] = []
            var done = 0
            try inputs.withEach { input in
                var golden = try Golden(
                    running: opened.graph, parameters: opened.parameters, on: input, layers: layers?.compared ?? [])
                if let layers { golden = layers.named(golden) }
                let part = try golden.part(of: graph, for: parameters)
                computed = parameters.computedKeys(of: part.graph.parameters)
                let report = try Verifier(part, parameters: parameters, golden: golden, options: options.judgement)
                    .run { progress(done * $1 + $0, inputs.count * $1) }
                done += 1
                // The first that fails, else the one that is farthest away.
                guard let known = worst else {
                    worst = report
                    return
                }
                let isFarther = (report.output?.max ?? 0) > (known.output?.max ?? 0)
                if known.passed, !report.passed || isFarther { worst = report }
            }
            guard let worst else { preconditionFailure("no input was run") }
            return ModelVerification(
                options: options, model: adapted.model.name, source: "\(opened.name), run on \(inputs.text)",
                report: worst, alignment: nil, together: nil, safetyWarning: checkpoint.safetyWarning,
                layerRules: layers?.rules,
                notes: try selected.notes + adapted.notes + adapted.model.strangers(in: stateDict) + inputs.notes
                    + ComputedBuffers.notes(absent: computed))
        } catch let error as VerificationError {
            throw try failure(error, options, stateDict, adapted.model, file: options.checkpoint)
        }
    }
}
