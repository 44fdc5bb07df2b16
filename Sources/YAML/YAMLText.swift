extension YAMLScalar {
    /// A string as a scalar that every reader of YAML 1.1 or 1.2 takes for that string: plain where that is possible,
    /// else in single quotes, or in double quotes where it has control characters.
    package static func source(of text: String) -> String {
        if isPlain(text) { return text }
        let scalars = text.unicodeScalars
        guard scalars.contains(where: { $0.value < 0x20 || (0x7F...0xA0).contains($0.value) || isUnsafe($0) }) else {
            return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        }
        var quoted = "\""
        for scalar in scalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || isUnsafe(scalar):
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// Line separators, marks of byte order and of direction.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        (0x2028...0x202E).contains(scalar.value) || scalar.value == 0xFEFF || (0xFFFE...0xFFFF).contains(scalar.value)
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, YAMLValue(plain: text) == .string(text),
            !"-?:,[]{}#&*!|>'\"%@`=<~".unicodeScalars.contains(first), !first.properties.isWhitespace,
            text.unicodeScalars.last != " ", text.unicodeScalars.last != ":",
            !text.contains(": "), !text.contains(" #"),
            text.unicodeScalars.allSatisfy({
                $0.value >= 0x20 && ($0.isASCII && $0.value != 0x7F) && !",[]{}".unicodeScalars.contains($0)
            })
        else { return false }
        // What YAML 1.2 or another reader may take for a number or a date.
        return !text.unicodeScalars.allSatisfy { "0123456789+-.:_eExobEABCDFabcdf ".unicodeScalars.contains($0) }
    }
}
