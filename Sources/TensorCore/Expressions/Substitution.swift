/// An edit of keys as sed writes it: `s/RE/TO/FLAGS`.
///
/// RE is a POSIX extended regular expression. In TO `&` is the match, `\1` to `\9` its groups, and a backslash takes the
/// meaning from the character after it. Any character but a backslash or a line's end may stand in place of the slash.
/// Flags: `g` edits every match, a number that match (with `g` the later ones too), `i` ignores the case of ASCII letters.
package struct Substitution: Sendable, Hashable {
    /// The edit as it was written.
    package let text: String
    private let expression: RegularExpression
    private let replacement: [Part]
    /// The first match that is edited, from 1.
    private let first: Int
    private let isGlobal: Bool

    private enum Part: Sendable, Hashable {
        case text(String)
        case group(Int)
    }

    /// Longer keys are not edited: see `apply(to:)`.
    package static let maximumKeyLength = 4096

    /// - Throws: what is wrong with it, and at which character.
    package init(_ text: String) throws(ExpressionError) {
        var reader = SubstitutionReader(text)
        let parts = try reader.read()
        do throws(ExpressionError) {
            expression = try RegularExpression(
                String(String.UnicodeScalarView(parts.expression.map(\.scalar))),
                isCaseInsensitive: parts.ignoresCase)
        } catch {
            // The expression's characters stand elsewhere in the whole.
            let places = parts.expression.map(\.position) + [parts.expressionEnd]
            throw ExpressionError(places[min(error.position, places.count - 1)], error.reason)
        }
        replacement = try Self.replacement(parts.replacement, groups: expression.groupCount)
        (first, isGlobal) = (parts.first, parts.isGlobal)
        self.text = text
    }

    private static func replacement(
        _ scalars: [SubstitutionReader.Placed], groups: Int
    ) throws(ExpressionError) -> [Part] {
        var parts: [Part] = []
        var text = ""
        func end() {
            if !text.isEmpty { parts.append(.text(text)) }
            text = ""
        }
        var next = 0
        while next < scalars.count {
            let (scalar, position) = (scalars[next].scalar, scalars[next].position)
            next += 1
            if scalar == "&", !scalars[next - 1].isLiteral {
                end()
                parts.append(.group(0))
                continue
            }
            guard scalar == "\\", !scalars[next - 1].isLiteral else {
                text.unicodeScalars.append(scalar)
                continue
            }
            guard next < scalars.count else { throw ExpressionError(position, "nothing follows this '\\'") }
            let escaped = scalars[next].scalar
            next += 1
            switch escaped {
            case "0"..."9":
                let group = Int(escaped.value - 0x30)
                guard group <= groups else {
                    throw ExpressionError(
                        position, "there is no group \(group): the expression has \(groups) pairs of parentheses")
                }
                end()
                parts.append(.group(group))
            case "n": text.unicodeScalars.append("\n")
            case "t": text.unicodeScalars.append("\t")
            case "a"..."z", "A"..."Z": throw ExpressionError(position, "'\\\(escaped)' has no meaning")
            default: text.unicodeScalars.append(escaped)
            }
        }
        end()
        return parts
    }

    /// The edited key; nil for a key without a match.
    /// - Precondition: the key has no more than `maximumKeyLength` scalars.
    package func apply(to key: String) -> String? {
        let scalars = Array(key.unicodeScalars)
        precondition(scalars.count <= Self.maximumKeyLength)
        let values = scalars.map(\.value)
        var result = String.UnicodeScalarView()
        var (next, number) = (0, 0)
        var isChanged = false
        /// The end of the match before, where an empty one does not count.
        var last = -1
        while next <= scalars.count, let match = expression.firstMatch(in: values, from: next) {
            let range = match.range
            if range.isEmpty, range.lowerBound == last {
                guard next < scalars.count else { break }
                result.append(scalars[next])
                next += 1
                last = -1
                continue
            }
            number += 1
            result += scalars[next..<range.lowerBound]
            if number == first || number > first && isGlobal {
                isChanged = true
                for part in replacement {
                    switch part {
                    case .text(let text): result += text.unicodeScalars
                    case .group(let index): if let group = match.groups[index] { result += scalars[group] }
                    }
                }
            } else {
                result += scalars[range]
            }
            next = range.upperBound
            last = range.upperBound
            if number >= first, !isGlobal { break }
        }
        guard isChanged else { return nil }
        if next < scalars.count { result += scalars[next...] }
        return String(result)
    }
}

