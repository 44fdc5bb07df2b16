/// A word of Python's grammar.
struct PythonToken: Equatable {
    enum Kind: Equatable {
        /// A name or a keyword.
        case name(String)
        case int(Int)
        case float(Double)
        case string(String)
        case bytes
        /// The text between the quotes of an f-string, whose fields the parser reads.
        case formatted(isRaw: Bool, contents: Range<Int>)
        case symbol(PythonSymbol)
        case newline, indent, dedent, end
    }

    let kind: Kind
    /// Where the token is, in bytes of the text; empty for an indentation and the end.
    let range: Range<Int>
}

/// Operators and delimiters.
enum PythonSymbol: String, CaseIterable {
    case ellipsis = "..."
    case powerAssign = "**="
    case floorDivideAssign = "//="
    case shiftLeftAssign = "<<="
    case shiftRightAssign = ">>="
    case power = "**"
    case floorDivide = "//"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case arrow = "->"
    case walrus = ":="
    case addAssign = "+="
    case subtractAssign = "-="
    case multiplyAssign = "*="
    case divideAssign = "/="
    case remainderAssign = "%="
    case andAssign = "&="
    case orAssign = "|="
    case exclusiveOrAssign = "^="
    case matrixAssign = "@="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case matrix = "@"
    case and = "&"
    case or = "|"
    case exclusiveOr = "^"
    case complement = "~"
    case less = "<"
    case greater = ">"
    case assign = "="
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBracket = "["
    case closeBracket = "]"
    case openBrace = "{"
    case closeBrace = "}"
    case comma = ","
    case colon = ":"
    case dot = "."
    case semicolon = ";"

    /// The symbols that begin with a byte, the longest spelling first.
    static let byFirstByte: [UInt8: [(symbol: PythonSymbol, spelling: [UInt8])]] = {
        let spellings = allCases.map { (symbol: $0, spelling: Array($0.rawValue.utf8)) }
        return Dictionary(grouping: spellings.sorted { $0.spelling.count > $1.spelling.count }) { $0.spelling[0] }
    }()
}

extension PythonToken {
    /// The token as an error names it.
    var spelling: String {
        switch kind {
        case .name(let name): "'\(name)'"
        case .int, .float: "a number"
        case .string, .formatted: "a string"
        case .bytes: "bytes"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .newline: "the end of the line"
        case .indent: "an indentation"
        case .dedent: "the end of a block"
        case .end: "the end of the file"
        }
    }
}
