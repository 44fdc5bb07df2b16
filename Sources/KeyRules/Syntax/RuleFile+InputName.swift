extension RuleFile {
    /// Whether a line can read an input of that name: a word of ASCII letters, digits and `_` that does not begin with a digit.
    package static func isInputName(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return text.unicodeScalars.allSatisfy {
            $0 == "_" || ("0"..."9").contains($0) || $0.isASCII && $0.properties.isAlphabetic
        }
    }
}
