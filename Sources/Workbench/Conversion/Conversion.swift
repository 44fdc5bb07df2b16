import CheckpointIO
import KeyRules
import TensorCore
import TensorOperations

/// A conversion by rules, planned: nothing of the tensors has been read.
package struct Conversion: Sendable {
    /// The carrier: what is around its state dict, and the entries that are not tensors, go into the result.
    package let checkpoint: Checkpoint
    /// All inputs, the carrier first.
    package let checkpoints: [Checkpoint]
    package let stateDict: StateDict
    /// The tensors of all inputs as the plan counts them.
    let tensors: [TensorSource]
    package let rules: RuleSource
    let options: ConversionOptions
    let stage: ConversionStage
    /// The stage's plan, with what was found in the contents of buffers.
    package let plan: ConversionPlan
    /// What was done to the inputs before the rules saw them, one sentence each.
    package let notes: [String]
    /// What casts find too large when the result is written.
    package let overflow: OverflowReport
    /// What the model computes for the buffers that the result would lack.
    var buffers: [ConversionStage.Buffer] { stage.buffers }

    /// Opens the checkpoint and plans. That the plan has errors among its findings is not an error here.
    /// - Throws: `CheckpointError`, `RuleErrors`, `ModelZooError`, `IOError` or `WorkbenchError`.
    package init(_ options: ConversionOptions, rules name: String) throws {
        try self.init(options, rules: try RuleSource(name))
    }

    /// - Throws: as `init(_:rules:)`, but for what is wrong with the rules.
    package init(_ options: ConversionOptions, rules: RuleSource) throws {
        self.rules = rules
        self.options = options
        let inputs = try options.orderedInputs(rules.file.inputNames)
        let roots = rules.file.roots.isEmpty ? StateDict.usualKeys : rules.file.roots
        checkpoints = try inputs.map { try Checkpoint.open($0.path) }
        let (stateDicts, inputNotes) = try Self.stateDicts(of: checkpoints, options, roots)
        overflow = OverflowReport(isAllowed: options.allowsOverflow)
        checkpoint = checkpoints[0]
        stateDict = stateDicts[0]
        tensors = stateDicts.flatMap { $0.tensors.map { .stored($0.tensor) } }
        stage = try ConversionStage(
            rules,
            PlanRequest(
                tensors: stateDict.tensors.map(\.signature), carrier: inputs[0].name,
                named: zip(inputs, stateDicts).dropFirst().map { input, stateDict in
                    PlanRequest.NamedInput(name: input.name ?? "", tensors: stateDict.tensors.map(\.signature))
                }, direction: options.direction,
                settings: options.settings, allowUnmatched: options.allowUnmatched),
            model: options.model)
        let adapters =
            stage.plan.isExecutable
            ? AdapterSurvey(stage.plan.entries.map(\.target)).leftovers(checkpoint.path)
            : AdapterSurvey(stateDict.tensors.map(\.key)).notes(checkpoint.path)
        let scales = Set(
            stage.plan.entries.flatMap(\.operations).compactMap { operation -> LowRankScale? in
                if case .lora(let scale) = operation { scale } else { nil }
            })
        // Keys are looked at again only for rules that merge LoRA.
        let objections =
            scales.isEmpty
            ? []
            : zip(checkpoints, stateDicts).flatMap { checkpoint, stateDict in
                AdapterSurvey(stateDict.tensors.map(\.key)).objections(checkpoint.path, to: scales)
            }
        notes = inputNotes + stage.notes + adapters + objections
        var plan = stage.plan
        if case .model? = options.model, plan.isExecutable {
            plan.findings += try Self.otherBuffers(plan, tensors, stage.parameters, overflow)
        }
        self.plan = plan
    }

    /// What the rules see of each input, the carrier's first.
    private static func stateDicts(
        of checkpoints: [Checkpoint], _ options: ConversionOptions, _ roots: [String]
    ) throws(CheckpointError) -> ([StateDict], notes: [String]) {
        var stateDicts: [StateDict] = []
        var notes: [String] = []
        var isStripped = false
        var failure: CheckpointError?
        for (index, checkpoint) in checkpoints.enumerated() {
            var selection = options.selection
            if index > 0 { selection.stateKey = nil }
            let selected: StateDictSelection.Selected
            do throws(CheckpointError) {
                selected = try selection.stateDict(of: checkpoint, searching: roots)
            } catch {
                // Of several inputs one may have been wrapped.
                guard case .prefix = error.reason, checkpoints.count > 1 else { throw error }
                failure = failure ?? error
                selection.prefix = nil
                selected = try selection.stateDict(of: checkpoint, searching: roots)
            }
            if selection.isWeightsOnly {
                let parts = TrainingParts(of: try checkpoint.stateDict(at: selection.stateKey, searching: roots))
                notes += parts.notes + parts.leftOut
            }
            let counted = try selected.castingCounters()
            isStripped = isStripped || counted.isStripped
            stateDicts.append(counted.stateDict)
            notes += counted.notes
        }
        for stateDict in stateDicts where !options.selection.isWeightsOnly {
            notes += TrainingParts(of: stateDict).notes
        }
        // Several inputs may well be the shards of one model.
        if stateDicts.count == 1 { notes += stateDicts[0].shardNotes }
        if let failure, !isStripped { throw failure }
        return (stateDicts, notes)
    }

    /// What may help where the rules do not fit: whether they would without a wrapper's prefix.
    package var hint: String? {
        guard !plan.isExecutable, options.selection.prefix == nil, !stateDict.wrapperPrefixes.isEmpty
        else { return nil }
        var stripped = options
        stripped.selection.prefix = .automatic
        guard let other = try? Conversion(stripped, rules: rules),
            other.plan.isExecutable || other.plan.errors.count < plan.errors.count || other.plan.entries.count > 0
        else { return nil }
        return options.selection.hint(for: stateDict).map { "\(checkpoint.path): \($0)" }
    }
}
