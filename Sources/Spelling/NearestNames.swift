/// The candidates that `name` may be a misspelling of, best first.
///
/// A candidate counts when at most two fifths of the longer name must be edited: a byte of UTF-8 inserted, deleted,
/// replaced or swapped with its neighbour (optimal string alignment). ASCII case does not count. Equal distances are in
/// alphabetical order.
package func nearestNames(to name: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String] {
    let wanted = name.utf8.map(lowercased)
    let scored = Set(candidates).compactMap { candidate -> (distance: Int, name: String)? in
        let bytes = candidate.utf8.map(lowercased)
        let most = max(wanted.count, bytes.count) * 2 / 5
        guard abs(wanted.count - bytes.count) <= most else { return nil }
        let distance = alignmentDistance(wanted, bytes)
        return distance <= most ? (distance, candidate) : nil
    }
    return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
}

/// How an error about an unknown name ends: `; did you mean 'a', 'b' or 'c'?`.
/// - Parameters:
///   - names: what may be meant, best first.
///   - otherwise: the end of the sentence where nothing is near.
package func suggestion(of names: [String], otherwise: String = "") -> String {
    guard let last = names.last else { return otherwise }
    let others = names.dropLast().map { "'\($0)'" }.joined(separator: ", ")
    return "; did you mean \(others.isEmpty ? "" : others + " or ")'\(last)'?"
}

/// A byte of a name, a capital of ASCII in lower case.
func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
}

/// Edits that turn `left` into `right`, in O(left × right) time and O(right) space.
private func alignmentDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (row, byte) in left.enumerated() {
        var current = [row + 1]
        current.reserveCapacity(right.count + 1)
        for (column, other) in right.enumerated() {
            var best = min(previous[column] + (byte == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                best = min(best, beforePrevious[column - 1] + 1)
            }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
}
