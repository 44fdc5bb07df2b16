import CheckpointIO
import ModelZoo
import TensorCore
import Verification

/// A checkpoint's weights run through a built-in model and held against a golden.
public struct ModelVerification: Sendable {
    public struct Options: Sendable {
        public var checkpoint: String
        public var golden: String
        /// A name of the model zoo.
        public var model: String
        public var selection: StateDictSelection
        public var judgement: Verifier.Options

        public init(
            checkpoint: String, golden: String, model: String, selection: StateDictSelection = StateDictSelection(),
            judgement: Verifier.Options = Verifier.Options()
        ) {
            self.checkpoint = checkpoint
            self.golden = golden
            self.model = model
            self.selection = selection
            self.judgement = judgement
        }
    }

    public let options: Options
    /// MMPreTrain's name of the model.
    public let model: String
    /// What computed the golden, where it says so.
    public let source: String?
    public let report: VerificationReport
    /// What loading the checkpoint in Python would do besides; nil for an ordinary one.
    public let safetyWarning: String?
    /// What was done to find the weights, one sentence each.
    public let notes: [String]

    /// Runs the model.
    /// - Throws: `CheckpointError`, `ModelZooError`, `GraphError`, `VerificationError` with the file that it is about,
    ///   or `EngineError`.
    public init(_ options: Options) throws {
        let definition = try ModelZoo.model(named: options.model)
        let checkpoint = try Checkpoint.open(options.checkpoint)
        safetyWarning = checkpoint.safetyWarning
        let selected = try options.selection.stateDict(of: checkpoint)
        let stateDict = selected.stateDict
        notes = selected.notes
        let goldenFile = try Checkpoint.open(options.golden)
        do {
            let golden = try Golden(goldenFile)
            let parameters = CheckpointParameters(stateDict)
            let graph = try definition.graph(input: golden.input.shape)
            let part = try golden.part(of: graph, for: parameters)
            report = try Verifier(part, parameters: parameters, golden: golden, options: options.judgement).run()
            source = golden.source
        } catch let error as VerificationError {
            var reason = error.description
            if case .parameters = error, let hint = options.selection.hint(for: stateDict) { reason += "; " + hint }
            throw WorkbenchError.verification(file: Self.file(of: error, options), reason: reason)
        }
        model = definition.name
        self.options = options
    }

    private static func file(of error: VerificationError, _ options: Options) -> String {
        switch error {
        case .parameters, .noFormula: options.checkpoint
        default: options.golden
        }
    }
}
