import KeyRules
import TensorCore

/// Two lists of tensors of which it is known what becomes what, to hold a draft against.
struct DraftTruth: Sendable {
    let name: String
    let sources: [TensorSignature]
    let targets: [TensorSignature]
    /// By source: the target that it alone becomes.
    private var images: [Key: Image] = [:]
    /// By target: the sources that are joined in it along axis 0, nil for zeros.
    private var joins: [Key: [Key?]] = [:]
    /// By target: the source that it is a part of.
    private var splits: [Key: Key] = [:]

    private struct Image: Sendable {
        let target: Key
        /// In the notation of the rule language; nil for a rename.
        let operation: String?
    }

    /// Upstream's checkpoint and MMPreTrain's model.
    init(_ facts: ConverterFacts) {
        name = facts.name
        sources = facts.allSources
        targets = facts.modelTensors
        for entry in facts.entries {
            if entry.sources.count == 1, let source = entry.sources[0], entry.operation?.hasPrefix("split") ?? false {
                splits[entry.target.key] = source.key
            } else if entry.sources.count == 1, let source = entry.sources[0] {
                images[source.key] = Image(target: entry.target.key, operation: entry.operation)
            } else if entry.operation == "concat 0" {
                joins[entry.target.key] = entry.sources.map { $0?.key }
            }
        }
    }

    private init(name: String, _ sources: [TensorSignature], _ targets: [TensorSignature]) {
        self.name = name
        self.sources = sources
        self.targets = targets
    }

    /// From the targets to the sources.
    var reversed: DraftTruth {
        var truth = DraftTruth(name: "\(name), reversed", targets, sources)
        for (source, image) in images {
            truth.images[image.target] = Image(target: source, operation: image.operation.map(Self.inverse))
        }
        for (target, parts) in joins {
            for case let part? in parts { truth.splits[part] = target }
        }
        let parts = targets.map(\.key).filter { splits[$0] != nil }
        for part in parts { truth.joins[splits[part] ?? part, default: []].append(part) }
        return truth
    }

    /// From this one's sources to another's that make the same targets.
    func crossed(_ other: DraftTruth) -> DraftTruth {
        var truth = DraftTruth(name: "\(name) to \(other.name)", sources, other.sources)
        let back = other.reversed.images
        for (source, image) in images {
            if let parts = other.joins[image.target], image.operation == nil {
                for case let part? in parts { truth.splits[part] = source }
            }
            guard let next = back[image.target] else { continue }
            if image.operation == nil || next.operation == nil {
                truth.images[source] = Image(target: next.target, operation: image.operation ?? next.operation)
            } else if let operation = image.operation, next.operation == Self.inverse(operation) {
                truth.images[source] = Image(target: next.target, operation: nil)
            }
        }
        for (part, source) in splits {
            if let next = back[part], next.operation == nil { truth.splits[next.target] = source }
        }
        for (source, parts) in other.reversed.joins {
            let before = parts.map { part in part.flatMap { reversed.images[$0] } }
            if before.allSatisfy({ $0 != nil && $0?.operation == nil }) {
                truth.joins[source] = before.map { $0?.target }
            }
        }
        for (target, parts) in joins {
            if let next = back[target], next.operation == nil { truth.joins[next.target] = parts }
            guard let others = other.joins[target], others.count == parts.count else { continue }
            for case (let part?, let next?) in zip(parts, others) {
                truth.images[part] = Image(target: next, operation: nil)
            }
        }
        return truth
    }

    private static func inverse(_ operation: String) -> String {
        let parts = operation.split(separator: " with ", maxSplits: 1).map(String.init)
        let sides = parts[0].split(separator: " -> ").map(String.init)
        guard sides.count == 2 else { return "inverse of \(operation)" }
        return "\(sides[1]) -> \(sides[0])" + (parts.count > 1 ? " with \(parts[1])" : "")
    }

    /// How many lines of a draft are what.
    struct Score {
        /// Not marked, and right for each tensor.
        var right = 0
        /// Marked, and right for each tensor.
        var doubted = 0
        /// Marked, and wrong for some tensor.
        var caught = 0
        /// Not marked, and wrong for some tensor.
        var wrong: [String] = []

        static func += (one: inout Score, other: Score) {
            one.right += other.right
            one.doubted += other.doubted
            one.caught += other.caught
            one.wrong += other.wrong
        }
    }

    /// Drafts rules that lead from the one list to the other, each in an order.
    func score(_ order: ([TensorSignature]) -> [TensorSignature]) throws -> Score {
        let sources = order(sources)
        let model = PlanRequest.Model(name: "m", tensors: order(targets), isOfResult: true)
        let text = RuleSuggestion(sources: sources, model: model, name: "draft").text
        let plan = try RuleFile.parse(text, name: "draft").plan(PlanRequest(tensors: sources))
        return score(text, plan)
    }

    /// - Parameters:
    ///   - text: a draft.
    ///   - plan: what it does to the sources.
    func score(_ text: String, _ plan: ConversionPlan) -> Score {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var score = Score()
        for (line, entries) in Dictionary(grouping: plan.entries, by: \.rule.line) {
            let wrong = entries.filter { !isRight($0) }
            switch (lines[line - 1].contains("# unsure"), wrong.first) {
            case (true, nil): score.doubted += 1
            case (true, _): score.caught += 1
            case (false, nil): score.right += 1
            case (false, let first?):
                score.wrong.append("\(name): \(lines[line - 1]): '\(first.target)', \(wrong.count) of \(entries.count)")
            }
        }
        return score
    }

    private func isRight(_ entry: ConversionPlan.Entry) -> Bool {
        let operations = entry.operations.map { Self.plain($0.description) }
        guard entry.sources.count == 1 else {
            return joins[entry.target].map { $0.compactMap { $0 } == entry.sources && operations == ["concat 0"] }
                ?? false
        }
        if operations.first?.hasPrefix("split") ?? false { return splits[entry.target] == entry.sources[0] }
        guard let image = images[entry.sources[0]] else {
            return joins[entry.target]?.compactMap { $0 } == entry.sources && operations == ["concat 0"]
        }
        return image.target == entry.target && operations == [image.operation].compactMap { $0.map(Self.plain) }
    }

    /// A layout with numbers for its letters, which are names only.
    private static func plain(_ operation: String) -> String {
        guard operation.contains(" -> "), !operation.contains(" with ") else { return operation }
        var numbers: [Character: Int] = [:]
        return operation.map { character in
            guard character.isLetter else { return String(character) }
            let number = numbers[character] ?? numbers.count + 2
            numbers[character] = number
            return "\(number)"
        }.joined()
    }
}
