import TensorCore

/// Says what a candidate plan found, in words: errors first in each group, everything with its line.
struct Explanation {
    /// Unmatched keys for which the nearest pattern is looked up.
    private static let nearestLimit = 32

    let planner: Planner
    let candidate: Planner.Candidate

    private var set: RuleSet { planner.set }
    private var request: PlanRequest { planner.request }

    func findings() -> [Finding] {
        unmatchedKeys() + misfits() + sharedTargets() + unusedRules() + modelDifferences() + constants() + groups()
            + forwardOnlyLines()
    }

    private func unmatchedKeys() -> [Finding] {
        candidate.draft.unmatched.enumerated().map { position, index in
            let key = planner.tensors[index].key
            let name = planner.name(of: index)
            guard position < Self.nearestLimit else {
                return Finding(.error, .unmatchedKey, key: name, "no rule takes '\(name)'")
            }
            if let (rule, reason) = planner.refusal(of: index, in: candidate.combination) {
                return Finding(.error, .unmatchedKey, key: name, rule: rule, "no rule takes '\(name)': \(reason)")
            }
            guard let nearest = planner.nearestRule(to: key, in: candidate.combination) else {
                return Finding(.error, .unmatchedKey, key: name, "no rule takes '\(name)'")
            }
            return Finding(
                .error, .unmatchedKey, key: name, rule: nearest.rule.location,
                "no rule takes '\(name)'; the nearest is '\(nearest.side.text)'")
        }
    }

    /// Where operations do not fit the tensors of a line, or some of these are taken by another.
    private func misfits() -> [Finding] {
        candidate.draft.misfits.map { key, rule, reason, isIncomplete in
            Finding(
                .error, isIncomplete ? .incompleteLine : .operationMismatch, key: key, rule: rule, "'\(key)': \(reason)"
            )
        }
    }

    private func sharedTargets() -> [Finding] {
        candidate.draft.sharedTargets.map { first, second in
            let other = candidate.draft.entries[first]
            let sources = (second.sources + other.sources).map { "'\($0)'" }.joined(separator: " and ")
            return Finding(
                .error, .sharedTarget, key: second.target, rule: second.rule, related: other.rule,
                "\(sources) (line \(other.rule.line)) both become '\(second.target)'")
        }
    }

    private func unusedRules() -> [Finding] {
        candidate.unusedLines.map { line in
            Finding(
                .error, .unusedRule, rule: set.lines[line].location,
                "no key of the checkpoint matches '\(set.lines[line].text)'")
        }
    }

    private func modelDifferences() -> [Finding] {
        guard let name = candidate.modelName else {
            guard !set.models.isEmpty else { return [] }
            let message = "no model is declared for these parameter values: a missing tensor would go unnoticed"
            return [Finding(.warning, .unknownModel, message)]
        }
        guard let comparison = candidate.comparison else {
            let message = "model '\(name)' is not built in: keys and shapes are not checked against it"
            return [Finding(.warning, .unknownModel, rule: modelLine, message)]
        }
        var findings = comparison.missing.map { missing($0, name) }
        findings += comparison.unexpected.map { item in
            Finding(
                .error, .unexpectedKey, key: item.key, rule: item.rule, related: modelLine,
                "model '\(name)' has no '\(item.key)'")
        }
        for mismatch in comparison.mismatched + comparison.otherPrecision {
            let (item, expected) = (mismatch.item, mismatch.expected)
            let isShape = item.shape != expected.shape
            let isPrecision = !isShape && item.dtype.isFloatingPoint && expected.dtype.isFloatingPoint
            let found = isShape ? "\(item.shape)" : "\(item.dtype)"
            let wanted = isShape ? "\(expected.shape)" : "\(expected.dtype)"
            findings.append(
                Finding(
                    isPrecision ? .warning : .error, isShape ? .shapeMismatch : .dtypeMismatch, key: item.key,
                    rule: item.rule, related: modelLine,
                    "'\(item.key)' is \(found), model '\(name)' has \(wanted)"))
        }
        return findings
    }

