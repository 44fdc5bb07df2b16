/// Reads one side: literals, `$name` and `{…}`.
struct SideParser {
    let file: String
    let line: Int
    /// The names of the parameters, for `$name`: the longest that fits is meant.
    let parameters: [String]

    /// More than any key has parts.
    private static let captureLimit = 256

    /// - Parameter column: where `text` begins in its line.
    func parse(_ text: String, column: Int) throws(RuleError) -> SidePattern {
        guard !text.isEmpty else { throw error(column, .syntax("a side is expected")) }
        var elements: [SidePattern.Element] = []
        var literal = ""
        func endLiteral() {
            if !literal.isEmpty { elements.append(.literal(literal)) }
            literal = ""
        }
        let characters = Array(text)
        let longestName = parameters.map(\.count).max() ?? 0
        var (next, captureCount) = (0, 0)
        while next < characters.count {
            let character = characters[next]
            if character == "{" {
                guard let close = characters[next...].firstIndex(of: "}") else {
                    throw error(column + next, .syntax("'{' without '}'"))
                }
                endLiteral()
                captureCount += 1
                guard captureCount <= Self.captureLimit else {
                    throw error(
                        column, .tooMany("captures on one side", count: captureCount, limit: Self.captureLimit))
                }
                let inside = String(characters[next + 1..<close])
                elements.append(.capture(try capture(inside, column: column + next + 1)))
                next = close + 1
            } else if character == "}" {
                throw error(column + next, .syntax("'}' without '{'"))
            } else if character == "$" {
                let rest = String(characters[(next + 1)...].prefix(longestName + 1))
                let fitting = parameters.filter { rest.hasPrefix($0) }
                guard let name = fitting.max(by: { $0.count < $1.count }) else {
                    throw error(column + next, .unknownParameter(String(rest.prefix { Self.isNamePart($0) })))
                }
                endLiteral()
                elements.append(.parameter(name))
                next += 1 + name.count
            } else {
                literal.append(character)
                next += 1
            }
        }
        endLiteral()
        return SidePattern(text: text, elements: elements, location: location(column))
    }

    /// `x`, `x:int`, `x:2..17`, `x:a|b`, `x:param`, `x..`, `x+1`, `x-1`, `TABLE[x]`, `x@RUNS`.
    private func capture(_ text: String, column: Int) throws(RuleError) -> SidePattern.CaptureUse {
        let name = String(text.prefix { Self.isNamePart($0) })
        let rest = String(text.dropFirst(name.count))
        guard Self.isName(name) else { throw error(column, .syntax("a capture name is expected in '{\(text)}'")) }
        func use(
            _ name: String, _ view: SidePattern.CaptureUse.View = .value, _ domain: CaptureDomain? = nil
        ) -> SidePattern.CaptureUse {
            SidePattern.CaptureUse(name: name, location: location(column), view: view, domain: domain)
        }

        if rest.isEmpty { return use(name) }
        if rest == ".." { return use(name, .value, .path) }
        switch rest.first {
        case ":":
            let annotation = String(rest.dropFirst())
            var capture = use(name, .value, try domain(annotation, column: column + name.count + 1))
            if case .words(let words)? = capture.domain, annotation != "param" {
                capture.words = annotation.split(separator: "|").map { KeyText(String($0)) }
                guard capture.words.count == words.count else {
                    throw error(column + name.count + 1, .syntax("a word stands twice in '\(annotation)'"))
                }
            }
            return capture
        case "+", "-":
            let digits = String(rest.dropFirst())
            guard let number = KeyText(digits).number else {
                throw error(column + name.count + 1, .syntax("a number is expected after '\(name)\(rest.prefix(1))'"))
            }
            return use(name, .offset(rest.first == "+" ? number : -number), .number)
        case "@":
            let runs = String(rest.dropFirst())
            guard Self.isName(runs) else { throw error(column, .syntax("a runs name is expected in '{\(text)}'")) }
            return use(name, .lookup(runs))
        case "[":
            let inside = String(rest.dropFirst().dropLast())
            guard rest.hasSuffix("]"), Self.isName(inside) else {
                throw error(column, .syntax("'{TABLE[x]}' is expected in place of '{\(text)}'"))
            }
            return use(inside, .lookup(name))
        default:
            throw error(column + name.count, .syntax("'\(rest)' is not a capture form"))
        }
    }

    private func domain(_ text: String, column: Int) throws(RuleError) -> CaptureDomain {
        if text == "int" { return .number }
        if text == "param" { return .parameterNames }
        let ends = text.split(separator: ".", omittingEmptySubsequences: false)
        if ends.count == 3, ends[1].isEmpty, let low = KeyText(String(ends[0])).number,
            let high = KeyText(String(ends[2])).number
        {
            guard low <= high else { throw error(column, .syntax("\(low)..\(high) contains no number")) }
            return .integer(low...high)
        }
        let words = text.split(separator: "|", omittingEmptySubsequences: false)
        guard !words.contains(where: \.isEmpty) else {
            throw error(column, .syntax("int, param, 2..17 or a|b is expected after ':'"))
        }
        return .words(Set(words.map { KeyText(String($0)) }))
    }

    private func error(_ column: Int, _ reason: RuleError.Reason) -> RuleError {
        RuleError(location: location(column), reason: reason)
    }

    private func location(_ column: Int) -> RuleLocation { RuleLocation(file: file, line: line, column: column) }

    static func isNamePart(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return text.allSatisfy(isNamePart)
    }
}
