/// The names that a user may mean by a word, best first: those that contain it, those that contain it but for separators
/// (`swinv2` for `swin_v2`), those with a part that it is a misspelling of, those that begin with its letters up to a
/// separator or digit, and those that `nearestNames` has.
///
/// A misspelling differs in up to a quarter of the word's letters and digits, or in one. Within each of these kinds,
/// names that match at their start come first.
package func likelyNames(for word: String, among names: some Sequence<String>, limit: Int = 5) -> [String] {
    let wanted = LikelyName(word)
    guard wanted.text.count > 1 else { return nearestNames(to: word, among: names, limit: limit) }
    let names = Array(names)
    let near = nearestNames(to: word, among: names)
    let stem = wanted.text.prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    let scored = names.enumerated().compactMap { index, name -> (score: Score, name: String)? in
        let candidate = LikelyName(name)
        if let place = candidate.text.firstPlace(of: wanted.text) {
            return (Score(tier: 0, distance: 0, isInside: place > 0, index: index), name)
        }
        if !wanted.plain.isEmpty, let place = candidate.plain.firstPlace(of: wanted.plain) {
            return (Score(tier: 1, distance: 0, isInside: place > 0, index: index), name)
        }
        let most = max(1, wanted.plain.count / 4)
        let isComparable = wanted.plain.count > 3 && wanted.plain.count - candidate.plain.count <= most
        let part = isComparable ? candidate.plain.nearestPart(to: wanted.plain) : nil
        if let part, part.distance <= most {
            return (Score(tier: 2, distance: part.distance, isInside: !part.isAtStart, index: index), name)
        }
        if stem.count > 2, candidate.text.starts(with: stem) {
            return (Score(tier: 3, distance: 0, isInside: false, index: index), name)
        }
        return near.firstIndex(of: name).map { (Score(tier: 4, distance: $0, isInside: false, index: index), name) }
    }
    return scored.sorted { $0.score < $1.score }.prefix(limit).map(\.name)
}

/// A name in lower case.
private struct LikelyName {
    let text: [UInt8]
    /// The name's letters and digits.
    let plain: [UInt8]

    init(_ name: String) {
        text = name.utf8.map(lowercased)
        plain = text.filter {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
        }
    }
}

private struct Score: Comparable {
    let tier: Int
    let distance: Int
    let isInside: Bool
    let index: Int

    static func < (one: Score, other: Score) -> Bool {
        (one.tier, one.distance, one.isInside ? 1 : 0, one.index)
            < (other.tier, other.distance, other.isInside ? 1 : 0, other.index)
    }
}

extension [UInt8] {
    fileprivate func firstPlace(of part: [UInt8]) -> Int? {
        guard part.count <= count else { return nil }
        return (0...count - part.count).first { self[$0...].starts(with: part) }
    }

    /// The least number of edits that turn a word into some part of this text (Sellers, 1980), and whether a part at the
    /// start is among the nearest; in O(word × text) time.
    fileprivate func nearestPart(to word: [UInt8]) -> (distance: Int, isAtStart: Bool) {
        /// By end of the part: edits of a part anywhere, and of one at the start.
        var anywhere = [Int](repeating: 0, count: count + 1)
        var atStart = [Int](0...count)
        for (row, byte) in word.enumerated() {
            let (before, beforeStart) = (anywhere, atStart)
            (anywhere[0], atStart[0]) = (row + 1, row + 1)
            for (column, other) in enumerated() {
                let cost = byte == other ? 0 : 1
                anywhere[column + 1] = Swift.min(before[column] + cost, before[column + 1] + 1, anywhere[column] + 1)
                atStart[column + 1] = Swift.min(
                    beforeStart[column] + cost, beforeStart[column + 1] + 1, atStart[column] + 1)
            }
        }
        let distance = anywhere.min() ?? word.count
        return (distance, atStart.min() == distance)
    }
}
