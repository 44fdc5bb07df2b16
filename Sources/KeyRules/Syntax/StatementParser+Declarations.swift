extension StatementParser {
    /// `side ["when" PARAM=value {"and" PARAM=value}] "because" text`, after `absent`.
    func absent(_ reader: inout LineReader) throws(RuleError) -> Statement.Kind {
        let pattern = try side(&reader)
        let column = reader.column
        var selection: Statement.Selection = []
        for condition in try conditions(&reader) {
            guard case .parameter(let name, let values, let place) = condition else {
                throw reader.error("what is absent depends on parameters only", column: column)
            }
            selection.append((name, values, place))
        }
        return .absent(pattern, selection, reason: try reason(&reader))
    }

    /// `[when] text`, after `caveat`; quotation marks around the text are not part of it.
    func caveat(_ reader: inout LineReader) throws(RuleError) -> Statement.Kind {
        let conditions = try conditions(&reader)
        var text = reader.takeRest()
        if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") { text = String(text.dropFirst().dropLast()) }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw reader.error("a text is expected that says what is computed differently")
        }
        return .caveat(conditions, text: text)
    }

    /// `NAME (sel) optional side side`
    func model(_ reader: inout LineReader) throws(RuleError) -> Statement.Kind {
        let name = try reader.take("a model name")
        let selection = try selection(&reader)
        var optional: [SidePattern] = []
        if reader.take(if: "optional") {
            repeat {
                let word = try reader.take("a side")
                optional.append(try parseSide(word.text, column: word.column, line: reader.line))
            } while !reader.isAtEnd
        }
        return .model(name, selection, optional: optional)
    }

    /// `NAME = value | value`
    func parameter(_ reader: inout LineReader) throws(RuleError) -> Statement.Kind {
        let name = try name(&reader, "a parameter name")
        try reader.expect("=")
        var values: [String] = []
        var known: Set<String> = []
        repeat {
            let word = try reader.take("a value")
            guard let parts = Self.values(word.text[...]) else {
                throw reader.error("a value is expected on both sides of '|'", column: word.column)
            }
            for part in parts {
                guard known.insert(part).inserted else {
                    throw reader.error("'\(part)' is already a value of '\(name)'", column: word.column)
                }
                values.append(part)
            }
        } while reader.take(if: "|")
        return .parameter(name, values)
    }

    /// `NAME (sel) a b c -> d e f`
    func table(_ reader: inout LineReader) throws(RuleError) -> Statement.Kind {
        let name = try name(&reader, "a table name")
        let selection = try selection(&reader)
        var left: [String] = []
        var right: [String] = []
        while let word = reader.peek, word != "->" {
            left.append(word)
            _ = reader.take()
        }
        try reader.expect("->")
        while let word = reader.take() { right.append(word.text) }
        guard !left.isEmpty else { throw reader.error("a table has at least one value on each side") }
        return .table(name, selection, left, right)
    }

    /// `NAME (sel) from INT group INT = INT INT`
    func runs(_ reader: inout LineReader) throws(RuleError) -> Statement.Kind {
        let name = try name(&reader, "a name")
        let selection = try selection(&reader)
        var first = 0
        var group = 0
        if reader.take(if: "from") {
            first = try reader.takeInteger()
            try reader.expect("group")
            group = try reader.takeInteger()
        }
        try reader.expect("=")
        var lengths = [try reader.takeInteger()]
        while !reader.isAtEnd { lengths.append(try reader.takeInteger()) }
        return .runs(name, selection, from: first, group: group, lengths)
    }

    private func name(_ reader: inout LineReader, _ expected: String) throws(RuleError) -> String {
        let word = try reader.take(expected)
        guard SideParser.isName(word.text) else {
            throw reader.error("\(expected) is expected in place of '\(word.text)'", column: word.column)
        }
        return word.text
    }

    /// `(depth=16 bn=no|yes)`, or nothing.
    func selection(_ reader: inout LineReader) throws(RuleError) -> Statement.Selection {
        guard let first = reader.peek, first.hasPrefix("(") else { return [] }
        var selection: Statement.Selection = []
        var isOpen = true
        while isOpen {
            var word = try reader.take("')'")
            if selection.isEmpty, word.text.hasPrefix("(") {
                word.text.removeFirst()
                word.column += 1
            }
            if word.text.hasSuffix(")") {
                word.text.removeLast()
                isOpen = false
            }
            if !word.text.isEmpty { selection.append(try assignment(word, reader)) }
        }
        return selection
    }
}
