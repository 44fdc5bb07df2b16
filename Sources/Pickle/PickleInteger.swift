/// An integer of any size: two's complement, least significant byte first, as LONG1 holds it.
package struct PickleInteger: Sendable, Hashable {
    /// The shortest form; zero is not a byte at all.
    package let bytes: [UInt8]

    /// - Parameter bytes: two's complement, little-endian, of any length.
    package init(_ bytes: some BidirectionalCollection<UInt8>) {
        var bytes = Array(bytes)
        while let last = bytes.last {
            let signBefore = bytes.count > 1 ? bytes[bytes.count - 2] & 0x80 != 0 : false
            guard last == 0 && !signBefore || last == 0xFF && signBefore else { break }
            bytes.removeLast()
        }
        self.bytes = bytes
    }

    package init(_ value: Int64) {
        self.init((0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) })
    }

    /// The value, if 64 bits hold it.
    package var int64: Int64? {
        guard bytes.count <= 8 else { return nil }
        var value: UInt64 = isNegative ? .max : 0
        for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
        return Int64(bitPattern: value)
    }

    package var isNegative: Bool { bytes.last.map { $0 & 0x80 != 0 } ?? false }

    /// Whether `description` is the digits.
    package var hasDigits: Bool { bytes.count <= Self.maximumPrintedBytes }

    /// Decimal digits beyond which CPython refuses to convert (`sys.int_info.default_max_str_digits`).
    static let maximumDigits = 4300
    /// The bytes that as many digits take.
    static let maximumPrintedBytes = 1786
}

extension PickleInteger {
    /// Reads what Python's `int(text, 0)` reads but for underscores, spaces and leading zeros' errors: an
    /// optional sign, then decimal digits, or `0x` and hexadecimal ones. Nil for anything else.
    init?(digits text: some Collection<UInt8>) {
        var digits = Array(text)[...]
        var isNegative = false
        if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            digits.removeFirst()
        }
        var radix: UInt64 = 10
        if digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8) {
            radix = 16
            digits = digits.dropFirst(2)
        }
        guard !digits.isEmpty, digits.count <= Self.maximumDigits else { return nil }
        var limbs: [UInt32] = []
        for digit in digits {
            guard let value = Self.value(ofDigit: digit), value < radix else { return nil }
            var carry = value
            for index in limbs.indices {
                carry += UInt64(limbs[index]) * radix
                limbs[index] = UInt32(truncatingIfNeeded: carry)
                carry >>= 32
            }
            if carry > 0 { limbs.append(UInt32(carry)) }
        }
        self.init(magnitude: limbs, isNegative: isNegative)
    }

    private static func value(ofDigit digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// - Parameter magnitude: 32-bit limbs, least significant first.
    private init(magnitude limbs: [UInt32], isNegative: Bool) {
        var bytes: [UInt8] = []
        for limb in limbs {
            for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: limb >> shift)) }
        }
        bytes.append(0)
        if isNegative { Self.negate(&bytes) }
        self.init(bytes)
    }

    private static func negate(_ bytes: inout [UInt8]) {
        var carry = true
        for index in bytes.indices {
            let inverted = ~bytes[index]
            bytes[index] = carry ? inverted &+ 1 : inverted
            carry = carry && inverted == 0xFF
        }
    }
}

extension PickleInteger: CustomStringConvertible {
    /// Decimal digits; only the size of a number that CPython would not print in decimal either.
    package var description: String {
        guard hasDigits else { return "<int of \(bytes.count) bytes>" }
        var magnitude = bytes
        if isNegative {
            magnitude.append(0xFF)
            Self.negate(&magnitude)
        }
        let sign = isNegative ? "-" : ""
        var groups: [UInt32] = []
        while !magnitude.isEmpty {
            var remainder: UInt64 = 0
            for index in magnitude.indices.reversed() {
                remainder = remainder << 8 | UInt64(magnitude[index])
                magnitude[index] = UInt8(truncatingIfNeeded: remainder / 1_000_000_000)
                remainder %= 1_000_000_000
            }
            groups.append(UInt32(remainder))
            while magnitude.last == 0 { magnitude.removeLast() }
        }
        guard let first = groups.popLast() else { return "0" }
        let rest = groups.reversed().map { group in
            let digits = String(group)
            return String(repeating: "0", count: 9 - digits.count) + digits
        }
        return sign + String(first) + rest.joined()
    }
}
