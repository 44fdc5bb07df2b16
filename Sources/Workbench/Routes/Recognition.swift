import CheckpointIO
import KeyRules
import TensorCore

/// What a checkpoint is: the bundled rule files that take all of its keys.
struct Recognition: Sendable {
    /// A rule file under which every key is mapped and every line used.
    struct Match: Sendable {
        let stage: ConversionStage
        let stateDict: StateDict
        /// What was done to the state dict before the rules saw it.
        let notes: [String]

        /// The code bases whose spelling the keys have, in the order of their lines.
        var codebases: [String] { stage.rules.codebases(of: stage.plan) }
    }

    /// A rule file that does not fit, and how far it is from that.
    struct Miss: Sendable {
        let rules: String
        let taken: Int
        let tensors: Int
        let errors: [Finding]
        /// Keys that no line takes, where it was planned without them.
        let left: [Key]
        /// Whether it was planned as if any key could be left out.
        let isRelaxed: Bool
        /// What converts the checkpoint as a network that the rules have no model for.
        let remedy: String?
    }

    /// The rules that fit: first those whose models were compared, then those that leave the least out.
    private(set) var matches: [Match] = []
    /// The nearest first.
    private(set) var misses: [Miss] = []

    /// Tries rule files on a checkpoint, forward: those that may fit by their keys are planned with their models, or with
    /// that of the options.
    /// - Throws: `CheckpointError`, `ModelZooError`.
    init(_ checkpoint: Checkpoint, _ options: ConversionOptions, among converters: [RuleSource]) throws {
        var found: [[String]: StateDictSelection.Selected] = [:]
        for rules in converters {
            let roots = rules.file.roots.isEmpty ? StateDict.usualKeys : rules.file.roots
            if found[roots] == nil {
                found[roots] = try options.selection.stateDict(of: checkpoint, searching: roots).castingCounters()
            }
            guard let selected = found[roots] else { continue }
            let stateDict = selected.stateDict
            let request = PlanRequest(
                tensors: stateDict.tensors.map(\.signature), settings: rules.own(options.settings),
                allowUnmatched: options.allowUnmatched)
            let outline = try ConversionStage(rules, request, isCheckingModels: false).plan
            var relaxed = request
            relaxed.allowUnmatched.append(Glob("*"))
            guard outline.errors.allSatisfy(\.leavesSettingsOpen) else {
                // Where the keys leave settings open, the models decide, and only then is there a plan to count in.
                let isOpen = outline.errors.contains(where: \.leavesSettingsOpen)
                let plan = isOpen ? try ConversionStage(rules, relaxed, model: options.model).plan : outline
                misses.append(Miss(rules, plan, stateDict, isRelaxed: isOpen))
                continue
            }
            let stage = try ConversionStage(rules, request, model: options.model)
            if stage.plan.isExecutable {
                matches.append(Match(stage: stage, stateDict: stateDict, notes: selected.notes))
            } else if stage.plan.errors.contains(where: { $0.code == .unfitSettings }) {
                let closest = try ConversionStage(rules, relaxed, model: options.model).plan
                misses.append(Miss(rules, closest, stateDict, isRelaxed: true))
            } else {
                misses.append(Miss(rules, stage.plan, stateDict))
            }
        }
        matches.sort { $0.stage.rank < $1.stage.rank }
        misses.sort { ($0.distance, $0.rules) < ($1.distance, $1.rules) }
    }
}

extension Recognition.Miss {
    init(_ rules: RuleSource, _ plan: ConversionPlan, _ stateDict: StateDict, isRelaxed: Bool = false) {
        self.isRelaxed = isRelaxed
        self.rules = rules.file.name
        tensors = stateDict.tensors.count
        errors = plan.errors
        let left = plan.dropped.filter { $0.rule == nil }.map(\.key)
        self.left = left
        let unmatched = plan.errors.count { $0.code == .unmatchedKey } + left.count
        taken = plan.entries.isEmpty ? 0 : max(tensors - unmatched, 0)
        remedy = plan.findings.first { $0.code == .uncheckedSettings }?.message
    }

    /// Whether the rules take every key, and only a model is otherwise.
    var takesKeys: Bool {
        taken == tensors && left.isEmpty && !errors.isEmpty
            && errors.allSatisfy { [.shapeMismatch, .dtypeMismatch, .missingKey, .unexpectedKey].contains($0.code) }
    }

    /// Whether it takes every key and at least half of the tensors are as a model has them.
    var isNearModel: Bool { takesKeys && 2 * errors.count <= tensors }

    /// From 0 to 1, the less the nearer; from -2 to -1 where the keys are taken.
    fileprivate var distance: Double {
        if takesKeys { return min(Double(errors.count) / Double(tensors), 1) - 2 }
        if wrapper != nil { return 0.02 }  // after rules that take nearly all keys as they are
        guard taken > 0, tensors > 0 else { return 1 }
        return min(Double(errors.count + left.count) / Double(tensors), 0.999)
    }

    /// What is said of keys that a wrapper put a prefix before.
    private var wrapper: String? { errors.first { $0.code == .wrapperPrefix }?.message }

    /// Whether it takes any key.
    var isNear: Bool { wrapper != nil || taken > 0 }

    /// `vit_timm.rules takes 148 of 152 tensors: …`
    var text: String {
        if let wrapper { return "\(rules): \(wrapper)" }
        let share = takesKeys ? "all" : "\(groupedText(taken)) of"
        return "\(rules) takes \(share) \(countText(tensors, "tensor"))"
            + (errors.first.map { ": \($0.message)" } ?? left.first.map { ": no rule takes '\($0)'" } ?? "")
            + (remedy.map { "; --rules \(WorkbenchNames.stem(ofRules: rules)) \($0)" } ?? "")
    }
}

extension Recognition {
    /// What is said of rules that take the keys and leave parameters open; nil where nothing or more is wrong.
    var undecided: String? {
        misses.lazy.compactMap { miss in
            guard !miss.isRelaxed, !miss.errors.isEmpty, miss.errors.allSatisfy({ $0.code == .undecidedSettings })
            else { return nil }
            return "\(miss.rules) takes its keys, but \(miss.errors[0].message)"
        }.first
    }
}

extension RuleSource {
    /// The code bases whose spelling the settings of a plan stand for.
    func codebases(of plan: ConversionPlan) -> [String] {
        var names: [String] = []
        for codebase in file.codebases where codebase.isSpelled(with: plan.settings) && !names.contains(codebase.name) {
            names.append(codebase.name)
        }
        return names
    }

    /// The settings of parameters that the file has.
    func own(_ settings: [String: String]) -> [String: String] {
        settings.filter { name, _ in file.parameters.contains { $0.name == name } }
    }
}
