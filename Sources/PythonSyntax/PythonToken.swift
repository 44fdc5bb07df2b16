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
    /// In bytes of the text; empty for an indentation and the end.
    let range: Range<Int>
}

/// Operators and delimiters.
enum PythonSymbol: String, CaseIterable {
    case ellipsis = "..."
    case powerAssign = "**=", floorDivideAssign = "//=", shiftLeftAssign = "<<=", shiftRightAssign = ">>="
    case power = "**", floorDivide = "//", shiftLeft = "<<", shiftRight = ">>"
    case lessOrEqual = "<=", greaterOrEqual = ">=", equal = "==", notEqual = "!=", arrow = "->", walrus = ":="
    case addAssign = "+=", subtractAssign = "-=", multiplyAssign = "*=", divideAssign = "/=", remainderAssign = "%="
    case andAssign = "&=", orAssign = "|=", exclusiveOrAssign = "^=", matrixAssign = "@="
    case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%", matrix = "@"
    case and = "&", or = "|", exclusiveOr = "^", complement = "~"
    case less = "<", greater = ">", assign = "="
    case openParenthesis = "(", closeParenthesis = ")", openBracket = "[", closeBracket = "]"
    case openBrace = "{", closeBrace = "}", comma = ",", colon = ":", dot = ".", semicolon = ";"

    /// By first byte, the longest spelling first.
    static let byFirstByte: [UInt8: [(symbol: PythonSymbol, spelling: [UInt8])]] = {
        let spellings = allCases.map { (symbol: $0, spelling: Array($0.rawValue.utf8)) }
        return Dictionary(grouping: spellings.sorted { $0.spelling.count > $1.spelling.count }) { $0.spelling[0] }
    }()
}

extension PythonToken {
    /// As an error names it.
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
