/// A POSIX extended regular expression over Unicode scalars.
///
/// `.` `*` `+` `?` `{m,n}` `|` `()` `^` `$` and bracket expressions with classes such as `[[:digit:]]`, and GNU's
/// `\w` `\W` `\s` `\S` `\b` `\B` `\<` `\>`. The match is the leftmost one, and of those the longest. Every match takes
/// time proportional to text × expression at worst: an expression with back-references is refused.
package struct RegularExpression: Sendable, Hashable {
    /// The expression as it was written.
    package let pattern: String
    let program: [Step]
    /// How many parentheses there are.
    package let groupCount: Int
    /// What every match begins with, where that is one scalar.
    let firstScalar: UInt32?
    private let isCaseInsensitive: Bool

    /// Longer expressions are refused.
    package static let maximumLength = 4096
    /// More steps than an expression of that length has by itself come of nested counts, such as `((a{99}){99}){99}`.
    static let maximumSteps = 8192

    /// One step of the machine that matches.
    enum Step: Sendable, Hashable {
        case scalar(UInt32)
        case any
        case set(ScalarSet)
        case assertion(Assertion)
        /// Goes on at both steps; the first counts where both match equally long.
        case split(Int, Int)
        case jump(Int)
        /// Notes the position: 2·k begins group k, 2·k + 1 ends it.
        case save(Int)
        case match
    }

    enum Assertion: Sendable, Hashable { case start, end, wordEdge, noWordEdge, wordStart, wordEnd }

    /// - Throws: what is wrong with the pattern, and where.
    package init(_ pattern: String, isCaseInsensitive: Bool = false) throws(ExpressionError) {
        let scalars = Array(pattern.unicodeScalars)
        guard scalars.count <= Self.maximumLength else {
            throw ExpressionError(Self.maximumLength, "it is longer than \(Self.maximumLength) characters")
        }
        var parser = ExpressionParser(scalars)
        let tree = try parser.parse()
        var compiler = ExpressionCompiler(isCaseInsensitive: isCaseInsensitive)
        compiler.emit(.save(0))
        compiler.add(tree)
        compiler.emit(.save(1))
        compiler.emit(.match)
        guard compiler.steps.count <= Self.maximumSteps else {
            throw ExpressionError(0, "its counts repeat too much: it takes more than \(Self.maximumSteps) steps")
        }
        self.pattern = pattern
        self.isCaseInsensitive = isCaseInsensitive
        program = compiler.steps
        groupCount = parser.groupCount
        firstScalar = Self.firstScalar(of: compiler.steps)
    }

    private static func firstScalar(of steps: [Step]) -> UInt32? {
        for step in steps {
            switch step {
            case .save: continue
            case .scalar(let scalar): return scalar
            default: return nil
            }
        }
        return nil
    }

    /// Whether some part of the text matches.
    package func matches(_ text: String) -> Bool {
        firstMatch(in: text.unicodeScalars.map(\.value), from: 0) != nil
    }
}

/// What is wrong with an expression: where, and what.
package struct ExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The scalar's position, from 0.
    package let position: Int
    package let reason: String

    package init(_ position: Int, _ reason: String) {
        self.position = position
        self.reason = reason
    }

    package var description: String { "character \(position + 1): \(reason)" }
}

/// The scalars that a bracket expression or a class stands for.
struct ScalarSet: Sendable, Hashable {
    var ranges: [ClosedRange<UInt32>] = []
    var isInverted = false
    var ignoresCase = false

    func contains(_ scalar: UInt32) -> Bool { holds(scalar) != isInverted }

    private func holds(_ scalar: UInt32) -> Bool {
        if ranges.contains(where: { $0.contains(scalar) }) { return true }
        guard ignoresCase, let other = scalar.otherCase else { return false }
        return ranges.contains { $0.contains(other) }
    }

    /// Letters, digits and the underscore.
    static let word = ScalarSet(ranges: classes["alnum", default: []] + [0x5F...0x5F])
    static let space = ScalarSet(ranges: classes["space", default: []])

    /// POSIX's classes, of ASCII.
    static let classes: [String: [ClosedRange<UInt32>]] = [
        "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
        "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0x00...0x1F, 0x7F...0x7F], "digit": [0x30...0x39],
        "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
        "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": [0x09...0x0D, 0x20...0x20],
        "upper": [0x41...0x5A], "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    ]
}

extension UInt32 {
    /// The same ASCII letter in the other case; nil for another scalar.
    var otherCase: UInt32? {
        switch self {
        case 0x41...0x5A: self + 0x20
        case 0x61...0x7A: self - 0x20
        default: nil
        }
    }
}
