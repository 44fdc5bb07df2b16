import ByteIO

extension ByteCursor {
    /// An integer in groups of 7 bits, the lowest first, each with a bit that says whether another follows.
    /// - Returns: nil, at the place where it began, for one that ends too early or takes more than 64 bits.
    mutating func varint() -> UInt64? {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = try? u8(), shift < 63 || byte <= 1 {
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        try? seek(to: start)
        return nil
    }

    /// A varint that fits a count of bytes.
    mutating func varintCount() -> Int? { varint().flatMap { Int(exactly: $0) } }
}