/// Takes `s/RE/TO/FLAGS` apart.
private struct SubstitutionReader {
    /// A character and where it stands in the whole.
    struct Placed {
        let scalar: Unicode.Scalar
        let position: Int
        /// Whether it stands for itself whatever it means: a delimiter that was written with a backslash.
        var isLiteral = false
    }

    struct Parts {
        var expression: [Placed] = []
        var expressionEnd = 0
        var replacement: [Placed] = []
        var first = 1
        var isGlobal = false
        var ignoresCase = false
    }

    private let scalars: [Unicode.Scalar]
    private var next = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func read() throws(ExpressionError) -> Parts {
        guard scalars.count >= 2, scalars[0] == "s" else {
            throw ExpressionError(0, "an edit is written s/RE/TO/")
        }
        let delimiter = scalars[1]
        guard delimiter != "\\", delimiter != "\n" else {
            throw ExpressionError(1, "this character cannot stand between the parts: s/RE/TO/")
        }
        next = 2
        var parts = Parts()
        parts.expression = try part(until: delimiter, isExpression: true)
        parts.expressionEnd = next - 1
        guard !parts.expression.isEmpty else { throw ExpressionError(2, "the expression is empty") }
        parts.replacement = try part(until: delimiter, isExpression: false)
        try readFlags(&parts)
        return parts
    }

    /// What stands up to the next delimiter. One with a backslash before it stands there without it, in an expression
    /// with the meaning that it has there, as in GNU sed. In brackets a delimiter is one of the characters, and a
    /// backslash, too.
    private mutating func part(
        until delimiter: Unicode.Scalar, isExpression: Bool
    ) throws(ExpressionError) -> [Placed] {
        let start = next
        var part: [Placed] = []
        var mayHaveBrackets = isExpression
        while next < scalars.count {
            let (scalar, position) = (scalars[next], next)
            next += 1
            if scalar == delimiter { return part }
            if mayHaveBrackets, scalar == "[" {
                if let end = bracketEnd(from: next) {
                    part += (position..<end).map { Placed(scalar: scalars[$0], position: $0) }
                    next = end
                    continue
                }
                mayHaveBrackets = false
            }
            guard scalar == "\\", next < scalars.count else {
                part.append(Placed(scalar: scalar, position: position))
                continue
            }
            let escaped = scalars[next]
            next += 1
            let isDelimiter = escaped == delimiter
            if !isDelimiter { part.append(Placed(scalar: scalar, position: position)) }
            part.append(Placed(scalar: escaped, position: position + 1, isLiteral: isDelimiter))
        }
        throw ExpressionError(
            start, "no '\(delimiter)' ends this part: an edit is written s\(delimiter)RE\(delimiter)TO\(delimiter)")
    }

    /// Behind the brackets whose first character stands at `start`; nil where nothing closes them.
    private func bracketEnd(from start: Int) -> Int? {
        let first = start < scalars.count && scalars[start] == "^" ? start + 1 : start
        var next = first
        while next < scalars.count {
            if scalars[next] == "]", next > first { return next + 1 }
            next += 1
            guard next < scalars.count, scalars[next - 1] == "[" else { continue }
            // `[:digit:]`
            let kind = scalars[next]
            guard [":", ".", "="].contains(kind) else { continue }
            next += 1
            while next + 1 < scalars.count, scalars[next] != kind || scalars[next + 1] != "]" { next += 1 }
            next += 2
        }
        return nil
    }

    private mutating func readFlags(_ parts: inout Parts) throws(ExpressionError) {
        var number: Int?
        while next < scalars.count {
            let (scalar, position) = (scalars[next], next)
            next += 1
            switch scalar {
            case "g" where !parts.isGlobal: parts.isGlobal = true
            case "i", "I":
                guard !parts.ignoresCase else { throw ExpressionError(position, "'\(scalar)' stands here twice") }
                parts.ignoresCase = true
            case "1"..."9" where number == nil, "0"..."9" where number != nil:
                number = (number ?? 0) * 10 + Int(scalar.value - 0x30)
                guard number ?? 0 <= Substitution.maximumKeyLength else {
                    throw ExpressionError(position, "no key has so many matches")
                }
            case ";": throw ExpressionError(position, "one edit an option: give the next with another --rename")
            default:
                throw ExpressionError(position, "'\(scalar)' is not a flag here: there are g, i and a number")
            }
        }
        parts.first = number ?? 1
    }
}