    /// The `model` line that holds, unless the user named the model.
    private var modelLine: RuleLocation? {
        guard request.model == nil else { return nil }
        return set.models.first { $0.combinations.contains(candidate.combination) }?.location
    }

    /// Names the source key that would become the missing one.
    private func missing(_ key: Key, _ model: String) -> Finding {
        guard request.checksResult else {
            let message = "the checkpoint lacks '\(key)' of model '\(model)'"
            return Finding(.error, .missingKey, key: key, rule: modelLine, message)
        }
        let origin = request.direction == .forward ? planner.origin(of: key, in: candidate.combination) : nil
        guard let origin, let source = origin.lacking.first else {
            return Finding(
                .error, .missingKey, key: key, rule: modelLine, "no rule makes '\(key)' of model '\(model)'")
        }
        return Finding(
            .error, .missingKey, key: key, rule: origin.rule.location, related: modelLine,
            "'\(key)' of model '\(model)' is missing: the checkpoint has no '\(source)'")
    }

    private func constants() -> [Finding] {
        let incomplete = candidate.draft.incomplete.map { rule, keys, present in
            let named = keys.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (keys.count > 3 ? ", …" : "")
            return Finding(
                .error, .incompleteConstants, key: keys.first, rule: rule,
                "the checkpoint gives \(present) of \(present + keys.count) such keys and lacks \(named);"
                    + " constants stand in for all of them or none")
        }
        let made = candidate.draft.made.map { rule, keys in
            Finding(
                .note, .constantsMade, key: keys.first, rule: rule,
                keys.count == 1
                    ? "'\(keys[0])', which the checkpoint lacks, is made as a constant"
                    : "\(keys.count) tensors that the checkpoint lacks are made as constants, '\(keys[0])' first")
        }
        return incomplete + made
    }

    /// What the rules say that no source has, which forward is not made.
    private var absences: [BoundAbsence] {
        guard request.direction == .forward else { return [] }
        return set.absences.filter { $0.combinations.contains(candidate.combination) }
    }

    private func note(_ absence: BoundAbsence, key: Key? = nil, _ count: String = "") -> Finding {
        Finding(
            .note, .absentGroup, key: key, rule: absence.location,
            "'\(absence.keys.side.text)'\(count) is not made: \(absence.reason)")
    }

    private func groups() -> [Finding] {
        guard let comparison = candidate.comparison else { return absences.map { note($0) } }
        let computed = Set(comparison.computed)
        return computedBuffers(comparison)
            + comparison.groups.compactMap { group in
                switch group.state {
                case .present: return nil
                case .absent:
                    if computed.isSuperset(of: group.missing) { return nil }
                    if let absence = absences.first(where: { $0.keys.side.text == group.pattern }) {
                        return note(absence, key: group.missing.first, " (\(group.missing.count) tensors)")
                    }
                    let message =
                        "the checkpoint lacks the optional '\(group.pattern)': \(group.missing.count) tensors"
                    return Finding(.note, .absentGroup, key: group.missing.first, rule: modelLine, message)
                case .partial:
                    let message =
                        "the optional '\(group.pattern)' is there in part: '\(group.missing[0])' is missing"
                        + (group.missing.count > 1 ? ", as are \(group.missing.count - 1) more" : "")
                    return Finding(.error, .partialGroup, key: group.missing.first, rule: modelLine, message)
                }
            }
    }

    private func computedBuffers(_ comparison: ModelComparison) -> [Finding] {
        guard let first = comparison.computed.first else { return [] }
        let count = comparison.computed.count
        return [
            Finding(
                .note, .computedBuffers, key: first,
                count == 1
                    ? "a buffer that the checkpoint lacks is computed, '\(first)'"
                    : "\(count) buffers that the checkpoint lacks are computed, '\(first)' first")
        ]
    }

    private func forwardOnlyLines() -> [Finding] {
        var seen: Set<Int> = []
        return set.rules.compactMap { rule in
            guard rule.combinations.contains(candidate.combination), let obstacle = planner.obstacle(rule),
                seen.insert(rule.line).inserted
            else { return nil }
            return Finding(.warning, .forwardOnly, rule: rule.location, "the line runs forward only: \(obstacle)")
        }
    }
}
