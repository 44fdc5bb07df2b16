import CheckpointIO
import ImagePipeline
import ModelGraph
import TensorCore
import Verification

/// A checkpoint's weights run through a model and held against a golden.
package struct ModelVerification: Sendable {
    package struct Options: Sendable {
        package var checkpoint: String
        /// The golden; with `original` the path of that program.
        package var golden: String
        /// What is run in place of a golden.
        package var original: OriginalModel?
        package var model: ModelSource
        package var selection: StateDictSelection
        package var judgement: Verifier.Options
        /// The rules that converted the checkpoint, a file or a bundled one: they say which of the model's modules the golden's
        /// layers are. nil: the names are the same, or bundled rules tell.
        package var rules: String?
        /// Files and folders with the golden's images, of which its input was made; empty: the input is not judged.
        package var images: [String]
        /// The release of Pillow whose order of passes a resize follows: 11, 12 or 13.
        package var pillow: Int
        /// Whose test pipeline makes inputs of images; nil: the model's own. Of a verification against an original only.
        package var pipeline: PipelineSource?

        /// What the model is held against.
        var truth: Truth { original == nil ? .golden : .original }

        package init(
            checkpoint: String, golden: String, model: ModelSource,
            selection: StateDictSelection = StateDictSelection(),
            judgement: Verifier.Options = Verifier.Options(), images: [String] = [], pillow: Int = 13
        ) {
            self.checkpoint = checkpoint
            self.golden = golden
            original = nil
            self.model = model
            self.selection = selection
            self.judgement = judgement
            self.images = images
            self.pillow = pillow
        }

        /// Against a model that is run itself.
        package init(
            checkpoint: String, original: OriginalModel, model: ModelSource,
            selection: StateDictSelection = StateDictSelection(),
            judgement: Verifier.Options = Verifier.Options(), images: [String] = [], pillow: Int = 13,
            pipeline: PipelineSource? = nil
        ) {
            self.init(
                checkpoint: checkpoint, golden: original.program, model: model, selection: selection,
                judgement: judgement, images: images, pillow: pillow)
            self.original = original
            self.pipeline = pipeline
        }
    }

    package let options: Options
    /// MMPreTrain's name of the model.
    package let model: String
    /// What computed the golden, where it says so.
    package let source: String?
    /// The model on the golden's own input.
    package let report: VerificationReport
    /// The input that was made of the golden's images; nil where none are given.
    package let alignment: InputAlignment?
    /// The model on that input; nil where there is none of the golden's shape.
    package let together: InputOutcome?
    /// What loading the checkpoint in Python would do besides; nil for an ordinary one.
    package let safetyWarning: String?
    /// The rule file that says what the golden's layers are called in the model; nil where the names are the same.
    package let layerRules: String?
    /// What was done to find the weights, what of the model was taken from them, and buffers that the model computed, one
    /// sentence each.
    package let notes: [String]

    /// Whether input and model both agree.
    package var passed: Bool { report.passed && alignment?.passed ?? true }

    /// What the model was held against.
    var truth: Truth { options.truth }

    /// Everything that keeps the verification from passing, a sentence each.
    package var findings: [String] {
        [alignment?.finding].compactMap { $0 } + report.findings.map { $0.text(truth) }
    }

    /// Runs the model.
    /// - Parameter progress: called with the steps that are done and all.
    /// - Throws: `CheckpointError`, `ModelZooError`, `WorkbenchError` with the file that it is about, `EngineError`, or what
    ///   is wrong with a config.
    package static func run(
        _ options: Options, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> ModelVerification {
        if let original = options.original { return try run(options, against: original, progress) }
        // A name that is not known is said before a large file is opened.
        let described = try options.model.description()
        let checkpoint = try Checkpoint.open(options.checkpoint)
        let selected = try options.selection.stateDict(of: checkpoint)
        let stateDict = selected.stateDict
        let adapted = try options.model.adaptedToImageSize(described, of: stateDict.tensors.map(\.signature))
        try refuseForeign(stateDict, options.selection, options.model, adapted.model)
        let goldenFile = try Checkpoint.open(options.golden)
        do {
            var golden = try Golden(goldenFile)
            if case .program(let program) = adapted.model { golden = try golden.ofOutput(program.outputIndex) }
            let parameters = CheckpointParameters(stateDict)
            let graph = try adapted.model.graph(inputs: golden.inputs)
            var layerRules: String?
            if options.judgement.comparesLayers {
                (golden, layerRules) = try named(golden, options.rules, adapted.model, graph)
            }
            let part = try golden.part(of: graph, for: parameters)
            let alignment =
                options.images.isEmpty
                ? nil
                : try InputAlignment.run(
                    adapted.model.zooDefinition, golden: golden, images: options.images,
                    pillow: PillowRelease(number: options.pillow))
            let verifier = Verifier(part, parameters: parameters, golden: golden, options: options.judgement)
            let report = try verifier.run(progress: progress)
            let together = try alignment?.input.map { try verifier.outcome(for: $0, tie: 2 * report.tolerance) }
            let computed = parameters.computedKeys(of: part.graph.parameters)
            return ModelVerification(
                options: options, model: adapted.model.name,
                source: golden.source, report: report, alignment: alignment, together: together,
                safetyWarning: checkpoint.safetyWarning, layerRules: layerRules,
                notes: try selected.notes + adapted.notes + adapted.model.strangers(in: stateDict)
                    + ComputedBuffers.notes(absent: computed) + (alignment?.notes ?? []))
        } catch let error as VerificationError {
            throw try failure(error, options, stateDict, adapted.model, file: file(of: error, options))
        } catch  where error is InputError || error is GraphError {
            throw WorkbenchError.verification(file: options.golden, reason: "the golden's 'input': \(error)")
        }
    }

    /// What is wrong in a file, with the option that may help.
    static func failure(
        _ error: VerificationError, _ options: Options, _ stateDict: StateDict, _ model: ModelDescription, file: String
    ) throws -> WorkbenchError {
        var reason = error.text(options.truth)
        if case .parameters = error {
            let keys = try model.parameters.map(\.key)
            if let hint = options.selection.hint(for: stateDict, expected: keys) { reason += "; " + hint }
            let held = Set(stateDict.tensors.map(\.key))
            if try model.frozenParameters.contains(where: { !held.contains($0.key) }) {
                reason +=
                    "; the state dict of a LoRAModel leaves the frozen network out: "
                    + "`convert --rules merge_lora` makes one plain network of both"
            }
        }
        return .verification(file: file, reason: reason)
    }

    /// Says how to convert a checkpoint whose keys are another code base's before anything else is said of it.
    /// - Throws: `WorkbenchError.verification`.
    /// - Parameter model: as `source` describes it, with what of it the checkpoint states.
    static func refuseForeign(
        _ stateDict: StateDict, _ selection: StateDictSelection, _ source: ModelSource, _ model: ModelDescription
    ) throws(WorkbenchError) {
        guard let advice = Recognition.advice(for: stateDict, selection, source: source, model: model) else { return }
        throw .verification(file: stateDict.checkpoint.path, reason: advice)
    }

    /// The golden with its layers under the model's names: its own where they are, else those that rules give.
    private static func named(
        _ golden: Golden, _ rules: String?, _ model: ModelDescription, _ graph: Graph
    ) throws -> (Golden, rules: String?) {
        let shapes = Dictionary(graph.modules.map { ($0.path, graph.shape(of: $0.value)) }) { _, last in last }
        let known = golden.layers.count { shapes[$0.path] != nil }
        if rules == nil, known == golden.layers.count { return (golden, nil) }
        let found = try ModuleNames.found(
            by: rules, model: model.name, tensors: try model.signatures, layers: golden.layers.map(\.path))
        guard let found else { return (golden, nil) }
        let named = golden.naming(found.names.names, shapes: shapes, containers: found.names.containers)
        return named.layers.count > known || rules != nil ? (named, found.rules) : (golden, nil)
    }

    private static func file(of error: VerificationError, _ options: Options) -> String {
        switch error {
        case .parameters, .noFormula: options.checkpoint
        default: options.golden
        }
    }
}
