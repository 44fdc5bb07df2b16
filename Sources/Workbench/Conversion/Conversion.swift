import CheckpointIO
import KeyRules
import ModelZoo
import TensorCore

/// A conversion by rules, planned: nothing of the tensors has been read.
public struct Conversion: Sendable {
    /// The carrier: what is around its state dict, and the entries that are no tensors, go into the result.
    public let checkpoint: Checkpoint
    /// All inputs, the carrier first.
    public let checkpoints: [Checkpoint]
    public let stateDict: StateDict
    /// The tensors of all inputs as the plan counts them.
    let tensors: [LazyTensor]
    public let rules: RuleSource
    public let plan: ConversionPlan
    /// What of the model was taken from the checkpoint: sentences.
    public let modelNotes: [String]

    /// Opens the checkpoint and plans. That the plan has errors among its findings is no error here.
    /// - Throws: `CheckpointError`, `RuleErrors`, `ModelZooError`, `IOError` or `WorkbenchError`.
    public init(_ options: ConversionOptions, rules name: String) throws {
        try self.init(options, rules: try RuleSource(name))
    }

    init(_ options: ConversionOptions, rules: RuleSource) throws {
        self.rules = rules
        let inputs = try options.orderedInputs()
        let roots = rules.file.roots.isEmpty ? StateDict.usualKeys : rules.file.roots
        checkpoints = try inputs.map { try Checkpoint.open($0.path) }
        let stateDicts = try checkpoints.enumerated().map { index, checkpoint in
            try checkpoint.stateDict(at: index == 0 ? options.stateKey : nil, searching: roots)
        }
        checkpoint = checkpoints[0]
        stateDict = stateDicts[0]
        tensors = stateDicts.flatMap { $0.tensors.map(\.tensor) }
        var models = try DeclaredModels(rules.file)
        var reference: PlanRequest.Model?
        switch options.model {
        case .model(let source): reference = PlanRequest.Model(name: try models.add(source), tensors: nil)
        case .checkpoint: reference = try options.model?.stateDict()
        case nil: break
        }
        let declared = models
        let plan = rules.file.plan(
            PlanRequest(
                tensors: stateDict.tensors.map(\.signature), carrier: inputs[0].name,
                named: zip(inputs, stateDicts).dropFirst().map { input, stateDict in
                    PlanRequest.NamedInput(name: input.name ?? "", tensors: stateDict.tensors.map(\.signature))
                }, direction: options.direction,
                settings: options.settings, allowUnmatched: options.allowUnmatched,
                model: reference, modelSignatures: { declared.signatures(of: $0, for: $1) }))
        self.plan = plan
        modelNotes =
            if options.direction == .forward, let name = plan.model {
                try declared.adapted(name, to: plan.signatures)?.notes ?? []
            } else {
                []
            }
    }
}

extension ConversionPlan {
    /// Of the tensors that the result has.
    fileprivate var signatures: [TensorSignature] {
        entries.map { TensorSignature(key: $0.target, dtype: $0.dtype, shape: $0.shape) }
    }
}
