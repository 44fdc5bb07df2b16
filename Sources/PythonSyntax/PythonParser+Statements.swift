extension PythonParser {
    mutating func appendStatement(to statements: inout [PythonStatement]) throws(PythonSyntaxError) {
        if token.kind == .indent {
            throw PythonSyntaxError(.indentation("the line is indented without a block that it belongs to"), at: offset)
        }
        if let block = try blockStatement() {
            statements.append(block)
            return
        }
        repeat {
            let start = offset
            statements.append(PythonStatement(form: try simpleForm(), offset: start))
        } while take(.semicolon) && token.kind != .newline
        guard token.kind == .newline else { throw expected("the end of the line") }
        advance()
    }

    private mutating func blockStatement() throws(PythonSyntaxError) -> PythonStatement? {
        guard case .name(let word) = token.kind else { return nil }
        let start = offset
        let form: PythonStatement.Form
        switch word {
        case "if":
            advance()
            form = try conditional()
        case "for":
            advance()
            let target = try targetList()
            try require("in")
            let iterable = try expressionList()
            form = .loop(target, in: iterable, try block(), else: take("else") ? try block() : [])
        case "with":
            advance()
            var contexts: [PythonContext] = []
            repeat {
                let value = try expression()
                contexts.append(PythonContext(value: value, target: take("as") ? try target() : nil))
            } while take(.comma)
            form = .with(contexts, try block())
        case "def", "class", "while", "try", "async":
            throw unsupported("a `\(word)` statement")
        default:
            if word == "match" || word == "case", case .name = next.kind { throw unsupported("a `match` statement") }
            return nil
        }
        return PythonStatement(form: form, offset: start)
    }

    /// What follows `if` or `elif`.
    private mutating func conditional() throws(PythonSyntaxError) -> PythonStatement.Form {
        try descend()
        defer { ascend() }
        let test = try expression()
        let body = try block()
        let start = offset
        if take("elif") {
            return .conditional(test, body, else: [PythonStatement(form: try conditional(), offset: start)])
        }
        return .conditional(test, body, else: take("else") ? try block() : [])
    }

    private mutating func block() throws(PythonSyntaxError) -> [PythonStatement] {
        try descend()
        defer { ascend() }
        try require(.colon)
        var statements: [PythonStatement] = []
        guard token.kind == .newline else {
            if try blockStatement() != nil { throw expected("a simple statement") }
            try appendStatement(to: &statements)
            return statements
        }
        advance()
        guard token.kind == .indent else {
            throw PythonSyntaxError(.indentation("expected an indented block"), at: offset)
        }
        advance()
        while token.kind != .dedent, token.kind != .end { try appendStatement(to: &statements) }
        if token.kind == .dedent { advance() }
        return statements
    }

    private mutating func simpleForm() throws(PythonSyntaxError) -> PythonStatement.Form {
        if case .name(let word) = token.kind {
            switch word {
            case "pass":
                advance()
                return .pass
            case "import":
                advance()
                return .importModules(try moduleImports())
            case "from":
                advance()
                return .importNames(try importFrom())
            case "del":
                advance()
                var targets = [try target()]
                while take(.comma), token.kind != .newline { targets.append(try target()) }
                return .delete(targets)
            case "return", "raise", "assert", "global", "nonlocal", "break", "continue", "yield":
                throw unsupported("a `\(word)` statement")
            default: break
            }
        }
        return try assignment()
    }

    private mutating func assignment() throws(PythonSyntaxError) -> PythonStatement.Form {
        let first = try expressionList()
        if take(.colon) {
            try checkTarget(first)
            _ = try expression()
            return .annotatedAssign(first, take(.assign) ? try expressionList() : nil)
        }
        if case .symbol(let symbol) = token.kind, let operation = Self.augmented[symbol] {
            advance()
            try checkTarget(first)
            if case .tuple = first.form {
                throw PythonSyntaxError(.assignment(to: "a tuple in place"), at: first.offset)
            }
            return .augmentedAssign(first, operation, try expressionList())
        }
        var parts = [first]
        while take(.assign) {
            try checkTarget(parts[parts.count - 1])
            parts.append(try expressionList())
        }
        if isAt(.walrus) { throw unsupported("`:=`") }
        if isAt(.matrixAssign) { throw unsupported("`@=`") }
        let value = parts.removeLast()
        return parts.isEmpty ? .expression(value) : .assign(parts, value)
    }

    private static let augmented: [PythonSymbol: PythonBinaryOperator] = [
        .addAssign: .add, .subtractAssign: .subtract, .multiplyAssign: .multiply, .divideAssign: .divide,
        .floorDivideAssign: .floorDivide, .remainderAssign: .remainder, .powerAssign: .power,
        .shiftLeftAssign: .shiftLeft, .shiftRightAssign: .shiftRight, .andAssign: .and, .orAssign: .or,
        .exclusiveOrAssign: .exclusiveOr,
    ]

    // MARK: Imports

    private mutating func moduleImports() throws(PythonSyntaxError) -> [PythonImport] {
        var imports: [PythonImport] = []
        repeat {
            let start = offset
            let name = try dottedName()
            imports.append(PythonImport(name: name, alias: try alias(), offset: start))
        } while take(.comma)
        return imports
    }

    private mutating func importFrom() throws(PythonSyntaxError) -> PythonImportFrom {
        var level = 0
        while isAt(.dot) || isAt(.ellipsis) {
            level += isAt(.dot) ? 1 : 3
            advance()
        }
        let module = level > 0 && isAt("import") ? nil : try dottedName()
        try require("import")
        let start = offset
        if take(.multiply) {
            return PythonImportFrom(
                level: level, module: module, names: [PythonImport(name: "*", alias: nil, offset: start)])
        }
        let hasBrackets = take(.openParenthesis)
        var names: [PythonImport] = []
        repeat {
            if hasBrackets, isAt(.closeParenthesis) { break }
            let start = offset
            let name = try identifier("a name")
            names.append(PythonImport(name: name, alias: try alias(), offset: start))
        } while take(.comma)
        if hasBrackets { try require(.closeParenthesis) }
        guard !names.isEmpty else { throw expected("a name") }
        return PythonImportFrom(level: level, module: module, names: names)
    }

    private mutating func alias() throws(PythonSyntaxError) -> String? {
        take("as") ? try identifier("a name") : nil
    }

    private mutating func dottedName() throws(PythonSyntaxError) -> String {
        var name = try identifier("the name of a module")
        while take(.dot) { name += "." + (try identifier("the name of a module")) }
        return name
    }

    // MARK: Targets

    /// What is assigned to between `for` and `in`.
    mutating func targetList() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        let first = try target()
        guard isAt(.comma) else { return first }
        var targets = [first]
        while take(.comma), !isAt("in") { targets.append(try target()) }
        return try node(.tuple(targets), at: start, over: targets)
    }

    private mutating func target() throws(PythonSyntaxError) -> PythonExpression {
        let target = try primary()
        try checkTarget(target)
        return target
    }

    func checkTarget(_ target: PythonExpression) throws(PythonSyntaxError) {
        switch target.form {
        case .name, .attribute, .subscripted: return
        case .tuple(let parts), .list(let parts):
            for part in parts { try checkTarget(part) }
        case .starred: throw unsupported("a starred target", at: target.offset)
        case .call: throw PythonSyntaxError(.assignment(to: "a call"), at: target.offset)
        default: throw PythonSyntaxError(.assignment(to: "a value"), at: target.offset)
        }
    }
}
