/// A `table` or `runs` line: texts on the left, texts on the right, one to one.
struct Lookup: Hashable, Sendable {
    let forward: [KeyText: KeyText]
    let inverse: [KeyText: KeyText]
    /// The bytes of the longest text on the right.
    let longestValue: Int

    /// - Throws: the first text that stands twice on one side.
    init(_ pairs: [(KeyText, KeyText)]) throws(RepeatedText) {
        var forward: [KeyText: KeyText] = [:]
        var inverse: [KeyText: KeyText] = [:]
        for (left, right) in pairs {
            guard forward.updateValue(right, forKey: left) == nil else { throw RepeatedText(text: left.string) }
            guard inverse.updateValue(left, forKey: right) == nil else { throw RepeatedText(text: right.string) }
        }
        self.forward = forward
        self.inverse = inverse
        longestValue = pairs.map(\.1.count).max() ?? 0
    }

    struct RepeatedText: Error { let text: String }

    /// The pairs of `runs … from F group G = lengths`: flat index F, F+1, … to `group.offset`.
    static func runs(from first: Int, group: Int, lengths: [Int]) -> [(KeyText, KeyText)] {
        var pairs: [(KeyText, KeyText)] = []
        for (position, length) in lengths.enumerated() {
            for offset in 0..<length {
                pairs.append((KeyText("\(first + pairs.count)"), KeyText("\(group + position).\(offset)")))
            }
        }
        return pairs
    }
}
