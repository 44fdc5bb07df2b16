/// Text as Python's `repr` spells it.
package enum PythonText {
    /// `0.1`, `1e-05`, `1e+16`, `inf`, `nan`: the shortest digits that give the number back, in CPython's layout.
    package static func float(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        let sign = value.sign == .minus ? "-" : ""
        // Swift's description has the same digits, but another rule for when to use an exponent.
        let parts = value.magnitude.description.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        var point = whole.utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        var digits = Array((whole + fraction).utf8)
        while let first = digits.first, first == 0x30 {
            digits.removeFirst()
            point -= 1
        }
        while digits.last == 0x30 { digits.removeLast() }
        guard !digits.isEmpty else { return sign + "0.0" }
        let text = String(decoding: digits, as: UTF8.self)
        let count = digits.count
        switch point {
        case -3...0: return sign + "0." + zeros(-point) + text
        case 1...16 where count <= point: return sign + text + zeros(point - count) + ".0"
        case 1...16: return sign + text.prefix(point) + "." + text.dropFirst(point)
        default:
            let exponent = point - 1
            let magnitude = String(exponent.magnitude)
            return sign + text.prefix(1) + (count > 1 ? "." + text.dropFirst() : "") + (exponent < 0 ? "e-" : "e+")
                + zeros(2 - magnitude.utf8.count) + magnitude
        }
    }

    /// `(1+2j)`, `2j`: each part with its shortest digits, whole numbers without `.0`.
    package static func complex(real: Double, imaginary: Double) -> String {
        func part(_ value: Double) -> String {
            let text = float(value)
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        let second = part(imaginary)
        if real == 0, real.sign == .plus { return second + "j" }
        let isSigned = second.hasPrefix("-")
        return "(" + part(real) + (isSigned ? "" : "+") + second + "j)"
    }

    private static func zeros(_ count: Int) -> String { String(repeating: "0", count: max(count, 0)) }

    /// A quoted `str`, cut after `limit` scalars.
    package static func string(_ text: String, limit: Int = .max) -> String {
        let head = text.unicodeScalars.prefix(limit)
        let quote: Unicode.Scalar = head.contains("'") && !head.contains("\"") ? "\"" : "'"
        var result = String.UnicodeScalarView()
        result.append(quote)
        for scalar in head { append(scalar, to: &result, quote: quote) }
        if head.endIndex < text.unicodeScalars.endIndex { result.append("…") }
        result.append(quote)
        return String(result)
    }

    /// A quoted `str` from UTF-8 with lone surrogates; bytes that are not even that appear as `\xNN`.
    package static func string(surrogateUTF8 bytes: some Collection<UInt8>, limit: Int = .max) -> String {
        var text = "'"
        var rest = Array(bytes.prefix(limit > bytes.count ? .max : 4 * limit))[...]
        var count = 0
        while let first = rest.first, count < limit {
            count += 1
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            if let scalar = String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars.first {
                var view = String.UnicodeScalarView()
                append(scalar, to: &view, quote: "'")
                text += String(view)
                rest = rest.dropFirst(length)
            } else if first == 0xED, rest.count >= 3 {
                let bytes = rest.prefix(3).map(UInt32.init)
                text += "\\u" + hexadecimal((bytes[0] & 0xF) << 12 | (bytes[1] & 0x3F) << 6 | bytes[2] & 0x3F, 4)
                rest = rest.dropFirst(3)
            } else {
                text += "\\x" + hexadecimal(UInt32(first), 2)
                rest = rest.dropFirst()
            }
        }
        return text + (rest.isEmpty ? "'" : "…'")
    }

    /// `b'…'`, cut after `limit` bytes.
    package static func bytes(_ bytes: some Collection<UInt8>, limit: Int = .max) -> String {
        let head = bytes.prefix(limit)
        let quote: Unicode.Scalar = head.contains(0x27) && !head.contains(0x22) ? "\"" : "'"
        var result = String.UnicodeScalarView()
        result.append("b")
        result.append(quote)
        for byte in head {
            if byte < 0x7F {
                append(Unicode.Scalar(byte), to: &result, quote: quote)
            } else {
                result.append(contentsOf: ("\\x" + hexadecimal(UInt32(byte), 2)).unicodeScalars)
            }
        }
        if bytes.count > limit { result.append("…") }
        result.append(quote)
        return String(result)
    }

    private static func append(
        _ scalar: Unicode.Scalar, to text: inout String.UnicodeScalarView, quote: Unicode.Scalar
    ) {
        switch scalar {
        case quote, "\\": text.append(contentsOf: ["\\", scalar])
        case "\n": text.append(contentsOf: "\\n".unicodeScalars)
        case "\r": text.append(contentsOf: "\\r".unicodeScalars)
        case "\t": text.append(contentsOf: "\\t".unicodeScalars)
        case _ where isPrintable(scalar): text.append(scalar)
        default:
            let value = scalar.value
            let escape =
                value < 0x100
                ? "\\x" + hexadecimal(value, 2)
                : value < 0x10000 ? "\\u" + hexadecimal(value, 4) : "\\U" + hexadecimal(value, 8)
            text.append(contentsOf: escape.unicodeScalars)
        }
    }

    /// `str.isprintable`: everything but the categories Other and Separator, save the space.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    private static func hexadecimal(_ value: UInt32, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return zeros(width - digits.utf8.count) + digits
    }
}
