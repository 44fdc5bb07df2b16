extension StatementParser {
    /// `["?"] src {"," src} "->" side {"," side} [when] [" : " op {";" op}]`
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
            rule.targets.append(try parseSide(Self.withoutComma(word.text), column: word.column, line: reader.line))
        } while word.text.hasSuffix(",") || reader.take(if: ",")
        rule.conditions = try conditions(&reader)
        if reader.take(if: ":") { rule.operations = try operations(&reader) }
        return .rule(rule)
    }

    private func operations(_ reader: inout LineReader) throws(RuleError) -> [[String]] {
        var operations: [[String]] = [[]]
        while var word = reader.take()?.text {
            var isLast = false
            while word.hasSuffix(";") {
                word.removeLast()
                isLast = true
            }
            if !word.isEmpty { operations[operations.count - 1].append(word) }
            if isLast { operations.append([]) }
        }
        guard !operations.contains(where: \.isEmpty) else { throw reader.error("an operation is expected") }
        return operations
    }

    private func source(_ word: LineReader.Word, _ line: Int) throws(RuleError) -> Statement.Source {
        let text = Self.withoutComma(word.text)
        if text == "zeros" { return .zeros }
        for input in ["base", "delta", "lora"] where text.hasPrefix(input + ":") {
            let key = String(text.dropFirst(input.count + 1))
            return .input(input, try parseSide(key, column: word.column + input.count + 1, line: line))
        }
        return .side(try parseSide(text, column: word.column, line: line))
    }

    private static func withoutComma(_ text: String) -> String {
        text.hasSuffix(",") ? String(text.dropLast()) : text
    }
}
