extension PythonParser {
    /// Expressions with commas between them are a tuple.
    mutating func expressionList() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        let first = try starredExpression()
        guard isAt(.comma) else {
            if case .starred = first.form { throw unsupported("a starred value outside a display", at: start) }
            return first
        }
        var parts = [first]
        while take(.comma), startsExpression { parts.append(try starredExpression()) }
        return try node(.tuple(parts), at: start, over: parts)
    }

    private var startsExpression: Bool {
        switch token.kind {
        case .int, .float, .string, .bytes, .formatted: true
        case .name(let name): !PythonKeywords.all.contains(name) || Self.openers.contains(name)
        case .symbol(let symbol): Self.openingSymbols.contains(symbol)
        case .newline, .indent, .dedent, .end: false
        }
    }

    private static let openers: Set<String> = ["True", "False", "None", "not", "lambda", "await", "yield"]
    private static let openingSymbols: Set<PythonSymbol> = [
        .openParenthesis, .openBracket, .openBrace, .add, .subtract, .complement, .multiply, .ellipsis,
    ]

    mutating func starredExpression() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        guard take(.multiply) else { return try expression() }
        let value = try operation(minimum: 1)
        return try node(.starred(value), at: start, over: value.depth)
    }

    mutating func expression() throws(PythonSyntaxError) -> PythonExpression {
        try descend()
        defer { ascend() }
        if isAt("lambda") { throw unsupported("a `lambda`") }
        let value = try disjunction()
        if isAt(.walrus) { throw unsupported("`:=`") }
        guard take("if") else { return value }
        let test = try disjunction()
        try require("else")
        let otherwise = try expression()
        return try node(
            .conditional(value, if: test, else: otherwise), at: value.offset, over: [value, test, otherwise])
    }

    mutating func disjunction() throws(PythonSyntaxError) -> PythonExpression {
        var parts = [try conjunction()]
        while take("or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : try node(.or(parts), at: parts[0].offset, over: parts)
    }

    private mutating func conjunction() throws(PythonSyntaxError) -> PythonExpression {
        var parts = [try inversion()]
        while take("and") { parts.append(try inversion()) }
        return parts.count == 1 ? parts[0] : try node(.and(parts), at: parts[0].offset, over: parts)
    }

    private mutating func inversion() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        guard take("not") else { return try comparison() }
        try descend()
        defer { ascend() }
        let value = try inversion()
        return try node(.unary(.not, value), at: start, over: value.depth)
    }

    private mutating func comparison() throws(PythonSyntaxError) -> PythonExpression {
        let first = try operation(minimum: 1)
        var comparisons: [PythonComparison] = []
        while let comparison = takeComparison() {
            comparisons.append(PythonComparison(comparison: comparison, value: try operation(minimum: 1)))
        }
        guard !comparisons.isEmpty else { return first }
        return try node(
            .comparison(first, comparisons), at: first.offset, over: [first] + comparisons.map(\.value))
    }

    private mutating func takeComparison() -> PythonComparison.Operator? {
        switch token.kind {
        case .symbol(let symbol):
            guard let comparison = PythonComparison.Operator(rawValue: symbol.rawValue) else { return nil }
            advance()
            return comparison
        case .name("in"):
            advance()
            return .isIn
        case .name("not") where next.kind == .name("in"):
            advance()
            advance()
            return .isNotIn
        case .name("is"):
            advance()
            return take("not") ? .isNotSame : .isSame
        default: return nil
        }
    }

    /// Operators by how tightly they bind, from `|` to `*`.
    private static let precedences: [PythonSymbol: (Int, PythonBinaryOperator)] = [
        .or: (1, .or), .exclusiveOr: (2, .exclusiveOr), .and: (3, .and), .shiftLeft: (4, .shiftLeft),
        .shiftRight: (4, .shiftRight), .add: (5, .add), .subtract: (5, .subtract), .multiply: (6, .multiply),
        .divide: (6, .divide), .floorDivide: (6, .floorDivide), .remainder: (6, .remainder),
    ]

    mutating func operation(minimum: Int) throws(PythonSyntaxError) -> PythonExpression {
        var left = try factor()
        while case .symbol(let symbol) = token.kind {
            if symbol == .matrix { throw unsupported("`@`") }
            guard let (precedence, operation) = Self.precedences[symbol], precedence >= minimum else { break }
            advance()
            let right = try self.operation(minimum: precedence + 1)
            left = try node(.binary(left, operation, right), at: left.offset, over: [left, right])
        }
        return left
    }

    private mutating func factor() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        let sign: PythonUnaryOperator
        switch token.kind {
        case .symbol(.add): sign = .plus
        case .symbol(.subtract): sign = .minus
        case .symbol(.complement): sign = .complement
        default: return try power()
        }
        advance()
        try descend()
        defer { ascend() }
        let value = try factor()
        return try node(.unary(sign, value), at: start, over: value.depth)
    }

    private mutating func power() throws(PythonSyntaxError) -> PythonExpression {
        if isAt("await") { throw unsupported("`await`") }
        let base = try primary()
        guard take(.power) else { return base }
        try descend()
        defer { ascend() }
        let exponent = try factor()
        return try node(.binary(base, .power, exponent), at: base.offset, over: [base, exponent])
    }

    /// An atom with its calls, subscripts and attributes.
    mutating func primary() throws(PythonSyntaxError) -> PythonExpression {
        var value = try atom()
        while case .symbol(let symbol) = token.kind {
            let start = value.offset
            switch symbol {
            case .dot:
                advance()
                value = try node(
                    .attribute(value, try identifier("the name of an attribute")), at: start, over: value.depth)
            case .openParenthesis:
                advance()
                let arguments = try self.arguments()
                value = try node(.call(value, arguments), at: start, over: [value] + arguments.map(\.value))
            case .openBracket:
                advance()
                let index = try subscriptList()
                try require(.closeBracket)
                value = try node(.subscripted(value, index), at: start, over: [value, index])
            default: return value
            }
        }
        return value
    }

    private mutating func arguments() throws(PythonSyntaxError) -> [PythonArgument] {
        var arguments: [PythonArgument] = []
        var names: Set<String> = []
        var isPositional = true
        while !isAt(.closeParenthesis) {
            let start = offset
            let kind: PythonArgument.Kind
            var value: PythonExpression
            if take(.power) {
                (kind, value) = (.unpacked, try expression())
            } else if case .name(let name) = token.kind, next.kind == .symbol(.assign),
                !PythonKeywords.all.contains(name)
            {
                advance()
                advance()
                guard names.insert(name).inserted else { throw PythonSyntaxError(.repeated(argument: name), at: start) }
                (kind, value) = (.keyword(name), try expression())
            } else {
                guard isPositional || isAt(.multiply) else {
                    throw PythonSyntaxError(.order("a positional argument follows a named one"), at: start)
                }
                (kind, value) = (.positional, try starredExpression())
                if isAt("for") {
                    value = try comprehension(.generator, value, nil, at: start)
                    guard arguments.isEmpty, isAt(.closeParenthesis) else {
                        throw PythonSyntaxError(
                            .order("a generator among other arguments needs parentheses"), at: start)
                    }
                }
            }
            isPositional = isPositional && kind == .positional
            arguments.append(PythonArgument(kind: kind, value: value, offset: start))
            guard take(.comma) else { break }
        }
        try require(.closeParenthesis)
        return arguments
    }

    private mutating func subscriptList() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        let first = try subscriptPart()
        guard isAt(.comma) else { return first }
        var parts = [first]
        while take(.comma), !isAt(.closeBracket) { parts.append(try subscriptPart()) }
        return try node(.tuple(parts), at: start, over: parts)
    }

    private mutating func subscriptPart() throws(PythonSyntaxError) -> PythonExpression {
        let start = offset
        let lower = isAt(.colon) ? nil : try expression()
        guard take(.colon) else {
            guard let lower else { throw expected("an index") }
            return lower
        }
        func endsPart(_ parser: PythonParser) -> Bool { parser.isAt(.closeBracket) || parser.isAt(.comma) }
        let upper = isAt(.colon) || endsPart(self) ? nil : try expression()
        let step = take(.colon) && !endsPart(self) ? try expression() : nil
        return try node(.slice(lower, upper, step), at: start, over: [lower, upper, step].compactMap { $0 })
    }
}
