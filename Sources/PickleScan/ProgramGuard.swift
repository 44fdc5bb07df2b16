import PythonSyntax

/// A guard of an exported program, such as `L['x'].size()[0] >= 2`: Python, which the program's module runs.
///
/// Source: `_convert_guards_code_to_fn` in `torch/export/_unlift.py` of PyTorch 2.13.
struct ProgramGuard {
    private let text: String

    init(_ text: String) { self.text = text }

    /// What else it does than compare sizes; nil for nothing.
    var judgement: (Verdict, reason: String)? {
        let shown = "has the guard \(PythonText.string(text, limit: 60)), which PyTorch runs as Python"
        guard let word = Self.foreignWord(in: Array(text.utf8)) else { return (.dangerous, shown) }
        guard !word.isEmpty else { return nil }
        return (.review, "\(shown): it names \(PythonText.string(word, limit: 40))")
    }

    /// The first word that PyTorch does not write; empty for none, nil for a harmful one or other signs than those of
    /// comparisons.
    private static func foreignWord(in text: [UInt8]) -> String? {
        var foreign = ""
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte.isWord {
                let end = text[index...].firstIndex { !$0.isWord } ?? text.count
                let word = String(decoding: text[index..<end], as: UTF8.self)
                index = end
                if (0x30...0x39).contains(byte) || words.contains(word) { continue }
                if isHarmful(word) { return nil }
                if foreign.isEmpty { foreign = word }
                continue
            }
            index += 1
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                // The name of an input, or its value.
                let end = text[index...].firstIndex(of: byte) ?? text.count
                guard end < text.count, !text[index..<end].contains(where: { $0 == 0x5C || $0 == 0x0A }) else {
                    return nil
                }
                index = end + 1
            } else if !" +-*/%()[].,<>=!&|~^".utf8.contains(byte) {
                return nil
            }
        }
        return foreign
    }

    private static func isHarmful(_ word: String) -> Bool {
        word.utf8.starts(with: "__".utf8) || SymbolicExpression.isHarmful(word) || GlobalCatalog.gateways.contains(word)
            || GlobalCatalog.harmfulAttributes.contains(word)
    }

    private static let words: Set<String> = [
        "L", "args", "math", "torch", "inf", "nan", "size", "stride", "storage_offset", "shape", "isnan", "and", "or",
        "not", "is", "in", "if", "else", "True", "False", "None", "max", "min", "abs", "int", "float", "bool", "round",
        "floor", "ceil", "trunc", "sqrt", "sym_max", "sym_min", "sym_float", "sym_int", "sym_ite", "sym_not",
        "_sym_sqrt", "IsNonOverlappingAndDenseIndicator", "cast_symbool_to_symint_guardless",
    ]
}
