import TensorCore

extension Planner {
    /// A combination of parameter values with what it makes of the checkpoint.
    struct Candidate {
        let combination: Int
        let draft: PlanDraft
        let unusedLines: [Int]
        let modelName: String?
        /// Nil where there is no model or its state dict is not known.
        let comparison: ModelComparison?

        /// The same where nothing is said of the model.
        var withoutModel: Candidate {
            Candidate(
                combination: combination, draft: draft, unusedLines: unusedLines, modelName: nil, comparison: nil)
        }

        /// How much is wrong: 0 for a candidate that can be executed.
        var faults: Int { draft.faults + unusedLines.count + (comparison?.faults ?? 0) }
    }

    enum Selection {
        case chosen(Candidate, notes: [Finding])
        /// With what all the combinations in question leave over, where they agree on it.
        case undecided(Finding, common: Candidate?)
    }

    /// Candidates that are compared with their models, and that an error lists.
    private static let comparedLimit = 512
    private static let listedLimit = 8

    /// Chooses the only combination that leaves nothing over, or the one that comes closest.
    func select(_ census: Census) -> Selection {
        let required = required()
        let used = used(census)
        var combinations = feasible(census, required, used).members
        let isFeasible = !combinations.isEmpty
        if !isFeasible {
            let ranked = allowed.members.map { combination in
                let leftover = leftover(combination, census, required, used)
                return (combination, cost: leftover.keys + leftover.lines.count)
            }
            let least = ranked.map(\.cost).min() ?? 0
            combinations = ranked.filter { $0.cost == least }.map(\.0)
        }
        var drafts: [[Int]: PlanDraft] = [:]
        let compared = combinations.prefix(Self.comparedLimit).map { combination in
            let lines = leftover(combination, census, required, used).lines
            let choice = census.choice(in: combination) + constants(in: combination)
            let draft = drafts[choice] ?? PlanDraft(self, census, combination)
            drafts[choice] = draft
            return candidate(combination, draft, lines)
        }
        let candidates = Self.preferringModels(compared)
        let least = candidates.map(\.faults).min()
        var equals = candidates.filter { $0.faults == least }
        if equals.count > 1 {
            // One network may be another without its head.
            let complete = equals.filter { ($0.comparison?.groups ?? []).allSatisfy { $0.state == .present } }
            if !complete.isEmpty { equals = complete }
        }
        if equals.count > 1, combinations.count <= Self.comparedLimit {
            let whole = readingTablesWhole(equals, census, required)
            if !whole.isEmpty { equals = whole }
        }
        if equals.count > 1, request.model != nil, least == 0 {
            let own = fittingDeclaredModels(equals)
            if !own.isEmpty { equals = own }
        }
        guard let best = equals.first else {
            let message = "no parameter values are left to try"
            return .undecided(Finding(.error, .unfitSettings, message), common: nil)
        }
        let isOneDraft =
            combinations.count <= Self.comparedLimit
            && Set(equals.map { census.choice(in: $0.combination) + constants(in: $0.combination) }).count == 1
        // Models that are equally far from what every one of them takes: any shows what is wrong.
        let isOneMiss =
            isOneDraft && best.draft.faults == 0 && best.unusedLines.isEmpty && best.faults > 0
            && equals.allSatisfy { $0.modelName != nil }
        guard equals.count == 1 || isOneMiss || isOneDraft && Set(equals.map(\.modelName)).count == 1 else {
            let common = isOneDraft && best.faults > 0 && equals.allSatisfy { ($0.comparison?.faults ?? 0) == 0 }
            return .undecided(
                undecided(equals, isFeasible: best.faults == 0), common: common ? best.withoutModel : nil)
        }
        guard best.faults > 0, allowed.count > 1 else { return .chosen(best, notes: []) }
        let nearest = equals.prefix(Self.listedLimit).map { set.space.describe($0.combination) }
        let message =
            "no parameter values fit; \(nearest.joined(separator: ", ")) \(nearest.count == 1 ? "comes" : "come") closest"
        let closest = Finding(.note, .closestSettings, message)
        let notes = [closest, unchecked(best, among: compared)].compactMap { $0 }
        return .chosen(best, notes: notes)
    }

    /// That other values, for which no model is declared, take every key of a checkpoint that is another network than the
    /// closest model, and not merely less of it.
    private func unchecked(_ best: Candidate, among candidates: [Candidate]) -> Finding? {
        guard request.model == nil, best.draft.faults == 0, best.unusedLines.isEmpty,
            let comparison = best.comparison, comparison.faults > comparison.missing.count,
            let other = candidates.first(where: { $0.modelName == nil && $0.faults == 0 })
        else { return nil }
        let space = set.space
        let wanted = space.parameters.indices.compactMap { index -> String? in
            let value = space.value(of: index, in: other.combination)
            guard value != space.value(of: index, in: best.combination) else { return nil }
            return "--set \(space.parameters[index].name)=\(value)"
        }
        let message = "\(wanted.joined(separator: " ")) converts it as another network, compared with no model"
        return Finding(.note, .uncheckedSettings, message)
    }

