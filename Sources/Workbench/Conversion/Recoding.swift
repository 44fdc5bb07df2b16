import CheckpointIO
import JSON
import KeyRules
import TensorCore
import TensorOperations

/// A conversion without rules: the same content in another format, the parts of it that are asked for, or its tensors
/// under edited keys.
package struct Recoding: Sendable {
    package let checkpoint: Checkpoint
    /// The tensors that are written where not all of the checkpoint is.
    private let selected: StateDict?
    /// How many tensors the file has, before any are dropped.
    let tensorCount: Int
    /// What became of each key, where keys are edited: the tensors' first.
    let outcomes: [KeyEdits.Outcome]
    /// What else is in the file; nil where all of it is written.
    private let parts: TrainingParts?
    /// What the result is held against.
    let check: ResultCheck?
    private let options: ConversionOptions
    /// What was done to find the tensors, one sentence each.
    package let notes: [String]
    /// What a cast finds too large when the result is written.
    package let overflow: OverflowReport

    /// - Throws: `CheckpointError`, or `WorkbenchError.namedInputs` for more than one input or one with a name.
    package init(_ options: ConversionOptions) throws {
        let checkpoint = try Checkpoint.open(try options.singleInput(of: "convert without --rules")).loadable()
        self.checkpoint = checkpoint
        self.options = options
        overflow = OverflowReport(isAllowed: options.allowsOverflow)
        let selection = options.selection
        guard !selection.isEmpty || options.dtype != nil || options.model != nil else {
            try checkpoint.checkPlaceholders()
            (selected, tensorCount, outcomes, check, parts) = (nil, checkpoint.tensors.count, [], nil, nil)
            let stateDict = try? checkpoint.stateDict(allowsTwins: true)
            notes = stateDict.map { TrainingParts(of: $0).notes + $0.shardNotes + Self.adapterNotes($0) } ?? []
            return
        }
        let found = try selection.stateDict(of: checkpoint, isAlone: true)
        selected = found.stateDict
        tensorCount = found.tensorCount
        outcomes = found.outcomes
        parts = TrainingParts(of: try checkpoint.stateDict(at: selection.stateKey))
        check = try options.model.map { reference in
            let tensors = found.stateDict.tensors
            return try ResultCheck(
                reference, tensors.map { $0.signature.cast(to: options.dtype, $0.tensor) }, tensors.map(\.tensor))
        }
        notes =
            found.notes + (parts?.notes ?? []) + found.stateDict.shardNotes + Self.adapterNotes(found.stateDict)
            + (selection.isWeightsOnly ? parts?.leftOut ?? [] : [])
            + (check?.notes ?? [])
    }

    private static func adapterNotes(_ stateDict: StateDict) -> [String] {
        AdapterSurvey(stateDict.tensors.map(\.key)).notes(stateDict.checkpoint.path)
    }

    /// What the check found; empty without one.
    package var findings: [Finding] { check?.findings ?? [] }
    /// Whether the result may be written.
    package var isExecutable: Bool { check?.isPassed ?? true }
    /// The rules that take the keys, where the result is not the model's because they are another code base's.
    package var hint: String? {
        guard !isExecutable, options.selection.edits.isEmpty, let selected, case .model(let source)? = options.model,
            let model = try? source.description(),
            let advice = Recognition.advice(for: selected, options.selection, source: source, model: model)
        else { return nil }
        return "\(checkpoint.path): \(advice)"
    }

    private var tensors: [NamedTensor] { selected?.tensors ?? checkpoint.tensors }

    /// The tensors of the result with the key that each has in the file and the options that changed it.
    var entries: [(signature: TensorSignature, source: Key, edits: [String])] {
        let kept = outcomes.filter { $0.target != nil }
        return tensors.enumerated().map { index, tensor in
            let signature = tensor.signature.cast(to: options.dtype, tensor.tensor)
            return kept.isEmpty
                ? (signature, tensor.key, []) : (signature, kept[index].source, kept[index].edits)
        }
    }

    /// What is said of weights and optimizers around the state dict, which `--dtype` leaves as they are.
    package func uncastParts(in output: OutputPlan) -> [String] {
        guard output.holdsWholeCheckpoint, options.dtype != nil, !options.selection.isWeightsOnly,
            options.selection.stateKey == nil
        else { return [] }
        return parts?.uncast ?? []
    }

    /// What is said of optimizers that are written as they are, though some of their parameters are left out.
    package func staleOptimizers(in output: OutputPlan) -> [String] {
        guard output.holdsWholeCheckpoint, options.selection.stateKey == nil, !options.selection.isWeightsOnly,
            outcomes.contains(where: { $0.target == nil })
        else { return [] }
        return parts?.staleOptimizers ?? []
    }

    /// Lays out the files: all that the checkpoint holds, or its state dict where that is asked for, or the format or
    /// several files hold no more.
    /// - Throws: `WorkbenchError.notConvertible` for a result that is not the model's, `CheckpointError`.
    package func output(to path: String, _ options: ConversionOptions) throws -> OutputPlan {
        guard isExecutable else {
            let errors = findings.count { $0.severity == .error }
            throw WorkbenchError.notConvertible(file: checkpoint.path, errors: errors, output: path)
        }
        let layout = try options.output(path, from: checkpoint.format)
        let buffers = check?.buffers ?? []
        let isWhole = options.selection.isEmpty && options.dtype == nil && buffers.isEmpty
        if isWhole, layout.format == .torchZip, layout.maxShardSize == nil {
            var plan = try checkpoint.plan(to: path, isCompact: layout.isCompact)
            if layout.trustsChecksums { plan.trustChecksums() }
            plan.keepsExisting = layout.keepsExisting
            return plan
        }
        let stateDict = try selected ?? checkpoint.stateDict()
        var output = CheckpointOutput(unchanged: stateDict)
        output.entries.insert(
            contentsOf: buffers.map { CheckpointOutput.Entry(key: $0.key, source: ComputedBuffers.source($0.table)) },
            at: stateDict.tensors.count)
        if let dtype = options.dtype { output.cast(to: dtype, overflow) }
        return try output.plan(to: path, layout)
    }
}

extension TensorSignature {
    /// The signature after a cast of floating-point tensors.
    func cast(to dtype: DType?, _ tensor: LazyTensor) -> TensorSignature {
        guard let dtype, tensor.hasElements, FloatCast(from: self.dtype, to: dtype) != nil else { return self }
        return TensorSignature(key: key, dtype: dtype, shape: shape)
    }
}
