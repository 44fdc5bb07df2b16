import PythonSyntax

/// A symbolic expression of an exported program, such as `2*s0` or `Mul(Integer(2), Symbol('s0', integer=True))`.
///
/// SymPy evaluates it as Python, with its own names and Python's functions at hand.
struct SymbolicExpression {
    private let text: String

    init(_ text: String) { self.text = text }

    /// What else than arithmetic it is; nil for arithmetic.
    var judgement: (Verdict, reason: String)? {
        let shown = PythonText.string(text, limit: 60)
        let evaluated = "has the expression \(shown), which PyTorch evaluates as Python: it"
        guard let call = Self.foreignCall(in: Array(text.utf8)) else {
            return (.dangerous, evaluated + " is not arithmetic")
        }
        guard !call.isEmpty else { return nil }
        return (Self.isHarmful(call) ? .dangerous : .review, evaluated + " calls \(PythonText.string(call, limit: 40))")
    }

    /// The first function that is called and is harmful, else the first that is not arithmetic; empty for none, nil for text
    /// with anything but numbers, names, operators, and names as texts.
    private static func foreignCall(in text: [UInt8]) -> String? {
        var call = ""
        var index = 0
        /// The last name or number, where nothing but spaces follows it.
        var word: String?
        /// Whether a value ends here: what follows in parentheses would be its arguments.
        var isValue = false
        while index < text.count {
            let byte = text[index]
            if byte.isWord {
                let end = text[index...].firstIndex { !$0.isWord } ?? text.count
                let name = String(decoding: text[index..<end], as: UTF8.self)
                guard !isValue, !keywords.contains(name), !name.contains("__") else { return nil }
                (word, isValue, index) = (name, true, end)
                continue
            }
            index += 1
            switch byte {
            case 0x20: continue
            case UInt8(ascii: "("):
                if isValue {
                    guard let word, word.utf8.first.map({ $0 > 0x39 }) ?? false else { return nil }
                    if !functions.contains(word), call.isEmpty || isHarmful(word) && !isHarmful(call) { call = word }
                }
                isValue = false
            case UInt8(ascii: ")"): isValue = true
            case UInt8(ascii: "'"):
                // The name of a symbol.
                let end = text[index...].firstIndex(of: byte) ?? text.count
                guard end < text.count, !isValue, text[index..<end].allSatisfy({ $0.isWord || $0 == 0x2E }) else {
                    return nil
                }
                (isValue, index) = (true, end + 1)
            case UInt8(ascii: "."):
                // In a number.
                guard !isValue || word?.utf8.first.map({ $0 <= 0x39 }) ?? false else { return nil }
                isValue = false
            default:
                guard "+-*/%,<>=!&|^~".utf8.contains(byte) else { return nil }
                isValue = false
            }
            word = nil
        }
        return call
    }

    static func isHarmful(_ name: String) -> Bool { harmful.contains(name) || name.hasPrefix("_") }

    private static let keywords: Set<String> = [
        "lambda", "if", "else", "for", "in", "is", "await", "yield", "import", "and", "or", "not",
    ]

    /// Python's, and what of SymPy evaluates or writes.
    private static let harmful: Set<String> = [
        "eval", "exec", "open", "compile", "getattr", "setattr", "delattr", "globals", "locals", "vars", "dir", "input",
        "breakpoint", "chr", "type", "object", "help", "exit", "quit", "print", "sympify", "S", "parse_expr",
        "lambdify", "preview", "source", "test", "doctest", "plot", "init_session", "init_printing", "autowrap",
        "ufuncify", "pycode", "python", "print_python",
    ]

    /// Of `torch/utils/_sympy/functions.py` of PyTorch 2.15, and SymPy's arithmetic.
    private static let functions: Set<String> = [
        "Symbol", "Dummy", "Integer", "Rational", "Float", "Add", "Mul", "Pow", "Eq", "Ne", "Lt", "Le", "Gt", "Ge",
        "Equality", "Unequality", "StrictLessThan", "LessThan", "StrictGreaterThan", "GreaterThan", "And", "Or", "Not",
        "Xor", "Max", "Min", "Mod", "PythonMod", "FloorDiv", "CeilDiv", "CleanDiv", "ModularIndexing", "Where",
        "IntTrueDiv", "FloatTrueDiv", "TrueDiv", "FloatPow", "PowByNatural", "LShift", "RShift", "CeilToInt",
        "FloorToInt", "TruncToInt", "TruncToFloat", "RoundToInt", "RoundDecimal", "ToFloat", "Identity",
        "IsNonOverlappingAndDenseIndicator", "Piecewise", "ExprCondPair", "Tuple", "Abs", "floor", "ceiling", "sqrt",
        "log", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "log2", "BooleanTrue",
        "BooleanFalse", "OpaqueUnaryFn_sqrt", "OpaqueUnaryFn_cos", "OpaqueUnaryFn_sin", "OpaqueUnaryFn_tan",
        "OpaqueUnaryFn_cosh", "OpaqueUnaryFn_sinh", "OpaqueUnaryFn_tanh", "OpaqueUnaryFn_asin", "OpaqueUnaryFn_acos",
        "OpaqueUnaryFn_atan", "OpaqueUnaryFn_exp", "OpaqueUnaryFn_log", "OpaqueUnaryFn_asinh", "OpaqueUnaryFn_log2",
        "BitwiseFn_bitwise_and", "BitwiseFn_bitwise_or", "BitwiseFn_bitwise_xor",
    ]
}
