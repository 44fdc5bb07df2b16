/// How far a key is from what a side spells, for "the nearest pattern is …".
struct PatternDistance {
    /// A segment of a side: the parts between two separators.
    private enum Segment {
        case parts([Side.Step])
        /// `{x..}`
        case path
    }

    private static let absent = 4
    private static let different = 4
    private static let refusedCapture = 2
    private static let similarLiteral = 1

    private let segments: [Segment]
    private let domains: [CaptureDomain]

    init(_ side: Side, domains: [CaptureDomain]) {
        self.domains = domains
        var segments: [Segment] = []
        var parts: [Side.Step] = []
        func end() {
            if case .capture(let index, .value)? = parts.first, parts.count == 1, domains[index] == .path {
                segments.append(.path)
            } else {
                segments.append(.parts(parts))
            }
            parts = []
        }
        for step in side.steps {
            guard case .literal(let literal) = step else {
                parts.append(step)
                continue
            }
            let pieces = literal.split(omittingEmptySubsequences: false, whereSeparator: Separator.contains)
            for (index, piece) in pieces.enumerated() {
                if index > 0 { end() }
                if !piece.isEmpty { parts.append(.literal(piece)) }
            }
        }
        end()
        self.segments = segments
    }

    /// 0 for a key that the side spells, as far as its segments tell; 4 for each segment that has no partner.
    func distance(to key: KeyText) -> Int {
        let words = key.split(omittingEmptySubsequences: false, whereSeparator: Separator.contains)
        guard words.count <= 64 else { return Int.max }
        var row = (0...words.count).map { $0 * Self.absent }
        for segment in segments {
            var next = [row[0] + Self.absent]
            for (index, word) in words.enumerated() {
                let paired: Int
                switch segment {
                case .path: paired = min(row[index], next[index])
                case .parts(let parts):
                    paired = row[index] + cost(parts, word)
                }
                next.append(min(paired, row[index + 1] + Self.absent, next[index] + Self.absent))
            }
            row = next
        }
        return row[words.count]
    }

    private func cost(_ parts: [Side.Step], _ word: KeyText) -> Int {
        let side = Side(text: "", steps: parts)
        var values = [KeyText?](repeating: nil, count: domains.count)
        if side.match(word, domains: domains, values: &values) { return 0 }
        if case .literal(let literal)? = parts.first, parts.count == 1 {
            return Self.isSimilar(literal, word) ? Self.similarLiteral : Self.different
        }
        return Self.refusedCapture
    }

    /// Equal but for a common beginning or end of more than half their length.
    private static func isSimilar(_ left: KeyText, _ right: KeyText) -> Bool {
        let head = zip(left, right).prefix { $0 == $1 }.count
        let tail = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
        return max(head, tail) * 2 > max(left.count, right.count)
    }
}
