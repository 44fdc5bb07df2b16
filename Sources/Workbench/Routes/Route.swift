import CheckpointIO
import KeyRules
import TensorCore

/// A checkpoint of one code base on its way to another: forward through the rules that take its keys to MMPreTrain's
/// names, backward through those of the other code base. Nothing of the tensors has been read.
package struct Route: Sendable {
    package let checkpoint: Checkpoint
    package let stateDict: StateDict
    /// The code base whose keys the checkpoint has.
    package let origin: String
    /// The code base whose keys the result has.
    package let destination: String
    /// One or two; none where the keys are the same in both code bases.
    let legs: [ConversionStage]
    /// The tensors, in the order in which they are written.
    package let entries: [Entry]
    /// What was decided and done, one sentence each.
    package let notes: [String]
    /// What casts find too large when the result is written.
    package let overflow: OverflowReport

    /// One tensor of the result.
    package struct Entry: Sendable {
        package let target: Key
        /// The tensors of the checkpoint that it is made of.
        package let sources: [Key]
        /// What each leg does, first to last; a buffer that a model computes has no line in the leg that makes it.
        package let steps: [ConversionPlan.Entry]
        package let dtype: DType
        package let shape: [Int]
        let source: TensorSource

        /// Whether the bytes of one tensor are taken as they are.
        package var isRename: Bool { sources.count == 1 && steps.allSatisfy(\.isRename) }
    }

    /// Recognises the checkpoint and plans the way.
    /// - Parameters:
    ///   - goal: a code base, or a bundled rule file whose left sides name the result.
    ///   - rules: the rules of the first leg; nil for those that fit.
    /// - Throws: `CheckpointError`, `ModelZooError`, `RuleErrors`, or `WorkbenchError` where the checkpoint is not
    ///   recognised or no rules lead on.
    package init(_ options: ConversionOptions, to goal: String, rules: RuleSource? = nil) throws {
        let converters = try RuleCatalogue.converters()
        let goal = try RouteGoal(goal, converters)
        let path = try options.singleInput(of: "convert --to")
        let checkpoint = try Checkpoint.open(path)
        try options.checkSettings(of: converters + (rules.map { [$0] } ?? []))
        let recognition = try Recognition(checkpoint, options, among: rules.map { [$0] } ?? converters)
        overflow = OverflowReport(isAllowed: options.allowsOverflow)
        self.checkpoint = checkpoint
        destination = goal.codebase
        guard let match = try Self.match(recognition, path) else {
            // The keys may be MMPreTrain's own.
            let selected = try options.selection.stateDict(of: checkpoint).castingCounters()
            stateDict = selected.stateDict
            let hub = StateDictView(stateDict)
            guard rules == nil, try goal.isMMPreTrains(hub.signatures, converters) else {
                // Rules of the code base may take most of MMPreTrain's keys, and run forward only.
                if rules == nil, let obstacle = try goal.obstacle(from: hub.signatures, path, options) {
                    throw obstacle
                }
                let taking = recognition.misses.filter(\.takesKeys)
                let near = taking.isEmpty ? recognition.misses.filter(\.isNear) : taking
                throw WorkbenchError.notRecognised(
                    file: path, near: near.prefix(3).map(\.text), takesKeys: !taking.isEmpty,
                    hint: options.selection.hint(for: stateDict))
            }
            guard goal.codebase != RuleCatalogue.hub else {
                throw WorkbenchError.route(file: path, reason: "its keys are MMPreTrain's already")
            }
            origin = RuleCatalogue.hub
            let last = try goal.leg(from: hub.signatures, path, options)
            legs = [last]
            notes = selected.notes + TrainingParts(of: stateDict).notes
            entries = try Self.entries(hub, legs, overflow)
            return
        }
        stateDict = match.stateDict
        origin = match.codebases.first { $0 != goal.codebase } ?? match.codebases.first ?? match.stage.rules.file.name
        let view = StateDictView(stateDict)
        var notes = match.notes + match.stage.notes + TrainingParts(of: stateDict).notes
        if goal.codebase == RuleCatalogue.hub {
            legs = [match.stage]
        } else if goal.isSpelling(of: match) {
            legs = []
            notes.append(
                "\(path): its keys are \(goal.codebase)'s already, as \(match.stage.rules.file.name) knows them: "
                    + "nothing is renamed")
        } else {
            legs = [match.stage, try goal.leg(from: match.stage.signatures, path, options)]
        }
        self.notes = notes
        entries = try Self.entries(view, legs, overflow)
    }

    /// The rules that take the checkpoint's keys; nil where none do, or where some do unchecked while others take them all
    /// and have a model that comes near.
    /// - Throws: `WorkbenchError.route` where several do that give different names, or parameters are left open.
    private static func match(
        _ recognition: Recognition, _ path: String
    ) throws(WorkbenchError) -> Recognition.Match? {
        guard let best = recognition.matches.first else {
            if let open = recognition.undecided { throw .route(file: path, reason: open) }
            return nil
        }
        guard best.stage.plan.isModelChecked || !recognition.misses.contains(where: \.isNearModel) else { return nil }
        let rivals = best.stage.rivals(among: recognition.matches.dropFirst().map(\.stage))
        guard rivals.isEmpty else {
            let names = ([best.stage] + rivals).map(\.rules.file.name)
            throw .route(
                file: path,
                reason: "\(names.joined(separator: " and ")) both take all its keys; --rules says which")
        }
        return best
    }

    /// The tensors of the result.
    private static func entries(
        _ view: StateDictView, _ legs: [ConversionStage], _ overflow: OverflowReport
    ) throws -> [Entry] {
        var entries = zip(view.signatures, view.sources).map {
            Entry(target: $0.key, sources: [$0.key], steps: [], dtype: $0.dtype, shape: $0.shape, source: $1)
        }
        for leg in legs {
            let before = entries
            let sources = try leg.sources(before.map(\.source), overflow)
            entries = zip(leg.plan.entries, sources).map { step, source in
                var keys: [Key] = []
                for key in step.tensors.flatMap({ before[$0].sources }) where !keys.contains(key) { keys.append(key) }
                return Entry(
                    target: step.target, sources: keys,
                    steps: (step.tensors.first.map { before[$0].steps } ?? []) + [step],
                    dtype: step.dtype, shape: step.shape, source: source)
            }
            entries += zip(leg.buffers, sources.dropFirst(leg.plan.entries.count)).map { buffer, source in
                Entry(
                    target: buffer.key, sources: [], steps: [], dtype: buffer.table.dtype, shape: buffer.table.shape,
                    source: source)
            }
        }
        return entries
    }

    /// What the legs found, each finding once; those of the models are said of MMPreTrain's keys.
    package var findings: [Finding] {
        var seen: Set<Finding> = []
        return legs.flatMap(\.plan.findings).filter { seen.insert($0).inserted }
    }

    /// What is known to compute otherwise at either end.
    package var caveats: [ConversionPlan.Caveat] { legs.flatMap(\.plan.caveats) }

    /// What is left out on the way, except what a model computed on it.
    package var dropped: [ConversionPlan.Drop] {
        var computed: Set<Key> = []
        return legs.flatMap { leg in
            defer { computed = Set(leg.buffers.map(\.key)) }
            return leg.plan.dropped.filter { !computed.contains($0.key) }
        }
    }
}

/// The tensors of a state dict, for planning and as sources.
struct StateDictView {
    let signatures: [TensorSignature]
    let sources: [TensorSource]

    init(_ stateDict: StateDict) {
        signatures = stateDict.tensors.map(\.signature)
        sources = stateDict.tensors.map { .stored($0.tensor) }
    }
}

extension ConversionOptions {
    /// - Throws: `WorkbenchError.route` for a parameter that no rules have.
    fileprivate func checkSettings(of rules: [RuleSource]) throws(WorkbenchError) {
        let known = Set(rules.flatMap { $0.file.parameters.map(\.name) })
        guard let strange = settings.keys.sorted().first(where: { !known.contains($0) }) else { return }
        throw .route(
            file: inputs.first?.path ?? "",
            reason: "no rules have a parameter '\(strange)'; there are \(known.sorted().joined(separator: ", "))")
    }
}
