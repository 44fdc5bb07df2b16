import ByteIO
import CheckpointIO
import KeyRules
import TensorCore
import TensorOperations

extension Conversion {
    /// Lays out the result. Entries of the state dict that are no tensors stay as they are, behind the tensors, where
    /// the format holds such.
    /// - Throws: `WorkbenchError.notConvertible` for a plan with errors, `CheckpointError`.
    public func output(to path: String, _ options: ConversionOptions) throws -> OutputPlan {
        guard plan.isExecutable else {
            throw WorkbenchError.notConvertible(file: checkpoint.path, errors: plan.errors.count, output: path)
        }
        let layout = try options.output(path)
        var entries = try tensorEntries
        entries += stateDict.others.map { CheckpointOutput.Entry(key: Key($0.name), source: .value($0.value)) }
        var output = CheckpointOutput(replacing: stateDict, with: entries, metadata: metadata)
        if let dtype = options.dtype { output.cast(to: dtype, overflow) }
        return try output.plan(to: path, layout)
    }

    /// The tensors of the result.
    /// - Precondition: the plan has no errors.
    var tensorEntries: [CheckpointOutput.Entry] {
        get throws {
            try plan.entries.map { entry in
                CheckpointOutput.Entry(key: entry.target, source: try Self.source(of: entry, tensors, overflow))
            } + buffers.map { CheckpointOutput.Entry(key: $0.key, source: ComputedBuffers.source($0.table)) }
        }
    }

    /// What is said of optimizers that are written as they are, though their parameters are others now: they are counted
    /// in the order of the model's.
    public func staleOptimizers(in output: OutputPlan) -> [String] {
        guard output.holdsWholeCheckpoint else { return [] }
        let parts = TrainingParts(of: stateDict)
        var last = -1
        let isSameModel =
            plan.dropped.isEmpty && plan.entries.count == stateDict.tensors.count
            && plan.entries.allSatisfy { entry in
                guard entry.isRename, let tensor = entry.tensors.first, tensor > last else { return false }
                last = tensor
                return true
            }
        guard !isSameModel else { return [] }
        return parts.staleOptimizers
    }

    /// Where the bytes of an entry come from: each computed tensor by itself, so that any may be made on its own.
    static func source(
        of entry: ConversionPlan.Entry, _ tensors: [LazyTensor], _ overflow: OverflowReport
    ) throws -> TensorSource {
        if entry.isRename { return .stored(tensors[entry.tensors[0]]) }
        guard let computation = entry.computation else {
            guard case .constant(let dtype, let value, let shape)? = entry.operations.first else {
                throw WorkbenchError.operation(
                    key: entry.target.text, rule: entry.rule.description, reason: "nothing makes it")
            }
            let constant = try TensorConstant(dtype, value, shape: shape)
            return .computed(ComputedTensor(dtype: dtype, shape: shape) { constant.bytes })
        }
        if computation.isCopy { return .stored(tensors[entry.tensors[0]]) }
        let sources = entry.tensors.map { tensors[$0] }
        @Sendable func naming<Result>(_ body: (OverflowTally) throws -> Result) throws -> Result {
            do {
                return try overflow.tallying(entry.target, to: entry.dtype, body)
            } catch let error as OperationError {
                throw WorkbenchError.operation(
                    key: entry.target.text, rule: entry.rule.description, reason: error.description)
            }
        }
        let parts: ComputedTensor.Parts = { take in
            try naming { tally in
                try computation.forEachBlock(
                    of: entry.result, overflow: tally, source: { try sources[$0].contiguousBytes() }, take)
            }
        }
        return .computed(
            ComputedTensor(
                dtype: entry.dtype, shape: entry.shape, isParameter: sources.contains(where: \.isParameter),
                parts: computation.hasBlocks(entry.result) && !entry.checksZeros ? parts : nil
            ) {
                try naming { tally in
                    let elements = try sources.map { try $0.contiguousBytes() }
                    // What was read of a mapped file does not stay resident.
                    defer { for bytes in elements { bytes.releasePages() } }
                    if entry.checksZeros { try computation.checkZeroResults { elements[$0] } }
                    return try computation.result(entry.result, overflow: tally) { elements[$0] }
                }
            })
    }

    /// The state dict's `_metadata` under the modules' new names.
    var metadata: [StateDict.Metadata] {
        stateDict.metadata(under: plan.entries.compactMap { entry in entry.sources.first.map { ($0, entry.target) } })
    }
}
