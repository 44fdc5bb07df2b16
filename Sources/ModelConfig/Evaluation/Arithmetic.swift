import PlatformC
import PythonSyntax

/// Python's arithmetic on integers (of 64 bits here) and floats. Source: CPython 3.11's `Objects/floatobject.c` and
/// `longobject.c`.
enum Arithmetic {
    typealias Reason = ConfigError.Reason

    static func result(_ left: Number, _ operation: PythonBinaryOperator, _ right: Number) throws -> Number {
        switch (left, right) {
        case (.int(let left), .int(let right)): return try result(left, operation, right)
        default: return .float(try result(left.double, operation, right.double))
        }
    }

    private static func result(_ left: Int, _ operation: PythonBinaryOperator, _ right: Int) throws -> Number {
        switch operation {
        case .add: return try checked(left.addingReportingOverflow(right))
        case .subtract: return try checked(left.subtractingReportingOverflow(right))
        case .multiply: return try checked(left.multipliedReportingOverflow(by: right))
        case .divide: return .float(try quotient(left, right))
        case .floorDivide: return .int(try floorDivision(left, right).quotient)
        case .remainder: return .int(try floorDivision(left, right).remainder)
        case .power:
            guard right < 0 else { return .int(try power(left, right)) }
            return .float(try power(Double(left), Double(right)))
        case .shiftLeft:
            guard right >= 0 else { throw Reason.value("a shift by a negative count") }
            if left == 0 { return .int(0) }
            guard right < Int.bitWidth - 1, (left << right) >> right == left else { throw tooLarge }
            return .int(left << right)
        case .shiftRight:
            guard right >= 0 else { throw Reason.value("a shift by a negative count") }
            return .int(left >> min(right, Int.bitWidth - 1))
        case .and: return .int(left & right)
        case .or: return .int(left | right)
        case .exclusiveOr: return .int(left ^ right)
        }
    }

