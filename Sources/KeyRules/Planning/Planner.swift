import TensorCore

/// Plans one conversion: which rule takes which key, under which parameter values.
struct Planner {
    let set: RuleSet
    let request: PlanRequest
    /// Whether the plan is a guess at what the user may have meant: rules that lose something run backward too.
    let isProbe: Bool
    /// The combinations that the given settings leave open.
    let allowed: CombinationSet
    let refusals: [Finding]
    /// The tensors of all inputs, the carrier's first.
    let tensors: [TensorSignature]
    let inputs: InputTable
    /// By leading literal of the sources and of the targets; a pattern is a position in `sourceSides`, `targetSides`.
    let sourceIndex: PrefixTrie
    let targetIndex: PrefixTrie
    /// The sides whose keys are taken, in the order of the rules.
    let sourceSides: [RuleSide]
    let targetSides: [RuleSide]
    /// Input → the keys it has, if a rule asks.
    let presentKeys: [Set<Key>]
    let openSides = PresenceMemo()

    /// A side of a rule, and the input whose keys it takes.
    struct RuleSide {
        let rule: Int
        let side: Int
        let input: Int
    }

    init(_ set: RuleSet, _ request: PlanRequest, isProbe: Bool = false) {
        self.set = set
        self.request = request
        self.isProbe = isProbe
        inputs = InputTable(request)
        tensors = request.named.reduce(request.tensors) { $0 + $1.tensors }
        var sourceIndex = PrefixTrie()
        var targetIndex = PrefixTrie()
        var sourceSides: [RuleSide] = []
        var targetSides: [RuleSide] = []
        var missing: [(name: String, location: RuleLocation)] = []
        for (index, rule) in set.rules.enumerated() {
            for (side, source) in rule.sources.enumerated() {
                guard let input = inputs.position(of: source.input) else {
                    missing.append((source.input ?? "", rule.location))
                    continue
                }
                sourceIndex.insert(sourceSides.count, under: source.side.leadingLiteral)
                sourceSides.append(RuleSide(rule: index, side: side, input: input))
            }
            for (side, target) in rule.targets.enumerated() {
                targetIndex.insert(targetSides.count, under: target.leadingLiteral)
                targetSides.append(RuleSide(rule: index, side: side, input: 0))
            }
        }
        self.sourceIndex = sourceIndex
        self.targetIndex = targetIndex
        self.sourceSides = sourceSides
        self.targetSides = targetSides
        let asksForKeys = set.rules.contains {
            !$0.conditions.isEmpty || $0.sources.count > 1 || $0.targets.count > 1
        }
        presentKeys = asksForKeys ? ([request.tensors] + request.named.map(\.tensors)).map { Set($0.map(\.key)) } : []
        let (allowed, unknownSettings) = Self.allowed(set.space, request.settings)
        self.allowed = allowed
        let isForward = request.direction == .forward
        refusals =
            unknownSettings + (isForward ? inputs.findings(missing, read: set.inputNames) : inputs.namedInReverse)
    }

    private static func allowed(
        _ space: ParameterSpace, _ settings: [String: String]
    ) -> (CombinationSet, [Finding]) {
        var conditions: [ParameterCondition] = []
        var findings: [Finding] = []
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard let parameter = space.index(of: name) else {
                let known = space.parameters.map(\.name).joined(separator: ", ")
                let message = "there is no parameter '\(name)'" + (known.isEmpty ? "" : "; there is \(known)")
                findings.append(Finding(.error, .unknownSetting, message))
                continue
            }
            let known = space.parameters[parameter]
            guard let index = known.values.firstIndex(of: value) else {
                let message =
                    "'\(value)' is not a value of '\(name)', which is \(known.values.joined(separator: " | "))"
                findings.append(Finding(.error, .unknownSetting, rule: known.location, message))
                continue
            }
            conditions.append(ParameterCondition(parameter: parameter, values: [index]))
        }
        return (space.combinations(where: conditions), findings)
    }

    /// The key of a tensor as reports spell it: after its input's name, if it is not the carrier's.
    func name(of tensor: Int) -> Key { inputs.name(of: tensors[tensor].key, at: tensor) }

    func plan() -> ConversionPlan {
        guard refusals.isEmpty else { return refusal(refusals) }
        guard !tensors.isEmpty else {
            return refusal([Finding(.error, .emptyCheckpoint, "the checkpoint contains no tensor to convert")])
        }
        let census = census()
        if let mistake = mistakenInput(census) { return refusal([mistake]) }
        switch select(census) {
        case .chosen(let candidate, let notes): return finish(candidate, notes)
        case .undecided(let finding, let common):
            if let plan = byDefault() { return plan }
            let details = common.map { Explanation(planner: self, candidate: $0).findings() } ?? []
            return refusal([finding] + details)
        }
    }

    /// Backward, under the values that a `codebase` line names for what is left open.
    private func byDefault() -> ConversionPlan? {
        guard request.direction == .reverse, let line = set.codebases.first(where: \.isDefault) else { return nil }
        let given = request.settings
        let open = line.settings.filter { given[$0.key] == nil }
        guard !open.isEmpty else { return nil }
        var request = request
        request.settings.merge(open) { given, _ in given }
        var plan = Planner(set, request, isProbe: isProbe).plan()
        guard plan.isExecutable else { return nil }
        let values = open.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        plan.findings.append(
            Finding(
                .note, .closestSettings, rule: line.location,
                "the keys do not say which spelling is wanted: \(values) is taken; --set chooses another"))
        return plan
    }

    private func refusal(_ findings: [Finding]) -> ConversionPlan {
        ConversionPlan(
            direction: request.direction, entries: [], dropped: [], settings: [], model: request.model?.name,
            isModelChecked: false, optionalGroups: [], caveats: [], computedBuffers: [], findings: findings)
    }

    private func finish(_ candidate: Candidate, _ notes: [Finding]) -> ConversionPlan {
        let settings = set.space.parameters.enumerated().map { index, parameter in
            ConversionPlan.Setting(
                parameter: parameter.name, value: set.space.value(of: index, in: candidate.combination),
                origin: request.settings[parameter.name] == nil ? .deduced : .given)
        }
        let explanation = Explanation(planner: self, candidate: candidate)
        return ConversionPlan(
            direction: request.direction, entries: candidate.draft.entries, dropped: candidate.draft.dropped,
            settings: settings, model: candidate.modelName, isModelChecked: candidate.comparison != nil,
            optionalGroups: candidate.comparison?.groups ?? [], caveats: caveats(in: candidate.combination),
            computedBuffers: candidate.comparison?.computed ?? [], findings: notes + explanation.findings())
    }

    /// What the rules say of the outputs of such a checkpoint.
    private func caveats(in combination: Int) -> [ConversionPlan.Caveat] {
        let holding = set.caveats.filter { caveat in
            caveat.combinations.contains(combination)
                && caveat.conditions.allSatisfy { condition in
                    let keys = request.direction == .forward ? condition.forward : condition.reverse
                    guard let keys else { return false }
                    return request.tensors.contains { keys.matches($0.key) } == condition.isPresent
                }
        }
        return holding.map { ConversionPlan.Caveat(text: $0.text, rule: $0.location) }
    }
}
