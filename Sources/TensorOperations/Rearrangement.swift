/// An einops-like layout: `h w i o -> o i h w`, `o (h w c) -> o (c w h) with h=2 w=2`, `h w c 1 -> c 1 h w`.
///
/// Each side names a tensor's axes, outermost first; an axis in parentheses is made of the named ones, the first
/// varying slowest; `1` is an axis of one element. Both sides hold the same names, so that no element is lost and the
/// layout runs backward with its sides swapped.
package struct Rearrangement: Sendable, Hashable {
    /// An axis of a tensor as the names that it is made of; none for `1`.
    package typealias Axis = [String]

    /// A tensor of PyTorch has no more dimensions.
    static let axisLimit = 64

    let left: [Axis]
    let right: [Axis]
    /// Extents that are stated, by name.
    let lengths: [String: Int]

    private init(left: [Axis], right: [Axis], lengths: [String: Int]) {
        self.left = left
        self.right = right
        self.lengths = lengths
    }

    var isIdentity: Bool { left == right }

    /// Whether `words` have the form of a layout, right or wrong.
    package static func isLayout(_ words: [String]) -> Bool { words.contains("->") }

    /// - Parameter words: a layout, divided at blanks.
    /// - Throws: `OperationError.syntax`.
    package init(words: [String]) throws(OperationError) {
        guard let arrow = words.firstIndex(of: "->") else { throw .syntax("a layout has '->' between its sides") }
        let end = words.firstIndex(of: "with") ?? words.endIndex
        guard arrow < end else { throw .syntax("'with' stands after both sides of a layout") }
        left = try Self.axes(words[..<arrow])
        right = try Self.axes(words[(arrow + 1)..<end])
        let (leftNames, rightNames) = (left.flatMap { $0 }, right.flatMap { $0 })
        for names in [leftNames, rightNames] {
            var seen: Set<String> = []
            for name in names where !seen.insert(name).inserted {
                throw .syntax("axis '\(name)' stands twice on one side")
            }
        }
        if let name = Set(leftNames).symmetricDifference(rightNames).min() {
            throw .syntax("axis '\(name)' stands on one side only")
        }
        lengths = end == words.endIndex ? [:] : try Self.lengths(words[(end + 1)...], of: Set(leftNames))
        if let axis = Self.unknown(left, lengths) {
            throw .syntax("the extents in \(Self.text([axis])) are not stated; one of them may be left out")
        }
    }

    /// The layout with its sides swapped; nil where the right side doesn't say how an axis is divided.
    package var reversed: Rearrangement? {
        Self.unknown(right, lengths) == nil ? Rearrangement(left: right, right: left, lengths: lengths) : nil
    }

    private static func axes(_ words: ArraySlice<String>) throws(OperationError) -> [Axis] {
        var axes: [Axis] = []
        var open: Axis?
        func end(_ name: inout String) throws(OperationError) {
            guard !name.isEmpty else { return }
            defer { name = "" }
            if name == "1" {
                if open == nil { axes.append([]) }
                return
            }
            guard isName(name) else { throw .syntax("'\(name)' is not a name of an axis") }
            if open == nil { axes.append([name]) } else { open?.append(name) }
        }
        var count = 0
        for word in words {
            var name = ""
            for character in word {
                switch character {
                case "(":
                    try end(&name)
                    guard open == nil else { throw .syntax("'(' inside parentheses") }
                    open = []
                case ")":
                    try end(&name)
                    guard let axis = open else { throw .syntax("')' without '('") }
                    axes.append(axis)
                    open = nil
                default: name.append(character)
                }
            }
            try end(&name)
            count += 1
            guard count <= 2 * axisLimit else { break }
        }
        guard open == nil else { throw .syntax("'(' without ')'") }
        guard !axes.isEmpty else { throw .syntax("a layout names axes on both sides of '->'") }
        guard axes.count <= axisLimit, axes.reduce(0, { $0 + $1.count }) <= axisLimit, count <= 2 * axisLimit else {
            throw .syntax("a layout has at most \(axisLimit) axes")
        }
        return axes
    }

    private static func lengths(
        _ words: ArraySlice<String>, of names: Set<String>
    ) throws(OperationError) -> [String: Int] {
        var lengths: [String: Int] = [:]
        for word in words {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let length = Int(parts[1]), length > 0 else {
                throw .syntax("axis=extent is expected in place of '\(word)'")
            }
            guard names.contains(parts[0]) else { throw .syntax("there is no axis '\(parts[0])' in the layout") }
            guard lengths.updateValue(length, forKey: parts[0]) == nil else {
                throw .syntax("the extent of axis '\(parts[0])' is stated twice")
            }
        }
        guard !lengths.isEmpty else { throw .syntax("axis=extent is expected after 'with'") }
        return lengths
    }

    /// An axis of which more than one extent is not stated.
    private static func unknown(_ axes: [Axis], _ lengths: [String: Int]) -> Axis? {
        axes.first { axis in axis.count(where: { lengths[$0] == nil }) > 1 }
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_")
        }
    }

    static func text(_ axes: [Axis]) -> String {
        axes.map { $0.isEmpty ? "1" : $0.count == 1 ? $0[0] : "(\($0.joined(separator: " ")))" }.joined(separator: " ")
    }
}

extension Rearrangement: CustomStringConvertible {
    /// As a rule file spells it.
    package var description: String {
        let with =
            lengths.isEmpty
            ? ""
            : " with "
                + lengths.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
                .joined(separator: " ")
        return "\(Self.text(left)) -> \(Self.text(right))\(with)"
    }
}