    /// Where combinations with a model stand beside some without one, which nothing can contradict: those with, if the
    /// checkpoint is near to a model, so that most of its tensors are as the model has them.
    private static func preferringModels(_ candidates: [Candidate]) -> [Candidate] {
        let isNear = candidates.contains { candidate in
            candidate.comparison.map { $0.faults * 2 <= candidate.draft.entries.count } ?? false
        }
        return isNear ? candidates.filter { $0.modelName != nil } : candidates
    }

    /// Those that equal the model which the rules declare for them, too: beside a model that replaces all of these, shapes
    /// still say which parameter values the checkpoint has.
    private func fittingDeclaredModels(_ candidates: [Candidate]) -> [Candidate] {
        var plain = request
        plain.model = nil
        let planner = Planner(set, plain, isProbe: isProbe)
        return candidates.filter { other in
            planner.candidate(other.combination, other.draft, other.unusedLines).comparison?.faults == 0
        }
    }

    /// The `make` and the `absent` lines that hold.
    private func constants(in combination: Int) -> [Int] {
        set.constants.indices.filter { set.constants[$0].combinations.contains(combination) }
            + set.absences.indices.filter { set.absences[$0].combinations.contains(combination) }
            .map { set.constants.count + $0 }
    }

    private func candidate(_ combination: Int, _ draft: PlanDraft, _ lines: [Int]) -> Candidate {
        let declared = set.models.first { $0.combinations.contains(combination) }
        let name = request.model?.name ?? declared?.name
        let items = modelSide(draft)
        let tensors =
            request.model?.tensors
            ?? name.flatMap { name in
                request.modelSignatures(
                    name, items.map { TensorSignature(key: $0.key, dtype: $0.dtype, shape: $0.shape) })
            }
        var optional = declared?.optional ?? []
        let isForward = request.direction == .forward
        if isForward {
            optional += set.absences.filter { $0.combinations.contains(combination) }.map(\.keys)
        }
        let computed = isForward ? name.map(request.computedKeys) ?? [] : []
        let comparison = tensors.map {
            ModelComparison(items, $0, optional: optional, draft.lackingSides, computedKeys: computed)
        }
        return Candidate(
            combination: combination, draft: draft, unusedLines: lines, modelName: name, comparison: comparison)
    }

    /// What must equal the model: the result, or backward, where the model is that of the rules, the part of the
    /// checkpoint that is converted.
    private func modelSide(_ draft: PlanDraft) -> [ModelComparison.Item] {
        if request.checksResult {
            draft.entries.map {
                ModelComparison.Item(key: $0.target, dtype: $0.dtype, shape: $0.shape, rule: $0.rule)
            }
        } else {
            draft.taken.map { index, rule in
                let tensor = tensors[index]
                return ModelComparison.Item(key: tensor.key, dtype: tensor.dtype, shape: tensor.shape, rule: rule)
            }
        }
    }

    private func undecided(_ candidates: [Candidate], isFeasible: Bool) -> Finding {
        var names: [(leftover: String, combinations: [String])] = []
        for candidate in candidates.prefix(Self.listedLimit) {
            let leftover = isFeasible ? "" : candidate.leftover(self)
            let name = set.space.describe(candidate.combination)
            if let index = names.firstIndex(where: { $0.leftover == leftover }) {
                names[index].combinations.append(name)
            } else {
                names.append((leftover, [name]))
            }
        }
        let more = candidates.count - min(candidates.count, Self.listedLimit)
        let rest = more > 0 ? " and \(more) more" : ""
        let listed = names.map { leftover, combinations in
            combinations.joined(separator: ", ") + (isFeasible ? "" : " leaves over \(leftover)")
        }
        let message =
            (isFeasible ? "several parameter values fit, say which: " : "no parameter values fit: ")
            + listed.joined(separator: "; ") + rest
        let code: Finding.Code = isFeasible ? .undecidedSettings : .unfitSettings
        return Finding(.error, code, rule: set.space.parameters.first?.location, message)
    }
}

extension Planner.Candidate {
    /// `2 keys ('a', 'b'), line 12`
    fileprivate func leftover(_ planner: Planner) -> String {
        var parts: [String] = []
        func add(_ keys: [Key], _ what: String) {
            guard !keys.isEmpty else { return }
            let named = keys.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            parts.append("\(keys.count) \(what) (\(named)\(keys.count > 3 ? ", …" : ""))")
        }
        add(draft.unmatched.map { planner.name(of: $0) }, "unmatched")
        if !unusedLines.isEmpty {
            parts.append(
                "unused line " + unusedLines.map { "\(planner.set.lines[$0].location.line)" }.joined(separator: ", "))
        }
        if let comparison {
            add(comparison.missing, "missing")
            add(comparison.unexpected.map(\.key), "unexpected")
            add(comparison.mismatched.map(\.item.key), "of another shape")
        }
        add(draft.sharedTargets.map(\.second.target), "made twice")
        add(draft.misfits.map(\.key), "that the operations do not fit")
        add(draft.incomplete.flatMap(\.keys), "neither there nor to be made")
        return parts.joined(separator: ", ")
    }
}
