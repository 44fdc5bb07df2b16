/// What a scalar means.
package enum YAMLValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    /// Also an integer of more than 64 bits.
    case float(Double)
    case string(String)

    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .int: "an integer"
        case .float: "a number"
        case .string: "a string"
        }
    }

    /// The meaning of a plain scalar without a tag. Source: `yaml/resolver.py` and `yaml/constructor.py` of PyYAML 6.
    package init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": self = .bool(true)
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": self = .bool(false)
        default: self = Self.integer(text) ?? Self.float(text).map(YAMLValue.float) ?? .string(text)
        }
    }

    /// `[-+]?(0b[01_]+ | 0[0-7_]+ | 0 | [1-9][0-9_]* | 0x[0-9a-fA-F_]+ | [1-9][0-9_]*(:[0-5]?[0-9])+)`
    private static func integer(_ text: String) -> YAMLValue? {
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits = digits.dropFirst() }
        guard let first = digits.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
        if digits.contains(":") {
            guard first != UInt8(ascii: "0"), let value = sexagesimal(digits) else { return nil }
            return .int(isNegative ? -value : value)
        }
        var radix = 10
        if digits.hasPrefix("0b") {
            (radix, digits) = (2, digits.dropFirst(2))
        } else if digits.hasPrefix("0x") {
            (radix, digits) = (16, digits.dropFirst(2))
        } else if digits.count > 1, first == UInt8(ascii: "0") {
            (radix, digits) = (8, digits.dropFirst())
        }
        let plain = digits.filter { $0 != "_" }
        guard !plain.isEmpty, plain.allSatisfy({ $0.isASCII && Int(String($0), radix: radix) != nil }) else {
            return nil
        }
        if let value = Int((isNegative ? "-" : "") + plain, radix: radix) { return .int(value) }
        return radix == 10 ? Double(plain).map { .float(isNegative ? -$0 : $0) } : nil
    }

    /// `1:30` is 90.
    private static func sexagesimal(_ text: Substring) -> Int? {
        var value = 0
        for (index, part) in text.split(separator: ":", omittingEmptySubsequences: false).enumerated() {
            let digits = part.filter { $0 != "_" }
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
                index == 0 || (number < 60 && part.utf8.count <= 2 && !part.contains("_"))
            else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 60)
            let (sum, isTooLargeToo) = product.addingReportingOverflow(number)
            guard !isTooLarge, !isTooLargeToo else { return nil }
            value = sum
        }
        return value
    }

    /// A dot is needed, an exponent has a sign, and a number that begins with its dot has none: `1e9` and `-.5` are
    /// strings.
    private static func float(_ text: String) -> Double? {
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        let isSigned = isNegative || digits.first == "+"
        if isSigned { digits = digits.dropFirst() }
        switch digits {
        case ".inf", ".Inf", ".INF": return isNegative ? -.infinity : .infinity
        case ".nan", ".NaN", ".NAN": return isSigned ? nil : Double.nan
        default: break
        }
        let parts = digits.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard let mantissa = parts.first, let point = mantissa.firstIndex(of: ".") else { return nil }
        let whole = mantissa[..<point]
        let fraction = mantissa[mantissa.index(after: point)...]
        func isDigits(_ text: Substring) -> Bool { text.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) } }
        guard isDigits(whole), isDigits(fraction), !(whole.isEmpty && isSigned),
            let lead = whole.isEmpty ? fraction.first : whole.first, lead != "_"
        else { return nil }
        if parts.count == 2 {
            guard let sign = parts[1].first, sign == "+" || sign == "-", parts[1].utf8.count > 1,
                parts[1].dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
        }
        let number = digits.filter { $0 != "_" }
        return Double((number.hasPrefix(".") ? "0" : "") + number).map { isNegative ? -$0 : $0 }
    }
}
