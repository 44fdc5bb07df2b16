/// Reads the part of Python that configs are written in: assignments, imports, `with`, `if`, `for`, and expressions
/// without `lambda`, `await` and `:=`. Other Python is an error that says what it is.
package struct PythonParser {
    /// How deep expressions and blocks may be nested; CPython allows 200 brackets and 100 indentations.
    package static let maximumDepth = 100
    /// How long a text may be, in bytes.
    package static let maximumLength = 1 << 20

    let text: [UInt8]
    let tokens: [PythonToken]
    var position = 0
    /// The depth of the recursion; in a field of an f-string, on top of that of the expression around it.
    var depth = 0

    /// The statements of a file.
    /// - Parameter text: UTF-8 whose lines end in `\n`.
    package static func statements(of text: [UInt8]) throws(PythonSyntaxError) -> [PythonStatement] {
        try check(text)
        let tokens = try PythonTokenizer.tokens(of: text, in: 0..<text.count, isExpression: false)
        var parser = PythonParser(text: text, tokens: tokens)
        var statements: [PythonStatement] = []
        while parser.token.kind != .end { try parser.appendStatement(to: &statements) }
        return statements
    }

    /// The expression that a part of a text is.
    /// - Parameter depth: that of the expression around it.
    static func expression(
        of text: [UInt8], in range: Range<Int>, depth: Int
    ) throws(PythonSyntaxError) -> PythonExpression {
        let tokens = try PythonTokenizer.tokens(of: text, in: range, isExpression: true)
        var parser = PythonParser(text: text, tokens: tokens, depth: depth)
        let expression = try parser.expressionList()
        guard parser.token.kind == .end else { throw parser.expected("the end of the expression") }
        return expression
    }

    private static func check(_ text: [UInt8]) throws(PythonSyntaxError) {
        guard text.count <= maximumLength else {
            throw PythonSyntaxError(.tooLong(bytes: text.count, limit: maximumLength), at: 0)
        }
        guard String(validating: text, as: UTF8.self) != nil else { throw PythonSyntaxError(.notUTF8, at: 0) }
    }

    private init(text: [UInt8], tokens: [PythonToken], depth: Int = 0) {
        self.text = text
        self.tokens = tokens
        self.depth = depth
    }

    // MARK: Tokens

    var token: PythonToken { tokens[position] }
    var next: PythonToken { tokens[min(position + 1, tokens.count - 1)] }
    var offset: Int { token.range.lowerBound }

    mutating func advance() { position = min(position + 1, tokens.count - 1) }

    func isAt(_ symbol: PythonSymbol) -> Bool { token.kind == .symbol(symbol) }
    func isAt(_ keyword: String) -> Bool { token.kind == .name(keyword) }

    mutating func take(_ symbol: PythonSymbol) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(_ keyword: String) -> Bool {
        guard isAt(keyword) else { return false }
        advance()
        return true
    }

    mutating func require(_ symbol: PythonSymbol) throws(PythonSyntaxError) {
        guard take(symbol) else { throw expected("'\(symbol.rawValue)'") }
    }

    mutating func require(_ keyword: String) throws(PythonSyntaxError) {
        guard take(keyword) else { throw expected("'\(keyword)'") }
    }

    /// A name that is not a keyword.
    mutating func identifier(_ what: String) throws(PythonSyntaxError) -> String {
        guard case .name(let name) = token.kind, !PythonKeywords.all.contains(name) else { throw expected(what) }
        advance()
        return name
    }

    func expected(_ what: String) -> PythonSyntaxError {
        PythonSyntaxError(.expected(what, found: token.spelling), at: offset)
    }

    func unsupported(_ what: String, at offset: Int? = nil) -> PythonSyntaxError {
        PythonSyntaxError(.unsupported(what), at: offset ?? self.offset)
    }

    // MARK: Depth

    /// - Parameter depths: of the parts.
    func node(
        _ form: PythonExpression.Form, at offset: Int, over depths: Int = 0
    ) throws(PythonSyntaxError) -> PythonExpression {
        guard depths < Self.maximumDepth else { throw tooDeep(at: offset) }
        return PythonExpression(form: form, offset: offset, depth: depths + 1)
    }

    func node(
        _ form: PythonExpression.Form, at offset: Int, over parts: [PythonExpression]
    ) throws(PythonSyntaxError) -> PythonExpression {
        try node(form, at: offset, over: parts.reduce(0) { max($0, $1.depth) })
    }

    func tooDeep(at offset: Int) -> PythonSyntaxError {
        PythonSyntaxError(.tooDeep(limit: Self.maximumDepth), at: offset)
    }

    mutating func descend() throws(PythonSyntaxError) {
        guard depth < Self.maximumDepth else { throw tooDeep(at: offset) }
        depth += 1
    }

    mutating func ascend() { depth -= 1 }
}

package enum PythonKeywords {
    /// Words that cannot be names. Source: Python 3.11's `keyword.kwlist`.
    package static let all: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]
}
