import TensorCore

/// Plans one conversion: which rule takes which key, under which parameter values.
struct Planner {
    let set: RuleSet
    let request: PlanRequest
    /// The combinations that the given settings leave open.
    let allowed: CombinationSet
    let unknownSettings: [Finding]
    /// By leading literal of the sources and of the targets.
    let sourceIndex: PrefixTrie
    let targetIndex: PrefixTrie
    let presentKeys: Set<Key>

    init(_ set: RuleSet, _ request: PlanRequest) {
        self.set = set
        self.request = request
        var sourceIndex = PrefixTrie()
        var targetIndex = PrefixTrie()
        for (index, rule) in set.rules.enumerated() {
            sourceIndex.insert(index, under: rule.source.leadingLiteral)
            if let target = rule.target { targetIndex.insert(index, under: target.leadingLiteral) }
        }
        self.sourceIndex = sourceIndex
        self.targetIndex = targetIndex
        let asksForKeys = set.rules.contains { !$0.conditions.isEmpty }
        presentKeys = asksForKeys ? Set(request.tensors.map(\.key)) : []
        (allowed, unknownSettings) = Self.allowed(set.space, request.settings)
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
                let message = "'\(value)' is no value of '\(name)', which is \(known.values.joined(separator: " | "))"
                findings.append(Finding(.error, .unknownSetting, rule: known.location, message))
                continue
            }
            conditions.append(ParameterCondition(parameter: parameter, values: [index]))
        }
        return (space.combinations(where: conditions), findings)
    }

    func plan() -> ConversionPlan {
        guard unknownSettings.isEmpty else { return refusal(unknownSettings) }
        guard !request.tensors.isEmpty else {
            return refusal([Finding(.error, .emptyCheckpoint, "the checkpoint holds no tensor to convert")])
        }
        let census = census()
        if let mistake = mistakenInput(census) { return refusal([mistake]) }
        switch select(census) {
        case .chosen(let candidate, let notes): return finish(candidate, notes)
        case .undecided(let finding, let common):
            let details = common.map { Explanation(planner: self, candidate: $0).findings() } ?? []
            return refusal([finding] + details)
        }
    }

    private func refusal(_ findings: [Finding]) -> ConversionPlan {
        ConversionPlan(
            direction: request.direction, entries: [], dropped: [], settings: [], model: request.model?.name,
            isModelChecked: false, optionalGroups: [], findings: findings)
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
            optionalGroups: candidate.comparison?.groups ?? [], findings: notes + explanation.findings())
    }
}
