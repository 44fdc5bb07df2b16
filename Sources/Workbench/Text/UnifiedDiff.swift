/// What differs between two texts, as `diff -u` shows it.
enum UnifiedDiff {
    private enum Step { case keep, remove, add }

    /// Unchanged lines around a change.
    private static let context = 3
    /// Up to this many pairs of lines are compared; larger regions are shown as replaced.
    private static let maximumPairs = 4 << 20

    /// Empty for equal texts.
    static func text(from old: [UInt8], to new: [UInt8], name: String) -> String {
        let (before, after) = (lines(old), lines(new))
        let steps = steps(before, after)
        var hunks = ""
        var index = 0
        var (oldLine, newLine) = (0, 0)
        // The lines of both texts that precede each step.
        var places: [(Int, Int)] = []
        for step in steps {
            places.append((oldLine, newLine))
            if step != .add { oldLine += 1 }
            if step != .remove { newLine += 1 }
        }
        while let change = steps[index...].firstIndex(where: { $0 != .keep }) {
            let start = max(index, change - context)
            var end = change
            // A hunk goes on while the next change is near.
            while let next = steps[end...].firstIndex(where: { $0 != .keep }), next - end <= 2 * context {
                end = next + 1
            }
            let stop = min(steps.count, end + context)
            hunks += hunk(steps, start..<stop, places, before, after)
            index = stop
        }
        return hunks.isEmpty ? "" : "--- \(name)\n+++ \(name)\n" + hunks
    }

    private static func hunk(
        _ steps: [Step], _ range: Range<Int>, _ places: [(Int, Int)], _ before: [ArraySlice<UInt8>],
        _ after: [ArraySlice<UInt8>]
    ) -> String {
        let (oldCount, newCount) = (steps[range].count { $0 != .add }, steps[range].count { $0 != .remove })
        let (oldStart, newStart) = places[range.lowerBound]
        var text = "@@ -\(span(oldStart, oldCount)) +\(span(newStart, newCount)) @@\n"
        for index in range {
            let (old, new) = places[index]
            switch steps[index] {
            case .keep: text += line(" ", before[old])
            case .remove: text += line("-", before[old])
            case .add: text += line("+", after[new])
            }
        }
        return text
    }

    private static func span(_ start: Int, _ count: Int) -> String {
        let first = count == 0 ? start : start + 1
        return count == 1 ? "\(first)" : "\(first),\(count)"
    }

    private static func line(_ sign: String, _ bytes: ArraySlice<UInt8>) -> String {
        sign + String(decoding: bytes, as: UTF8.self)
            + (bytes.last == UInt8(ascii: "\n") ? "" : "\n\\ No newline at end of file\n")
    }

    /// The lines with their line feeds.
    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
            lines.append(text[start..<end])
            start = end
        }
        return lines
    }

    /// By the longest common subsequence of what common head and tail leave.
    private static func steps(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Step] {
        var head = 0
        while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
            tail += 1
        }
        let (first, second) = (Array(old[head..<old.count - tail]), Array(new[head..<new.count - tail]))
        return repeatElement(.keep, count: head) + middle(first, second) + repeatElement(.keep, count: tail)
    }

    private static func middle(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Step] {
        let (rows, columns) = (old.count, new.count)
        guard rows > 0, columns > 0, rows <= maximumPairs / columns else {
            return Array(repeatElement(.remove, count: rows)) + repeatElement(.add, count: columns)
        }
        // lengths[row, column] of the longest common subsequence of old[row...] and new[column...].
        var lengths = [Int32](repeating: 0, count: (rows + 1) * (columns + 1))
        for row in stride(from: rows - 1, through: 0, by: -1) {
            for column in stride(from: columns - 1, through: 0, by: -1) {
                let here = row * (columns + 1) + column
                lengths[here] =
                    old[row] == new[column]
                    ? lengths[here + columns + 2] + 1 : max(lengths[here + columns + 1], lengths[here + 1])
            }
        }
        var steps: [Step] = []
        var (row, column) = (0, 0)
        while row < rows || column < columns {
            let here = row * (columns + 1) + column
            if row < rows, column < columns, old[row] == new[column] {
                steps.append(.keep)
                (row, column) = (row + 1, column + 1)
            } else if column == columns || (row < rows && lengths[here + columns + 1] >= lengths[here + 1]) {
                steps.append(.remove)
                row += 1
            } else {
                steps.append(.add)
                column += 1
            }
        }
        return steps
    }
}
