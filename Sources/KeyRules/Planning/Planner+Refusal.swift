import TensorCore

extension Planner {
    /// Why a line that matches a key does not take it.
    func refusal(of tensor: Int, in combination: Int) -> (rule: RuleLocation, reason: String)? {
        let input = inputs.position(ofTensor: tensor)
        let key = KeyText(tensors[tensor].key.text)
        let isForward = request.direction == .forward
        for index in (isForward ? sourceIndex : targetIndex).candidates(for: key) {
            let place = isForward ? sourceSides[index] : targetSides[index]
            let rule = set.rules[place.rule]
            let side = rule.inputSides(request.direction)[place.side].side
            guard place.input == input, rule.combinations.contains(combination),
                let values = match(side, of: rule, key)
            else { continue }
            if let obstacle = obstacle(rule) { return (rule.location, "the line runs forward only: \(obstacle)") }
            if let companion = missingCompanion(rule, values) {
                return (rule.location, "the line needs '\(companion)' too, which is not there")
            }
        }
        return nil
    }

    /// The line that would make a key, and the source keys that the checkpoint lacks for it.
    func origin(of target: Key, in combination: Int) -> (rule: BoundRule, lacking: [Key])? {
        let key = KeyText(target.text)
        for index in targetIndex.candidates(for: key) {
            let place = targetSides[index]
            let rule = set.rules[place.rule]
            guard rule.combinations.contains(combination),
                let values = match(rule.targets[place.side], of: rule, key).map({ firstMember(rule, $0) })
            else { continue }
            let sources = rule.sources.compactMap { source in
                source.side.key(values).map { (source: source, key: $0) }
            }
            guard sources.count == rule.sources.count,
                shadow(of: rule.sources[0], rule, place.rule, values, allowed).contains(combination) == false
            else { continue }
            let names = sources.compactMap { source, key -> (name: Key, isPresent: Bool)? in
                guard let input = inputs.position(of: source.input) else { return nil }
                let name = Key(key.string)
                let isPresent = !presentKeys.isEmpty && presentKeys[input].contains(name)
                return (inputs.name(of: name, input: input), isPresent)
            }
            let lacking = names.filter { !$0.isPresent }.map(\.name)
            return (rule, lacking.isEmpty ? names.map(\.name) : lacking)
        }
        return nil
    }
}
