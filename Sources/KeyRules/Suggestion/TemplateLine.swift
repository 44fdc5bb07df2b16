/// Pairs of keys that one line of rules maps: both sides in one template each.
struct TemplateLine {
    struct Pair {
        let source: KeyTemplate
        let target: KeyTemplate
        /// What is done to the tensor; nil for a rename.
        let operation: String?
        let isUnsure: Bool
        /// Position in the checkpoint.
        let order: Int
    }

    private(set) var pairs: [Pair]
    private var source: KeyTemplate { pairs[0].source }
    private var target: KeyTemplate { pairs[0].target }

    /// The names that captures get, first to last.
    private static let names = ["n", "m", "k", "j", "i", "h", "g", "f"]

    /// A `runs` or `table` that a line needs.
    struct Declaration: Hashable {
        /// What stands after the name.
        let text: String
        let isRuns: Bool
    }

    /// Where the text of a hole of the target comes from.
    private enum Origin {
        case constant
        case capture(Int, offset: Int)
        case lookup(Int, Declaration)
        /// The text comes with that of the hole before it.
        case merged
    }

    init(_ pairs: [Pair]) { self.pairs = pairs }

    /// Lines that map the pairs, as few as can be found.
    static func folded(_ pairs: [Pair]) -> [TemplateLine] {
        var groups: [[String]: [Pair]] = [:]
        var order: [[String]] = []
        for pair in pairs {
            let key = pair.source.literals + ["->"] + pair.target.literals + [pair.operation ?? ""]
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(pair)
        }
        return order.flatMap { TemplateLine(groups[$0] ?? []).divided() }
    }

    /// Itself, or parts of it that can be said in a line each.
    private func divided() -> [TemplateLine] { pairs.count > 1 && origins() == nil ? parts : [self] }

    /// Lines of fewer keys each that together map the same: divided by the hole of either side that has the fewest values.
    var parts: [TemplateLine] {
        let sides: [(side: KeyPath<Pair, KeyTemplate>, holes: Range<Int>)] = [
            (\.source, source.holes.indices), (\.target, target.holes.indices),
        ]
        let counts = sides.flatMap { side, holes in
            holes.map { (side: side, hole: $0, count: Set(values($0, side)).count) }
        }
        guard let best = counts.filter({ $0.count > 1 }).min(by: { $0.count < $1.count }) else {
            return pairs.map { TemplateLine([$0]) }
        }
        var parts: [KeyTemplate.Hole: [Pair]] = [:]
        var order: [KeyTemplate.Hole] = []
        for pair in pairs {
            let value = pair[keyPath: best.side].holes[best.hole]
            if parts[value] == nil { order.append(value) }
            parts[value, default: []].append(pair)
        }
        return order.flatMap { TemplateLine(parts[$0] ?? []).divided() }
    }

    private func values(_ hole: Int, _ side: KeyPath<Pair, KeyTemplate>) -> [KeyTemplate.Hole] {
        pairs.map { $0[keyPath: side].holes[hole] }
    }

    /// How the target's holes follow from the source's; nil if no line can say it.
    private func origins() -> [Origin]? {
        let sources = source.holes.indices.map { values($0, \.source) }
        let varying = sources.indices.filter { Set(sources[$0]).count > 1 }
        var used: Set<Int> = []
        var origins: [Origin] = []
        while origins.count < target.holes.count {
            let hole = origins.count
            let targets = values(hole, \.target)
            if Set(targets).count == 1 {
                origins.append(.constant)
            } else if let equal = varying.first(where: { sources[$0] == targets }) {
                used.insert(equal)
                origins.append(.capture(equal, offset: 0))
            } else if let (index, offset) = shifted(sources, varying, targets) {
                used.insert(index)
                origins.append(.capture(index, offset: offset))
            } else if let (index, declaration) = counted(sources, varying, hole) {
                used.insert(index)
                origins += [.lookup(index, declaration), .merged]
            } else if let index = varying.first(where: { Self.isOneToOne(sources[$0], targets.map(\.text)) }) {
                used.insert(index)
                origins.append(.lookup(index, Self.table(sources[index], targets.map(\.text))))
            } else {
                return nil
            }
        }
        return used == Set(varying) ? origins : nil
    }

    private func shifted(
        _ sources: [[KeyTemplate.Hole]], _ varying: [Int], _ targets: [KeyTemplate.Hole]
    ) -> (Int, Int)? {
        for index in varying {
            let differences = Set(
                zip(sources[index], targets).map { source, target -> Int? in
                    guard let left = source.number, let right = target.number else { return nil }
                    let (difference, overflow) = right.subtractingReportingOverflow(left)
                    return overflow ? nil : difference
                })
            if differences.count == 1, let only = differences.first, let difference = only {
                return (index, difference)
            }
        }
        return nil
    }

    /// Two numbers with a dot between them that one flat number of the source counts.
    private func counted(
        _ sources: [[KeyTemplate.Hole]], _ varying: [Int], _ hole: Int
    ) -> (Int, Declaration)? {
        guard hole + 1 < target.holes.count, target.literals[hole + 1] == "." else { return nil }
        let both = zip(values(hole, \.target), values(hole + 1, \.target)).map { "\($0.text).\($1.text)" }
        guard let index = varying.first(where: { Self.isOneToOne(sources[$0], both) }) else { return nil }
        return (index, Self.runs(sources[index], both) ?? Self.table(sources[index], both))
    }

