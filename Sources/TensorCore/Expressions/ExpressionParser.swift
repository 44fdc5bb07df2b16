/// What an expression says, as a tree.
indirect enum ExpressionNode {
    case empty
    case scalar(UInt32)
    case any
    case set(ScalarSet)
    case assertion(RegularExpression.Assertion)
    case group(Int, ExpressionNode)
    case sequence([ExpressionNode])
    case alternatives([ExpressionNode])
    /// `maximum` is nil for any number.
    case repeated(ExpressionNode, minimum: Int, maximum: Int?)
}

/// Reads a POSIX extended regular expression, as GNU sed does. What POSIX leaves undefined is an error: an operator
/// with nothing before it, and an escape without a meaning.
struct ExpressionParser {
    private let scalars: [Unicode.Scalar]
    private var next = 0
    private(set) var groupCount = 0
    private var depth = 0

    private static let maximumDepth = 64
    private static let maximumCount = 255

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var peek: Unicode.Scalar? { next < scalars.count ? scalars[next] : nil }

    mutating func parse() throws(ExpressionError) -> ExpressionNode {
        let tree = try alternatives()
        // Only a ")" ends what is read before the end.
        guard next == scalars.count else { throw ExpressionError(next, "nothing opens this ')'") }
        return tree
    }

    private mutating func alternatives() throws(ExpressionError) -> ExpressionNode {
        var branches = [try sequence()]
        while peek == "|" {
            next += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(ExpressionError) -> ExpressionNode {
        var items: [ExpressionNode] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            var item = try atom()
            while let count = try count() { item = .repeated(item, minimum: count.minimum, maximum: count.maximum) }
            items.append(item)
        }
        return items.isEmpty ? .empty : items.count == 1 ? items[0] : .sequence(items)
    }

    private mutating func atom() throws(ExpressionError) -> ExpressionNode {
        let start = next
        let scalar = scalars[next]
        next += 1
        switch scalar {
        case "(": return try group(from: start)
        case "[": return .set(try bracket(from: start))
        case ".": return .any
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "*", "+", "?", "{": throw ExpressionError(start, "nothing stands before '\(scalar)' to repeat")
        case "\\": return try escape(from: start)
        default: return .scalar(scalar.value)
        }
    }

    private mutating func group(from start: Int) throws(ExpressionError) -> ExpressionNode {
        guard depth < Self.maximumDepth else {
            throw ExpressionError(start, "parentheses nest deeper than \(Self.maximumDepth)")
        }
        groupCount += 1
        let number = groupCount
        depth += 1
        let inner = try alternatives()
        depth -= 1
        guard peek == ")" else { throw ExpressionError(start, "nothing closes this '('") }
        next += 1
        return .group(number, inner)
    }

    private mutating func escape(from start: Int) throws(ExpressionError) -> ExpressionNode {
        guard let scalar = peek else { throw ExpressionError(start, "nothing follows this '\\'") }
        next += 1
        switch scalar {
        case "w": return .set(.word)
        case "W": return .set(ScalarSet(ranges: ScalarSet.word.ranges, isInverted: true))
        case "s": return .set(.space)
        case "S": return .set(ScalarSet(ranges: ScalarSet.space.ranges, isInverted: true))
        case "b": return .assertion(.wordEdge)
        case "B": return .assertion(.noWordEdge)
        case "<": return .assertion(.wordStart)
        case ">": return .assertion(.wordEnd)
        case "n": return .scalar(0x0A)
        case "t": return .scalar(0x09)
        case "1"..."9": throw ExpressionError(start, "back-references such as '\\\(scalar)' work in TO only")
        case "0", "a"..."z", "A"..."Z":
            throw ExpressionError(
                start,
                scalar == "d"
                    ? "'\\d' has no meaning in POSIX expressions: write [0-9]" : "'\\\(scalar)' has no meaning")
        default: return .scalar(scalar.value)
        }
    }

    // MARK: Counts

    private mutating func count() throws(ExpressionError) -> (minimum: Int, maximum: Int?)? {
        switch peek {
        case "*":
            next += 1
            return (0, nil)
        case "+":
            next += 1
            return (1, nil)
        case "?":
            next += 1
            return (0, 1)
        case "{": return try interval()
        default: return nil
        }
    }

    /// `{3}`, `{3,}`, `{3,5}` or GNU's `{,5}`.
    private mutating func interval() throws(ExpressionError) -> (minimum: Int, maximum: Int?) {
        let start = next
        next += 1
        let low = try number(from: start)
        var high = low
        var isOpen = false
        if peek == "," {
            next += 1
            high = try number(from: start)
            isOpen = high == nil
        }
        guard peek == "}", low != nil || high != nil else {
            throw ExpressionError(start, "this count is none: write {3}, {3,} or {3,5}, or \\{ for the character")
        }
        next += 1
        let minimum = low ?? 0
        guard isOpen || minimum <= high ?? minimum else {
            throw ExpressionError(start, "this count ends before it begins")
        }
        return (minimum, isOpen ? nil : high)
    }

    private mutating func number(from start: Int) throws(ExpressionError) -> Int? {
        var value: Int?
        while let scalar = peek, ("0"..."9").contains(scalar) {
            next += 1
            value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            guard value ?? 0 <= Self.maximumCount else {
                throw ExpressionError(start, "counts go up to \(Self.maximumCount)")
            }
        }
        return value
    }

    // MARK: Bracket expressions

    /// What follows a `[`. A `]` in first place stands for itself, and so does a backslash anywhere.
    private mutating func bracket(from start: Int) throws(ExpressionError) -> ScalarSet {
        var set = ScalarSet()
        if peek == "^" {
            set.isInverted = true
            next += 1
        }
        let first = next
        while let scalar = peek {
            if scalar == "]", next > first {
                next += 1
                return set
            }
            if scalar == "[", next + 1 < scalars.count, [":", ".", "="].contains(scalars[next + 1]) {
                set.ranges += try namedClass()
                continue
            }
            next += 1
            guard next + 1 < scalars.count, scalars[next] == "-", scalars[next + 1] != "]" else {
                set.ranges.append(scalar.value...scalar.value)
                continue
            }
            let last = scalars[next + 1]
            guard scalar <= last else { throw ExpressionError(next - 1, "the range '\(scalar)-\(last)' runs backward") }
            set.ranges.append(scalar.value...last.value)
            next += 2
        }
        throw ExpressionError(start, "nothing closes this '['")
    }

    /// `[:digit:]`
    private mutating func namedClass() throws(ExpressionError) -> [ClosedRange<UInt32>] {
        let start = next
        let kind = scalars[next + 1]
        guard kind == ":" else {
            throw ExpressionError(start, "'[\(kind)' begins a collating symbol, which has no meaning here")
        }
        next += 2
        var name = ""
        while let scalar = peek, scalar != ":", scalar != "]" {
            name.unicodeScalars.append(scalar)
            next += 1
        }
        guard peek == ":", next + 1 < scalars.count, scalars[next + 1] == "]" else {
            throw ExpressionError(start, "nothing closes this '[:'")
        }
        next += 2
        guard let ranges = ScalarSet.classes[name] else {
            throw ExpressionError(
                start,
                "there is no class '\(name)'; there are \(ScalarSet.classes.keys.sorted().joined(separator: ", "))")
        }
        return ranges
    }
}
