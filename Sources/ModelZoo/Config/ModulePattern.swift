/// A regular expression over the paths of modules: what of Python's `re` such expressions need, matched in a time that is
/// bounded by the lengths of both.
///
/// Characters and escapes, `.`, classes, groups, `|`, and the quantifiers; no references and no looking around.
struct ModulePattern: Sendable {
    /// What is not understood, and why; an offset counts characters from 0.
    struct Problem: Error, Equatable {
        let offset: Int
        let reason: String
    }

    private indirect enum Node: Sendable {
        case character([ClosedRange<Unicode.Scalar>], isInverted: Bool)
        case sequence([Node])
        case choice([Node])
        /// At least `least` times; at most `most`, or any number.
        case repetition(Node, least: Int, most: Int?)
        case start, end
    }

    private let root: Node

    /// - Throws: `Problem` for a pattern that is not one, or that needs more than is built in.
    init(_ pattern: String) throws(Problem) {
        var parser = Parser(characters: Array(pattern.unicodeScalars))
        root = try parser.choice()
        guard parser.isAtEnd else { throw parser.problem("unbalanced parenthesis") }
    }

    /// Whether the pattern matches all of the text: `re.fullmatch`.
    func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        return Self.ends(of: root, from: [0], in: text).contains(text.count)
    }

    /// Where a match may end that begins at one of these places.
    private static func ends(of node: Node, from starts: Set<Int>, in text: [Unicode.Scalar]) -> Set<Int> {
        switch node {
        case .character(let ranges, let isInverted):
            let fitting = starts.filter { start in
                start < text.count && ranges.contains { $0.contains(text[start]) } != isInverted
            }
            return Set(fitting.map { $0 + 1 })
        case .sequence(let nodes): return nodes.reduce(starts) { ends(of: $1, from: $0, in: text) }
        case .choice(let nodes): return nodes.reduce(into: []) { $0.formUnion(ends(of: $1, from: starts, in: text)) }
        case .repetition(let node, let least, let most):
            var current = starts
            for _ in 0..<least { current = ends(of: node, from: current, in: text) }
            var all = current
            var left = most.map { $0 - least } ?? .max
            while left > 0, !current.isEmpty {
                current = ends(of: node, from: current, in: text).subtracting(all)
                all.formUnion(current)
                left -= 1
            }
            return all
        case .start: return starts.intersection([0])
        case .end: return starts.intersection([text.count])
        }
    }

    private struct Parser {
        let characters: [Unicode.Scalar]
        private var position = 0
        private var depth = 0

        init(characters: [Unicode.Scalar]) { self.characters = characters }

        var isAtEnd: Bool { position == characters.count }

        func problem(_ reason: String) -> Problem { Problem(offset: position, reason: reason) }

        private var next: Unicode.Scalar? { isAtEnd ? nil : characters[position] }

        private mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard next == character else { return false }
            position += 1
            return true
        }

        mutating func choice() throws(Problem) -> Node {
            guard depth < 64 else { throw problem("groups are nested too deeply") }
            depth += 1
            defer { depth -= 1 }
            var alternatives = [try sequence()]
            while skip("|") { alternatives.append(try sequence()) }
            return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
        }

        private mutating func sequence() throws(Problem) -> Node {
            var nodes: [Node] = []
            while let character = next, character != "|", character != ")" { nodes.append(try quantified()) }
            return .sequence(nodes)
        }

        private mutating func quantified() throws(Problem) -> Node {
            let atom = try atom()
            guard let (least, most) = try quantifier() else { return atom }
            // A lazy quantifier matches the same whole texts.
            _ = skip("?")
            if let character = next, "*+?{".unicodeScalars.contains(character) { throw problem("multiple repeat") }
            return .repetition(atom, least: least, most: most)
        }

        private mutating func quantifier() throws(Problem) -> (Int, Int?)? {
            if skip("*") { return (0, nil) }
            if skip("+") { return (1, nil) }
            if skip("?") { return (0, 1) }
            guard skip("{") else { return nil }
            let least = try number()
            var most = least
            if skip(",") { most = try number() }
            guard skip("}"), least != nil || most != nil else { throw problem("a count of repetitions is expected") }
            guard most.map({ $0 >= least ?? 0 }) ?? true else {
                throw problem("the least number of repetitions is above the most")
            }
            return (least ?? 0, most)
        }

        private mutating func number() throws(Problem) -> Int? {
            var number: Int?
            while let digit = next.flatMap({ "0"..."9" ~= $0 ? Int($0.value) - 48 : nil }) {
                number = (number ?? 0) * 10 + digit
                guard number ?? 0 <= 1000 else { throw problem("more than 1000 repetitions are not built in") }
                position += 1
            }
            return number
        }

        private mutating func atom() throws(Problem) -> Node {
            guard let character = next else { throw problem("nothing to repeat") }
            position += 1
            switch character {
            case ".": return .character(["\n"..."\n"], isInverted: true)
            case "^": return .start
            case "$": return .end
            case "[": return try characterClass()
            case "\\": return try escape()
            case "(":
                if skip("?") {
                    guard skip(":") else { throw problem("such a group is not built in") }
                }
                let inner = try choice()
                guard skip(")") else { throw problem("missing ), unterminated subpattern") }
                return inner
            case "*", "+", "?", "{": throw problem("nothing to repeat")
            default: return .character([character...character], isInverted: false)
            }
        }

        private mutating func escape() throws(Problem) -> Node {
            guard let character = next else { throw problem("bad escape (end of pattern)") }
            position += 1
            if let ranges = Self.named[character] { return .character(ranges, isInverted: false) }
            if let lower = character.properties.lowercaseMapping.unicodeScalars.first, lower != character,
                let ranges = Self.named[lower]
            {
                return .character(ranges, isInverted: true)
            }
            let isLetter = character.isASCII && (character.properties.isAlphabetic || "0"..."9" ~= character)
            guard !isLetter else { throw problem("the escape \\\(character) is not built in") }
            return .character([character...character], isInverted: false)
        }

        private static let named: [Unicode.Scalar: [ClosedRange<Unicode.Scalar>]] = [
            "d": ["0"..."9"], "w": ["0"..."9", "A"..."Z", "_"..."_", "a"..."z"], "s": [" "..." ", "\t"..."\r"],
        ]

        private mutating func characterClass() throws(Problem) -> Node {
            let isInverted = skip("^")
            var ranges: [ClosedRange<Unicode.Scalar>] = []
            var isFirst = true
            while let character = next, isFirst || character != "]" {
                isFirst = false
                position += 1
                if character == "\\" {
                    guard case .character(let escaped, isInverted: false) = try escape() else {
                        throw problem("such a class is not built in")
                    }
                    ranges += escaped
                    continue
                }
                guard next == "-", position + 1 < characters.count, characters[position + 1] != "]" else {
                    ranges.append(character...character)
                    continue
                }
                let last = characters[position + 1]
                guard last >= character, last != "\\" else { throw problem("bad character range") }
                position += 2
                ranges.append(character...last)
            }
            guard skip("]") else { throw problem("unterminated character set") }
            return .character(ranges, isInverted: isInverted)
        }
    }
}
