extension StatementParser {
    /// `["?"] src {"," src} "->" dst {"," dst} [when] [" : " op {";" op}]`
    func rule(_ reader: inout LineReader) throws(RuleError) -> Statement.Kind {
        var rule = Statement.Rule(isOptional: false, sources: [], targets: [], conditions: [], operations: [])
        var word = try reader.take("a rule")
        if word.text == "?" {
            rule.isOptional = true
            word = try reader.take("a side")
        } else if word.text.hasPrefix("?") {
            rule.isOptional = true
            word.text.removeFirst()
            word.column += 1
        }
        rule.sources.append(try source(word, reader.line))
        while word.text.hasSuffix(",") || reader.take(if: ",") {
            word = try reader.take("a side")
            rule.sources.append(try source(word, reader.line))
        }
        try reader.expect("->")
        repeat {
            word = try reader.take("a side")
            let text = Self.withoutComma(word.text)
            if text == "zeros" {
                rule.zeroResults.append(rule.zeroResults.count + rule.targets.count)
            } else {
                rule.targets.append(try parseSide(text, column: word.column, line: reader.line))
            }
        } while word.text.hasSuffix(",") || reader.take(if: ",")
        rule.conditions = try conditions(&reader)
        if reader.take(if: ":") { rule.operations = try operations(&reader) }
        return .rule(rule)
    }

    /// Whether the line begins `? drop side`; `? drop -> side` is a rule for the key "drop".
    func isOptionalDrop(_ reader: LineReader) -> Bool {
        guard reader.peek == "?", reader.words.count > 2, reader.words[1].text == "drop" else { return false }
        return reader.words[2].text != "->" && reader.words[2].text != ","
    }

    /// `src [when] "because" text`, after `drop`.
    func drop(_ reader: inout LineReader, isOptional: Bool) throws(RuleError) -> Statement.Drop {
        let source = try source(try reader.take("a side"), reader.line)
        let conditions = try conditions(&reader)
        return Statement.Drop(
            isOptional: isOptional, source: source, conditions: conditions, reason: try reason(&reader))
    }

    /// `"because" text`
    func reason(_ reader: inout LineReader) throws(RuleError) -> String {
        try reader.expect("because")
        let reason = reader.takeRest()
        guard !reason.isEmpty else { throw reader.error("the reason is expected after 'because'") }
        return reason
    }

    /// More than any line needs.
    private static let operationLimit = 32

    private func operations(_ reader: inout LineReader) throws(RuleError) -> [SidePattern] {
        var operations: [(words: [String], column: Int)] = [([], reader.column)]
        while let word = reader.take() {
            var text = word.text
            let isLast = text.hasSuffix(";")
            if isLast { text.removeLast() }
            if !text.isEmpty { operations[operations.count - 1].words.append(text) }
            if isLast { operations.append(([], reader.column)) }
        }
        guard !operations.contains(where: \.words.isEmpty) else { throw reader.error("an operation is expected") }
        guard operations.count <= Self.operationLimit else {
            throw RuleError(
                location: RuleLocation(file: file, line: reader.line, column: operations[0].column),
                reason: .tooMany("operations", count: operations.count, limit: Self.operationLimit))
        }
        return try operations.map { words, column throws(RuleError) in
            try parseSide(words.joined(separator: " "), column: column, line: reader.line)
        }
    }

    private func source(_ word: LineReader.Word, _ line: Int) throws(RuleError) -> Statement.Source {
        let text = Self.withoutComma(word.text)
        if text == "zeros" { return .zeros }
        if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), RuleFile.isInputName(text[..<colon]) {
            let key = String(text[text.utf8.index(after: colon)...])
            if !key.isEmpty {
                let column = word.column + text[...colon].count
                return .input(String(text[..<colon]), try parseSide(key, column: column, line: line))
            }
        }
        return .side(try parseSide(text, column: word.column, line: line))
    }

    private static func withoutComma(_ text: String) -> String {
        text.hasSuffix(",") ? String(text.dropLast()) : text
    }
}