    private static func isOneToOne(_ left: [KeyTemplate.Hole], _ right: [String]) -> Bool {
        var forward: [KeyTemplate.Hole: String] = [:]
        var inverse: [String: KeyTemplate.Hole] = [:]
        for (left, right) in zip(left, right) {
            guard left.number != nil, forward[left] ?? right == right, inverse[right] ?? left == left else {
                return false
            }
            forward[left] = right
            inverse[right] = left
        }
        return true
    }

    private static func table(_ left: [KeyTemplate.Hole], _ right: [String]) -> Declaration {
        let rows = Dictionary(zip(left.map { $0.number ?? 0 }, right), uniquingKeysWith: { first, _ in first })
            .sorted { $0.key < $1.key }
        let text = "\(rows.map { "\($0.key)" }.joined(separator: " ")) -> \(rows.map(\.value).joined(separator: " "))"
        return Declaration(text: text, isRuns: false)
    }

    /// The rows of a table if they count without gap: flat index to group.offset.
    private static func runs(_ left: [KeyTemplate.Hole], _ right: [String]) -> Declaration? {
        let rows = Dictionary(zip(left.map { $0.number ?? 0 }, right), uniquingKeysWith: { first, _ in first })
            .sorted { $0.key < $1.key }
        guard let (first, begin) = rows.first, let group = begin.split(separator: ".").first.flatMap({ Int($0) }) else {
            return nil
        }
        var lengths: [Int] = []
        for (position, row) in rows.enumerated() {
            let parts = row.value.split(separator: ".").compactMap { Int($0) }
            guard parts.count == 2, row.key == first + position else { return nil }
            if parts[0] == group + lengths.count, parts[1] == 0 {
                lengths.append(1)
            } else if !lengths.isEmpty, parts[0] == group + lengths.count - 1, parts[1] == lengths[lengths.count - 1] {
                lengths[lengths.count - 1] += 1
            } else {
                return nil
            }
        }
        let text = "from \(first) group \(group) = \(lengths.map { "\($0)" }.joined(separator: " "))"
        return Declaration(text: text, isRuns: true)
    }

    /// The line without comment.
    /// - Parameter declared: gives a declaration its name.
    func text(declared: (Declaration) -> String) -> String {
        let origins = origins() ?? []
        var names: [Int: String] = [:]
        for hole in source.holes.indices where Set(values(hole, \.source)).count > 1 {
            if case .parameter = source.holes[hole] {
                names[hole] = "p"
            } else {
                let number = names.count
                names[hole] = number < Self.names.count ? Self.names[number] : "x\(number)"
            }
        }
        var left = source.literals[0]
        for hole in source.holes.indices {
            let name = names[hole]
            left += name.map { "{\($0):\(Self.domain(values(hole, \.source)))}" } ?? source.holes[hole].text
            left += source.literals[hole + 1]
        }
        var right = target.literals[0]
        for (hole, origin) in origins.enumerated() {
            var isMerged = false
            switch origin {
            case .constant: right += target.holes[hole].text
            case .capture(let index, let offset):
                let name = names[index] ?? ""
                right += offset == 0 ? "{\(name)}" : offset > 0 ? "{\(name)+\(offset)}" : "{\(name)\(offset)}"
            case .lookup(let index, let declaration):
                let name = names[index] ?? ""
                let table = declared(declaration)
                right += declaration.isRuns ? "{\(name)@\(table)}" : "{\(table)[\(name)]}"
                if hole + 1 < origins.count, case .merged = origins[hole + 1] { isMerged = true }
            case .merged: break
            }
            if !isMerged { right += target.literals[hole + 1] }
        }
        let sides = [left, right].map { Self.parts(of: $0).joined(separator: ", ") }
        return sides.joined(separator: " -> ") + (pairs[0].operation.map { " : \($0)" } ?? "")
    }

    /// A side with `[q|k|v]` in it as one side for each name, of which the first has the annotations; `0` is zeros.
    private static func parts(of side: String) -> [String] {
        var rest = side[...]
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            let names = side[side.index(after: open)..<close]
            rest = side[side.index(after: close)...]
            // A table has brackets, too: `{stage[n]}`.
            guard names.contains("|") else { continue }
            return names.split(separator: "|").enumerated().map { index, name in
                if name == "0" { return "zeros" }
                let text = String(side[..<open]) + name + rest
                return index == 0 ? text : withoutAnnotations(text)
            }
        }
        return [side]
    }

    /// `{n:0..11}` as `{n}`.
    private static func withoutAnnotations(_ side: String) -> String {
        var text = ""
        var isSkipping = false
        var isInside = false
        for character in side {
            if character == "{" { isInside = true }
            if character == "}" { (isInside, isSkipping) = (false, false) }
            if isInside, character == ":" { isSkipping = true }
            if !isSkipping { text.append(character) }
        }
        return text
    }

    /// What the values are, as narrow as can be said.
    private static func domain(_ values: [KeyTemplate.Hole]) -> String {
        let numbers = Set(values.compactMap(\.number)).sorted()
        guard let first = numbers.first, let last = numbers.last else {
            let names = Set(values.map(\.text))
            return names.count == KeyTemplate.parameters.count
                ? "param" : KeyTemplate.parameters.filter { names.contains($0) }.joined(separator: "|")
        }
        if numbers.count == last - first + 1 { return "\(first)..\(last)" }
        return numbers.map { "\($0)" }.joined(separator: "|")
    }
}
