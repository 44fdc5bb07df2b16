/// Takes Python source apart, as CPython 3.11's `Parser/tokenizer.c` does.
struct PythonTokenizer {
    let text: [UInt8]
    let end: Int
    var position: Int
    private var tokens: [PythonToken] = []
    /// Where brackets are open, inside which lines and indentation mean nothing.
    private var brackets: [Int] = []
    /// The columns of the open blocks, with tabs to multiples of eight and with tabs as one; as in CPython, both must
    /// agree on how lines are nested.
    private var indentations = [(column: 0, narrow: 0)]

    /// - Parameters:
    ///   - text: UTF-8 whose lines end in `\n`.
    ///   - range: the part of it that is read.
    ///   - isExpression: whether lines mean nothing, as inside brackets.
    static func tokens(
        of text: [UInt8], in range: Range<Int>, isExpression: Bool
    ) throws(PythonSyntaxError) -> [PythonToken] {
        var tokenizer = PythonTokenizer(text: text, range: range)
        if isExpression { tokenizer.brackets = [range.lowerBound] }
        try tokenizer.run()
        return tokenizer.tokens
    }

    private init(text: [UInt8], range: Range<Int>) {
        self.text = text
        position = range.lowerBound
        end = range.upperBound
    }

    func peek(_ distance: Int = 0) -> UInt8? { position + distance < end ? text[position + distance] : nil }

    func error(_ reason: PythonSyntaxError.Reason, at offset: Int? = nil) -> PythonSyntaxError {
        PythonSyntaxError(reason, at: offset ?? position)
    }

    func spelling(from start: Int) -> String { String(decoding: text[start..<position], as: UTF8.self) }

    private mutating func run() throws(PythonSyntaxError) {
        let nested = brackets.count
        if nested == 0 { try indent() }
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C: position += 1
            case UInt8(ascii: "#"): skipComment()
            case UInt8(ascii: "\n"): try lineEnd()
            case UInt8(ascii: "\\"):
                guard peek(1) == UInt8(ascii: "\n") else {
                    throw error(.expected("the end of the line after '\\'", found: "more"))
                }
                position += 2
            case UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
            case UInt8(ascii: ".") where peek(1).map(Self.isDigit) == true: try number()
            case UInt8(ascii: "'"), UInt8(ascii: "\""): try string(prefix: [], from: position)
            default:
                if Self.startsName(byte) { try nameOrString() } else { try symbol() }
            }
        }
        if brackets.count > nested, let open = brackets.last {
            let bracket = String(Unicode.Scalar(text[open]))
            throw error(.expected("the end of '\(bracket)'", found: "the end of the file"), at: open)
        }
        if nested == 0 {
            if let last = tokens.last, last.kind != .newline { append(.newline, from: position) }
            for _ in indentations.dropFirst() { append(.dedent, from: position) }
        }
        append(.end, from: position)
    }

    mutating func append(_ kind: PythonToken.Kind, from start: Int) {
        tokens.append(PythonToken(kind: kind, range: start..<position))
    }

    private mutating func skipComment() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func lineEnd() throws(PythonSyntaxError) {
        let start = position
        position += 1
        guard brackets.isEmpty else { return }
        if let last = tokens.last, last.kind != .newline, last.kind != .indent, last.kind != .dedent {
            append(.newline, from: start)
        }
        try indent()
    }

    /// Reads the white space that a line begins with; an empty line has no indentation.
    private mutating func indent() throws(PythonSyntaxError) {
        var (column, narrow) = (0, 0)
        scan: while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "): (column, narrow) = (column + 1, narrow + 1)
            case UInt8(ascii: "\t"): (column, narrow) = ((column / 8 + 1) * 8, narrow + 1)
            case 0x0C: (column, narrow) = (0, 0)
            default: break scan
            }
            position += 1
        }
        guard let byte = peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "#") else { return }
        var current = indentations[indentations.count - 1]
        if column > current.column {
            guard narrow > current.narrow else { throw error(.indentation("tabs and spaces disagree")) }
            guard indentations.count < PythonParser.maximumDepth else {
                throw error(.tooDeep(limit: PythonParser.maximumDepth))
            }
            indentations.append((column, narrow))
            return append(.indent, from: position)
        }
        while column < current.column {
            indentations.removeLast()
            append(.dedent, from: position)
            current = indentations[indentations.count - 1]
        }
        guard column == current.column else {
            throw error(.indentation("the indentation matches no enclosing block"))
        }
        guard narrow == current.narrow else { throw error(.indentation("tabs and spaces disagree")) }
    }

    private mutating func symbol() throws(PythonSyntaxError) {
        let start = position
        let rest = text[start..<end]
        guard let found = PythonSymbol.byFirstByte[text[start]]?.first(where: { rest.starts(with: $0.spelling) }) else {
            throw error(.unknownCharacter(scalar(at: start)))
        }
        position += found.spelling.count
        switch found.symbol {
        case .openParenthesis, .openBracket, .openBrace: brackets.append(start)
        case .closeParenthesis: try close(UInt8(ascii: "("), at: start)
        case .closeBracket: try close(UInt8(ascii: "["), at: start)
        case .closeBrace: try close(UInt8(ascii: "{"), at: start)
        default: break
        }
        append(.symbol(found.symbol), from: start)
    }

    private mutating func close(_ opening: UInt8, at start: Int) throws(PythonSyntaxError) {
        guard let open = brackets.last, text[open] == opening else {
            throw error(.expected("no '\(String(Unicode.Scalar(text[start])))' here", found: "one"), at: start)
        }
        brackets.removeLast()
    }

    private mutating func nameOrString() throws(PythonSyntaxError) {
        let start = position
        if text[start] < 0x80 {
            while let byte = peek(), byte < 0x80, Self.startsName(byte) || Self.isDigit(byte) { position += 1 }
        }
        if let byte = peek(), byte >= 0x80 { try longName(from: start) }
        if let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""), position - start <= 2 {
            let prefix = text[start..<position].map { $0 | 0x20 }
            if Self.stringPrefixes.contains(prefix) { return try string(prefix: prefix, from: start) }
        }
        append(.name(spelling(from: start)), from: start)
    }

    /// A name with letters beyond ASCII.
    private mutating func longName(from start: Int) throws(PythonSyntaxError) {
        position = start
        while position < end {
            let scalar = scalar(at: position)
            let isPart =
                position == start
                ? scalar == "_" || scalar.properties.isXIDStart : scalar.properties.isXIDContinue
            guard isPart else { break }
            position += UTF8.width(scalar)
        }
        guard position > start else { throw error(.unknownCharacter(scalar(at: start))) }
    }

    func scalar(at offset: Int) -> Unicode.Scalar {
        String(decoding: text[offset..<min(offset + 4, end)], as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
    }

    private static let stringPrefixes: Set<[UInt8]> = Set(
        ["r", "u", "b", "f", "br", "rb", "fr", "rf"].map { Array($0.utf8) })

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func startsName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
