import ByteIO
import CheckpointIO
import KeyRules
import ModelGraph
import TensorCore
import TensorOperations

/// Rules planned for the keys, shapes and dtypes of some tensors, with the models that the rules declare.
struct ConversionStage: Sendable {
    /// A buffer that the model computes.
    typealias Buffer = (key: Key, table: ComputedTable)

    let rules: RuleSource
    let plan: ConversionPlan
    /// What of the model the tensors state, such as the number of classes, one sentence each.
    let notes: [String]
    /// The parameters and buffers of the model that the result is checked against; empty where there is none.
    let parameters: [ParameterSpec]
    /// What the model computes for the buffers that the result would lack.
    let buffers: [Buffer]

    /// - Parameters:
    ///   - request: without models.
    ///   - model: what to check against, in place of the model that the rules declare.
    ///   - isCheckingModels: false leaves out the models that the rules declare.
    /// - Throws: `CheckpointError` or `ModelZooError`.
    init(
        _ rules: RuleSource, _ request: PlanRequest, model: ModelReference? = nil, isCheckingModels: Bool = true
    ) throws {
        self.rules = rules
        var request = request
        guard isCheckingModels else {
            plan = rules.file.plan(request)
            (notes, parameters, buffers) = ([], [], [])
            return
        }
        var models = try DeclaredModels(rules.file)
        switch model {
        case .model(let source): request.model = PlanRequest.Model(name: try models.add(source), tensors: nil)
        case .checkpoint: request.model = try model?.stateDict()
        case nil: break
        }
        let declared = models
        request.modelSignatures = { declared.signatures(of: $0, for: $1) }
        request.computedKeys = { declared.computedKeys(of: $0) }
        let plan = rules.file.plan(request)
        let adapted: (model: ModelDescription, notes: [String])? =
            if request.direction == .forward, let name = plan.model {
                try declared.adapted(name, to: plan.signatures)
            } else {
                nil
            }
        notes = adapted?.notes ?? []
        let parameters = try adapted?.model.parameters ?? []
        let absent = Set(plan.computedBuffers)
        buffers = parameters.compactMap { spec in
            guard let table = spec.computed, absent.contains(spec.key) else { return nil }
            return (spec.key, table)
        }
        self.plan = plan
        self.parameters = parameters
    }

    /// The tensors of the result, those of the plan and then the buffers.
    var signatures: [TensorSignature] {
        plan.signatures
            + buffers.map { TensorSignature(key: $0.key, dtype: $0.table.dtype, shape: $0.table.shape) }
    }

    /// Where the tensors of the result come from, in the order of `signatures`.
    /// - Parameter tensors: those that were planned for.
    /// - Precondition: the plan has no errors.
    func sources(_ tensors: [TensorSource], _ overflow: OverflowReport) throws -> [TensorSource] {
        try plan.entries.map { try Self.source(of: $0, tensors, overflow) }
            + buffers.map { ComputedBuffers.source($0.table) }
    }

    /// The lower, the more is known of the result: whether a model was compared, and how much is left out.
    var rank: (Int, Int) { (plan.isModelChecked ? 0 : 1, plan.dropped.count) }

    /// The stages that are as good and give other keys.
    func rivals(among others: some Sequence<ConversionStage>) -> [ConversionStage] {
        let targets = Set(plan.entries.map(\.target))
        return others.filter { $0.rank == rank && Set($0.plan.entries.map(\.target)) != targets }
    }

    /// Where the bytes of an entry come from.
    static func source(
        of entry: ConversionPlan.Entry, _ tensors: [TensorSource], _ overflow: OverflowReport
    ) throws -> TensorSource {
        try entry.source(of: tensors) { entry, body in
            do {
                try overflow.tallying(entry.target, to: entry.dtype, body)
            } catch let error as OperationError {
                throw WorkbenchError.operation(
                    key: entry.target.text, rule: entry.rule.description, reason: error.description)
            }
        }
    }
}

extension ConversionPlan {
    /// The signatures of the tensors that the result has, in the order of the entries.
    fileprivate var signatures: [TensorSignature] {
        entries.map { TensorSignature(key: $0.target, dtype: $0.dtype, shape: $0.shape) }
    }
}
