extension PythonParser {
    mutating func atom() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        switch token.kind {
        case .int(let value):
            advance()
            return try node(.int(value), at: start)
        case .float(let value):
            advance()
            return try node(.float(value), at: start)
        case .string, .formatted, .bytes: return try strings()
        case .name(let name):
            switch name {
            case "True", "False":
                advance()
                return try node(.bool(name == "True"), at: start)
            case "None":
                advance()
                return try node(.none, at: start)
            case "lambda", "yield": throw unsupported("a `\(name)`")
            default: return try node(.name(try identifier("a value")), at: start)
            }
        case .symbol(.openParenthesis):
            advance()
            return try parenthesis(at: start)
        case .symbol(.openBracket):
            advance()
            return try listDisplay(at: start)
        case .symbol(.openBrace):
            advance()
            return try braces(at: start)
        case .symbol(.ellipsis): throw unsupported("`...`")
        default: throw expected("a value")
        }
    }

    private mutating func parenthesis(at start: Int) throws(PythonSyntaxError) -> PythonExpression {
        if take(.closeParenthesis) { return try node(.tuple([]), at: start) }
        if isAt("yield") { throw unsupported("a `yield`") }
        let first = try starredExpression()
        if isAt("for") {
            let value = try comprehension(.generator, first, nil, at: start)
            try require(.closeParenthesis)
            return value
        }
        let (parts, hasComma) = try rest(after: first, until: .closeParenthesis)
        if parts.count == 1, !hasComma {
            if case .starred = first.form { throw unsupported("a starred value outside a display", at: first.offset) }
            return first
        }
        return try node(.tuple(parts), at: start, over: parts)
    }

    private mutating func listDisplay(at start: Int) throws(PythonSyntaxError) -> PythonExpression {
        if take(.closeBracket) { return try node(.list([]), at: start) }
        let first = try starredExpression()
        if isAt("for") {
            let value = try comprehension(.list, first, nil, at: start)
            try require(.closeBracket)
            return value
        }
        let parts = try rest(after: first, until: .closeBracket).parts
        return try node(.list(parts), at: start, over: parts)
    }

    private mutating func rest(
        after first: PythonExpression, until end: PythonSymbol
    ) throws(PythonSyntaxError) -> (parts: [PythonExpression], hasComma: Bool) {
        var parts = [first]
        var hasComma = take(.comma)
        while !take(end) {
            guard hasComma else { throw expected("',' or '\(end.rawValue)'") }
            parts.append(try starredExpression())
            hasComma = take(.comma)
        }
        return (parts, hasComma)
    }

    private mutating func braces(at start: Int) throws(PythonSyntaxError) -> PythonExpression {
        if take(.closeBrace) { return try node(.dictionary([]), at: start) }
        if isAt(.power) { return try dictionary(after: [], at: start) }
        let first = try starredExpression()
        if take(.colon) {
            let value = try expression()
            if isAt("for") {
                let value = try comprehension(.dictionary, first, value, at: start)
                try require(.closeBrace)
                return value
            }
            return try dictionary(after: [PythonDictionaryItem(key: first, value: value)], at: start)
        }
        if isAt("for") {
            let value = try comprehension(.set, first, nil, at: start)
            try require(.closeBrace)
            return value
        }
        let parts = try rest(after: first, until: .closeBrace).parts
        return try node(.set(parts), at: start, over: parts)
    }

    private mutating func dictionary(
        after first: [PythonDictionaryItem], at start: Int
    ) throws(PythonSyntaxError) -> PythonExpression {
        var items = first
        var hasComma = first.isEmpty || take(.comma)
        while !take(.closeBrace) {
            guard hasComma else { throw expected("',' or '}'") }
            if take(.power) {
                items.append(PythonDictionaryItem(key: nil, value: try operation(minimum: 1)))
            } else {
                let key = try expression()
                try require(.colon)
                items.append(PythonDictionaryItem(key: key, value: try expression()))
            }
            hasComma = take(.comma)
        }
        let depth = items.reduce(0) { max($0, $1.key?.depth ?? 0, $1.value.depth) }
        return try node(.dictionary(items), at: start, over: depth)
    }

    /// What follows the element of a comprehension, at its first `for`.
    mutating func comprehension(
        _ kind: PythonComprehension.Kind, _ element: PythonExpression, _ value: PythonExpression?, at start: Int
    ) throws(PythonSyntaxError) -> PythonExpression {
        if case .starred = element.form { throw unsupported("a starred value in a comprehension", at: element.offset) }
        var clauses: [PythonComprehension.Clause] = []
        var depth = max(element.depth, value?.depth ?? 0)
        while take("for") {
            guard clauses.count < Self.maximumDepth else { throw tooDeep(at: offset) }
            let target = try targetList()
            try require("in")
            let iterable = try disjunction()
            var conditions: [PythonExpression] = []
            while take("if") { conditions.append(try disjunction()) }
            clauses.append(PythonComprehension.Clause(target: target, iterable: iterable, conditions: conditions))
            depth = ([target, iterable] + conditions).reduce(depth) { max($0, $1.depth) }
        }
        if isAt("async") { throw unsupported("`async`") }
        return try node(
            .comprehension(PythonComprehension(kind: kind, element: element, value: value, clauses: clauses)),
            at: start, over: depth)
    }

    /// Strings side by side are one.
    private mutating func strings() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        var parts: [PythonFormattedPart] = []
        // Joined as it comes: a file may have thousands of literals side by side.
        var literal = ""
        var isFormatted = false
        loop: while true {
            switch token.kind {
            case .string(let text): literal += text
            case .formatted(let isRaw, let contents):
                isFormatted = true
                var reader = PythonFormattedReader(text: text, range: contents, isRaw: isRaw, depth: depth + 1)
                for part in try reader.parts(level: 0) {
                    if case .text(let text) = part {
                        literal += text
                        continue
                    }
                    if !literal.isEmpty { parts.append(.text(literal)) }
                    literal = ""
                    parts.append(part)
                }
            case .bytes: throw unsupported("a bytes literal")
            default: break loop
            }
            advance()
        }
        guard isFormatted else { return try node(.string(literal), at: start) }
        if !literal.isEmpty { parts.append(.text(literal)) }
        return try node(.formatted(parts), at: start, over: PythonFormattedPart.depth(of: parts))
    }
}

extension PythonFormattedPart {
    static func depth(of parts: [PythonFormattedPart]) -> Int {
        parts.reduce(0) { depth, part in
            guard case .field(let value, _, let specification) = part else { return depth }
            return max(depth, value.depth, Self.depth(of: specification))
        }
    }
}
