import PythonSyntax

/// Python's format specifications, as f-strings and `str.format` have them: `[[fill]align][sign][0][width][,][.digits][type]`.
struct StringFormat {
    typealias Reason = ConfigError.Reason

    private var fill: Unicode.Scalar = " "
    private var alignment: Unicode.Scalar?
    private var sign: Unicode.Scalar = "-"
    private var width = 0
    private var hasCommas = false
    private var digits: Int?
    private var type: Unicode.Scalar?

    private static let largest = 1000

    init(_ specification: String) throws {
        var rest = Array(specification.unicodeScalars)[...]
        let alignments: Set<Unicode.Scalar> = ["<", ">", "^", "="]
        var hasFill = false
        if rest.count >= 2, alignments.contains(rest[rest.startIndex + 1]) {
            hasFill = true
            fill = rest.removeFirst()
            alignment = rest.removeFirst()
        } else if let first = rest.first, alignments.contains(first) {
            alignment = rest.removeFirst()
        }
        if let first = rest.first, first == "+" || first == "-" || first == " " { sign = rest.removeFirst() }
        if !hasFill, rest.first == "0" { fill = rest.removeFirst() }
        width = try Self.number(&rest) ?? 0
        if rest.first == "," {
            hasCommas = true
            rest.removeFirst()
        }
        if rest.first == "." {
            rest.removeFirst()
            digits = try Self.number(&rest)
            guard digits != nil else { throw Self.unknown(specification) }
        }
        type = rest.popFirst()
        guard rest.isEmpty, type.map({ "dfFeEgGs%xXob".unicodeScalars.contains($0) }) ?? true else {
            throw Self.unknown(specification)
        }
    }

    private static func unknown(_ specification: String) -> Reason {
        .value("the format '\(specification)' is not known")
    }

    private static func number(_ rest: inout ArraySlice<Unicode.Scalar>) throws -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        guard let number = Int(String(String.UnicodeScalarView(digits))), number <= largest else {
            throw Reason.value("a width or precision of a format is at most \(largest)")
        }
        return number
    }

    func text(_ value: Value, in heap: Heap) throws -> String {
        let text: String
        var isNumber = false
        switch (value, type) {
        case (.string(let string), nil), (.string(let string), "s"):
            guard alignment != "=" else { throw Reason.value("a str has no alignment '='") }
            text = digits.map { String(string.unicodeScalars.prefix($0)) } ?? string
        case (.bool, nil) where isPlain: text = try ValueText.string(value, in: heap)
        case (.bool, _), (.int, _), (.float, _):
            isNumber = true
            text = try numberText(value)
        case (_, nil) where isPlain: text = try ValueText.string(value, in: heap)
        default: throw Reason.value("\(value.typeName) has no format '\(type.map(String.init) ?? "")'")
        }
        let padded = pad(text, isNumber: isNumber)
        try heap.charge(text: padded.utf8.count)
        return padded
    }

    private var isPlain: Bool {
        alignment == nil && fill == " " && width == 0 && digits == nil && !hasCommas && sign == "-"
    }

    private func numberText(_ value: Value) throws -> String {
        guard let number = value.number else { throw Reason.type("\(value.typeName) is not a number") }
        switch (number, type) {
        case (.int(let integer), nil), (.int(let integer), "d"):
            guard digits == nil else { throw Reason.value("an int has no precision") }
            return signed(integer < 0, grouped(String(integer.magnitude)))
        case (.int(let integer), "x"), (.int(let integer), "X"):
            return signed(integer < 0, String(integer.magnitude, radix: 16, uppercase: type == "X"))
        case (.int(let integer), "o"): return signed(integer < 0, String(integer.magnitude, radix: 8))
        case (.int(let integer), "b"): return signed(integer < 0, String(integer.magnitude, radix: 2))
        default: break
        }
        let double = number.double
        let isNegative = double.sign == .minus && !double.isNaN
        let magnitude = double.magnitude
        guard (digits ?? 0) <= 400 else { throw Reason.value("a precision is at most 400") }
        let text: String
        switch type {
        case nil:
            guard digits == nil else { throw Reason.unsupported("a precision without a type in a format") }
            text = grouped(PythonText.float(magnitude))
        case "f", "F": text = grouped(FormattedNumber.fixed(magnitude, digits: digits ?? 6))
        case "e", "E": text = FormattedNumber.exponential(magnitude, digits: digits ?? 6)
        case "g", "G": text = grouped(FormattedNumber.general(magnitude, digits: max(digits ?? 6, 1)))
        case "%": text = grouped(FormattedNumber.fixed(magnitude * 100, digits: digits ?? 6)) + "%"
        default: throw Reason.value("\(value.typeName) has no format '\(type.map(String.init) ?? "")'")
        }
        let isUpper = type == "E" || type == "G" || type == "F"
        return signed(isNegative, isUpper ? text.uppercased() : text)
    }

    private func signed(_ isNegative: Bool, _ digits: String) -> String {
        isNegative ? "-" + digits : sign == "-" ? digits : String(sign) + digits
    }

    /// The digits with commas between thousands, if the format has them.
    private func grouped(_ text: String) -> String {
        guard hasCommas else { return text }
        let whole = text.prefix { $0.isASCII && $0.isNumber }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return result + text.dropFirst(whole.count)
    }

    private func pad(_ text: String, isNumber: Bool) -> String {
        let missing = width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        func padding(_ count: Int) -> String { String(String.UnicodeScalarView(repeatElement(fill, count: count))) }
        // Without an alignment, the fill is a zero only where one is in front of the width.
        switch alignment ?? (!isNumber ? "<" : fill == "0" ? "=" : ">") {
        case "<": return text + padding(missing)
        case ">": return padding(missing) + text
        case "^": return padding(missing / 2) + text + padding(missing - missing / 2)
        default:
            let sign = text.prefix { "+- ".contains($0) }.prefix(isNumber ? 1 : 0)
            return sign + padding(missing) + text.dropFirst(sign.count)
        }
    }
}
