/// Reads the lines of a rule file into statements. Every line is read, however many are wrong.
struct StatementParser {
    let file: String
    private(set) var statements: [Statement] = []
    private(set) var errors: [RuleError] = []
    private var parameters: [String] = []

    /// A rule file is written by hand; what is longer is none.
    static let longestText = 1 << 20

    init(_ text: String, file: String) {
        self.file = file
        guard text.utf8.count <= Self.longestText else {
            let reason = RuleError.Reason.tooMany("bytes", count: text.utf8.count, limit: Self.longestText)
            errors = [RuleError(location: RuleLocation(file: file, line: 1, column: 1), reason: reason)]
            return
        }
        // Editors on Windows begin a text with a byte order mark.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        let readers = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            .map { LineReader($1, file: file, line: $0 + 1) }.filter { !$0.isAtEnd }
        parameters = readers.filter { $0.peek == "param" && $0.words.count > 1 }.map { $0.words[1].text }
        guard parameters.count <= ParameterSpace.parameterLimit else {
            let reason = RuleError.Reason.tooMany(
                "parameters", count: parameters.count, limit: ParameterSpace.parameterLimit)
            errors = [RuleError(location: RuleLocation(file: file, line: 1, column: 1), reason: reason)]
            return
        }
        for reader in readers {
            var reader = reader
            do {
                let text = reader.trimmed
                let location = RuleLocation(file: file, line: reader.line)
                let start = location.at(reader.column)
                let kind = try statement(&reader)
                try reader.expectEnd()
                statements.append(Statement(kind: kind, location: location, start: start, text: text))
            } catch {
                errors.append(error)
            }
        }
        checkFirst()
    }

    private mutating func checkFirst() {
        if let first = statements.first, case .rules = first.kind {
            for other in statements.dropFirst() {
                if case .rules = other.kind {
                    errors.append(
                        RuleError(location: other.start, reason: .declaredTwice("rules", first: first.location)))
                }
            }
        } else if errors.first?.location.line != 1 || statements.isEmpty {
            let line = statements.first?.location.line ?? 1
            errors.append(
                RuleError(
                    location: RuleLocation(file: file, line: line, column: 1),
                    reason: .syntax("the first statement must be 'rules' and a title")))
        }
    }

    private func statement(_ reader: inout LineReader) throws(RuleError) -> Statement.Kind {
        let isRule = reader.words.count > 1 && (reader.words[1].text == "->" || reader.words[0].text.hasSuffix(","))
        if isOptionalDrop(reader) {
            _ = reader.take()
            _ = reader.take()
            return .drop(try drop(&reader, isOptional: true))
        }
        guard let word = reader.peek, !isRule else { return try rule(&reader) }
        switch word {
        case "rules", "root", "codebase", "model", "param", "table", "runs", "under", "or", "end", "drop", "make",
            "absent",
            "caveat":
            _ = reader.take()
        default: return try rule(&reader)
        }
        switch word {
        case "rules":
            let title = reader.takeRest()
            guard !title.isEmpty else { throw reader.error("a title is expected after 'rules'") }
            return .rules(title)
        case "root":
            var keys = [try reader.take("a key").text]
            while let word = reader.take() { keys.append(word.text) }
            return .root(keys)
        case "codebase":
            let name = try reader.take("the name of a code base")
            return .codebase(name, try selection(&reader), isDefault: reader.take(if: "default"))
        case "model": return try model(&reader)
        case "param": return try parameter(&reader)
        case "table": return try table(&reader)
        case "runs": return try runs(&reader)
        case "under", "or":
            let source = try side(&reader)
            try reader.expect("->")
            let target = try side(&reader)
            return word == "under" ? .under(source, target) : .or(source, target)
        case "end": return .end
        case "drop": return .drop(try drop(&reader, isOptional: false))
        case "absent": return try absent(&reader)
        case "caveat": return try caveat(&reader)
        default:
            let pattern = try side(&reader)
            try reader.expect("=")
            let dtype = try reader.take("a dtype")
            let value = try reader.take("a value")
            try reader.expect("for")
            return .make(pattern, dtype: dtype, value: value, each: try side(&reader))
        }
    }

    func side(_ reader: inout LineReader) throws(RuleError) -> SidePattern {
        let word = try reader.take("a side")
        return try parseSide(word.text, column: word.column, line: reader.line)
    }

    func parseSide(_ text: String, column: Int, line: Int) throws(RuleError) -> SidePattern {
        try SideParser(file: file, line: line, parameters: parameters).parse(text, column: column)
    }

    func conditions(_ reader: inout LineReader) throws(RuleError) -> [Statement.Condition] {
        guard reader.take(if: "when") else { return [] }
        var conditions: [Statement.Condition] = []
        repeat {
            if reader.peek == "has" || reader.peek == "hasnt" {
                let isPresent = reader.take()?.text == "has"
                let forward = try side(&reader)
                let reverse: SidePattern? = reader.take(if: "~") ? try side(&reader) : nil
                conditions.append(.presence(isPresent, forward, reverse: reverse))
            } else {
                let word = try reader.take("a condition")
                let (parameter, values, column) = try assignment(word, reader)
                conditions.append(.parameter(parameter, values, column: column))
            }
        } while reader.take(if: "and")
        return conditions
    }

    /// `name=a|b`
    func assignment(
        _ word: LineReader.Word, _ reader: LineReader
    ) throws(RuleError) -> (parameter: String, values: [String], column: Int) {
        let parts = word.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, SideParser.isName(String(parts[0])), let values = Self.values(parts[1]) else {
            throw reader.error("PARAMETER=value is expected in place of '\(word.text)'", column: word.column)
        }
        return (String(parts[0]), values, word.column)
    }

    /// `a|b`, where `""` is the empty text; nil where a value is missing.
    static func values(_ text: Substring) -> [String]? {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        guard !parts.contains("") else { return nil }
        return parts.map { $0 == "\"\"" ? "" : String($0) }
    }
}
