import PlatformC

/// Numbers as C's `printf` and the strings of `int()` and `float()` have them.
enum FormattedNumber {
    /// - Parameter digits: after the point, at most 400.
    static func fixed(_ value: Double, digits: Int) -> String { printed("%.*f", value, digits: digits) }
    static func exponential(_ value: Double, digits: Int) -> String { printed("%.*e", value, digits: digits) }
    static func general(_ value: Double, digits: Int) -> String { printed("%.*g", value, digits: digits) }

    private static func printed(_ format: String, _ value: Double, digits: Int) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
            let count = withVaList([Int32(clamping: min(digits, 400)), value]) {
                vsnprintf(buffer.baseAddress, buffer.count, format, $0)
            }
            return String(
                decoding: buffer.prefix(max(0, min(Int(count), 1023))).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// What Python's `int` makes of text; nil where that is an error.
    static func integer(_ text: String) -> Int? {
        trimmed(text).flatMap { withoutUnderscores(Array($0)) }.flatMap { Int($0) }
    }

    /// What Python's `float` makes of text; nil where that is an error.
    static func float(_ text: String) -> Double? {
        guard let bytes = trimmed(text), let plain = withoutUnderscores(Array(bytes)) else { return nil }
        let lower = plain.lowercased()
        let unsigned = lower.first == "+" || lower.first == "-" ? lower.dropFirst() : lower[...]
        let isNegative = lower.first == "-"
        switch unsigned {
        case "inf", "infinity": return isNegative ? -Double.infinity : .infinity
        case "nan": return .nan
        default: break
        }
        let parts = unsigned.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        func isDigits(_ text: Substring) -> Bool { text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
        guard mantissa.count <= 2, mantissa.allSatisfy(isDigits), mantissa.contains(where: { !$0.isEmpty }) else {
            return nil
        }
        var number = (isNegative ? "-" : "") + "0" + mantissa[0]
        if mantissa.count == 2 { number += "." + mantissa[1] + "0" }
        if parts.count == 2 {
            let exponent = parts[1].first == "+" || parts[1].first == "-" ? parts[1].dropFirst() : parts[1]
            guard !exponent.isEmpty, isDigits(exponent) else { return nil }
            number += "e" + parts[1]
        }
        // Swift's own reader gives infinity for what is too large, as Python does.
        return number.withCString { strtod($0, nil) }
    }

    private static func trimmed(_ text: String) -> ArraySlice<UInt8>? {
        let bytes = Array(text.utf8)
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return nil }
        return bytes[first...last]
    }

    /// Single underscores between digits mean nothing.
    private static func withoutUnderscores(_ bytes: [UInt8]) -> String? {
        func isDigit(_ index: Int) -> Bool {
            bytes.indices.contains(index) && (0x30...0x39).contains(bytes[index])
        }
        for index in bytes.indices where bytes[index] == UInt8(ascii: "_") {
            guard isDigit(index - 1), isDigit(index + 1) else { return nil }
        }
        return String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    }
}
