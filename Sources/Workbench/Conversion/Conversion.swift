import CheckpointIO
import KeyRules
import ModelZoo
import TensorCore

/// A conversion by rules, planned: nothing of the tensors has been read.
public struct Conversion: Sendable {
    public let checkpoint: Checkpoint
    public let stateDict: StateDict
    public let rules: RuleSource
    public let plan: ConversionPlan

    /// Opens the checkpoint and plans. That the plan has errors among its findings is no error here.
    /// - Throws: `CheckpointError`, `RuleErrors`, `ModelZooError`, `IOError` or `WorkbenchError`.
    public init(_ options: ConversionOptions, rules name: String) throws {
        try self.init(options, rules: try RuleSource(name))
    }

    init(_ options: ConversionOptions, rules: RuleSource) throws {
        self.rules = rules
        checkpoint = try Checkpoint.open(try options.singleInput(of: rules.file.name))
        let roots = rules.file.roots.isEmpty ? StateDict.usualKeys : rules.file.roots
        stateDict = try checkpoint.stateDict(at: options.stateKey, searching: roots)
        plan = rules.file.plan(
            PlanRequest(
                tensors: stateDict.tensors.map(\.signature), direction: options.direction,
                settings: options.settings, allowUnmatched: options.allowUnmatched,
                model: try options.model.map(Self.model), modelSignatures: Self.signatures))
    }

    private static func model(named name: String) throws -> PlanRequest.Model {
        let definition = try ModelZoo.model(named: name)
        return PlanRequest.Model(name: definition.name, tensors: try definition.parameters.map(\.signature))
    }

    @Sendable private static func signatures(of name: String) -> [TensorSignature]? {
        try? ModelZoo.model(named: name).parameters.map(\.signature)
    }
}