    private static func result(_ left: Double, _ operation: PythonBinaryOperator, _ right: Double) throws -> Double {
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide:
            guard right != 0 else { throw Reason.arithmetic("division by zero") }
            return left / right
        case .floorDivide: return try floorDivision(left, right).quotient
        case .remainder: return try floorDivision(left, right).remainder
        case .power: return try power(left, right)
        case .shiftLeft, .shiftRight, .and, .or, .exclusiveOr:
            throw Reason.type("'\(operation.rawValue)' needs integers, found a float")
        }
    }

    static var tooLarge: Reason { .arithmetic("the result does not fit into 64 bits") }

    private static func checked(_ result: (partialValue: Int, overflow: Bool)) throws -> Number {
        guard !result.overflow else { throw tooLarge }
        return .int(result.partialValue)
    }

    // MARK: Division

    /// Integers divided, rounded once.
    private static func quotient(_ left: Int, _ right: Int) throws -> Double {
        guard right != 0 else { throw Reason.arithmetic("division by zero") }
        let exact: UInt = 1 << 53
        if left.magnitude <= exact, right.magnitude <= exact { return Double(left) / Double(right) }
        // A quotient of more than 53 bits whose last bit says whether anything is left: rounding it rounds once.
        let shift = max(
            0,
            56 + (UInt.bitWidth - right.magnitude.leadingZeroBitCount)
                - (UInt.bitWidth - left.magnitude.leadingZeroBitCount))
        let (whole, rest) = (UInt128(left.magnitude) << UInt128(shift))
            .quotientAndRemainder(dividingBy: UInt128(right.magnitude))
        let value = scalbn(Double(whole | (rest == 0 ? 0 : 1)), -Int(shift))
        return (left < 0) == (right < 0) ? value : -value
    }

    private static func floorDivision(_ left: Int, _ right: Int) throws -> (quotient: Int, remainder: Int) {
        guard right != 0 else { throw Reason.arithmetic("division by zero") }
        let (quotient, overflow) = left.dividedReportingOverflow(by: right)
        guard !overflow else { throw tooLarge }
        let remainder = left - quotient * right
        return remainder != 0 && (remainder < 0) != (right < 0)
            ? (quotient - 1, remainder + right) : (quotient, remainder)
    }

    private static func floorDivision(_ left: Double, _ right: Double) throws -> (quotient: Double, remainder: Double) {
        guard right != 0 else { throw Reason.arithmetic("division by zero") }
        var remainder = fmod(left, right)
        var quotient = (left - remainder) / right
        if remainder == 0 {
            remainder = copysign(0, right)
        } else if (right < 0) != (remainder < 0) {
            remainder += right
            quotient -= 1
        }
        guard quotient != 0 else { return (copysign(0, left / right), remainder) }
        let whole = floor(quotient)
        return (quotient - whole > 0.5 ? whole + 1 : whole, remainder)
    }

    // MARK: Powers

    /// - Parameter exponent: not negative.
    private static func power(_ base: Int, _ exponent: Int) throws -> Int {
        if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
        if base == -1 { return exponent.isMultiple(of: 2) ? 1 : -1 }
        guard exponent < Int.bitWidth else { throw tooLarge }
        var result = 1
        for _ in 0..<exponent {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            guard !overflow else { throw tooLarge }
            result = product
        }
        return result
    }

    private static func power(_ base: Double, _ exponent: Double) throws -> Double {
        if base == 0, exponent < 0 { throw Reason.arithmetic("0 has no negative power") }
        if base < 0, base.isFinite, exponent.isFinite, exponent != exponent.rounded() {
            throw Reason.unsupported("a complex number")
        }
        let result = pow(base, exponent)
        guard result.isFinite || !base.isFinite || !exponent.isFinite else {
            throw Reason.arithmetic("the result is too large for a float")
        }
        return result
    }

    // MARK: Conversions

    /// `int(value)`.
    static func truncated(_ value: Double) throws -> Int {
        guard let result = Int(exactly: value.rounded(.towardZero)) else {
            guard value.isFinite else { throw Reason.arithmetic("\(PythonText.float(value)) is not an integer") }
            throw tooLarge
        }
        return result
    }

    /// `round(value)`: half to even.
    static func rounded(_ value: Double) throws -> Int { try truncated(value.rounded(.toNearestOrEven)) }

    /// `round(value, digits)`, rounded from the exact decimal value.
    static func rounded(_ value: Double, digits: Int) throws -> Double {
        guard value.isFinite, value != 0, digits < 325 else { return value }
        if digits >= 0 {
            // The C library prints the exact value rounded half to even, as CPython's own conversion does.
            guard let result = Double(FormattedNumber.fixed(value, digits: digits)) else { return value }
            return result
        }
        guard digits > -310 else { return copysign(0, value) }
        let whole = value.magnitude.rounded(.down)
        let decimals = Array(FormattedNumber.fixed(whole, digits: 0).utf8)
        let padded = repeatElement(UInt8(ascii: "0"), count: max(0, 1 - digits - decimals.count)) + decimals
        var head = Array(padded.dropLast(-digits))
        let tail = padded.suffix(-digits)
        let half = [UInt8(ascii: "5")] + repeatElement(UInt8(ascii: "0"), count: -digits - 1)
        let isHalf = tail.elementsEqual(half) && whole == value.magnitude
        if isHalf ? head[head.count - 1] & 1 == 1 : !tail.lexicographicallyPrecedes(half) { increment(&head) }
        let text = String(decoding: head, as: UTF8.self) + "e\(-digits)"
        return copysign(Double(text) ?? value.magnitude, value)
    }

    /// Adds one to a number of decimal digits.
    private static func increment(_ digits: inout [UInt8]) {
        for index in digits.indices.reversed() {
            guard digits[index] == UInt8(ascii: "9") else {
                digits[index] += 1
                return
            }
            digits[index] = UInt8(ascii: "0")
        }
        digits.insert(UInt8(ascii: "1"), at: 0)
    }

    /// `round(value, digits)` of an integer: to a multiple of a power of ten, half to even.
    static func rounded(_ value: Int, digits: Int) throws -> Int {
        guard digits < 0 else { return value }
        guard digits > -19 else {
            // Above half of 10¹⁹ an integer is rounded up to 10¹⁹.
            guard digits < -19 || value.magnitude <= 5_000_000_000_000_000_000 else { throw tooLarge }
            return 0
        }
        let unit = try power(10, -digits)
        let (below, rest) = try floorDivision(value, unit)
        let isUp = rest > unit - rest || (rest == unit - rest && !below.isMultiple(of: 2))
        let (result, overflow) = (isUp ? below + 1 : below).multipliedReportingOverflow(by: unit)
        guard !overflow else { throw tooLarge }
        return result
    }

    // MARK: Comparison

    /// Exact, also where an integer has more bits than a float. False for every comparison with NaN.
    static func isLess(_ left: Number, _ right: Number) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): left < right
        case (.float(let left), .float(let right)): left < right
        case (.int(let left), .float(let right)):
            right >= 0x1p63 || (right >= -0x1p63 && (Int(exactly: right.rounded(.up)).map { left < $0 } ?? true))
        case (.float(let left), .int(let right)):
            left < -0x1p63 || (left < 0x1p63 && (Int(exactly: left.rounded(.down)).map { $0 < right } ?? false))
        }
    }

    static func isEqual(_ left: Number, _ right: Number) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.int(let integer), .float(let float)), (.float(let float), .int(let integer)):
            Int(exactly: float) == integer
        }
    }
}
