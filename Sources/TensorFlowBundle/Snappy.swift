import ByteIO

/// Unpacks a block that Snappy packed.
///
/// Source: `format_description.txt` of google/snappy.
enum Snappy {
    /// - Returns: nil for data that is damaged, or claims to unpack to more than such data can.
    static func unpack(_ data: Bytes) -> Bytes? {
        var cursor = ByteCursor(data)
        // Three bytes copy 64 at most.
        guard let count = cursor.varintCount(), count <= 22 * data.count else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(count)
        while !cursor.isAtEnd {
            guard let tag = try? cursor.u8(), append(tag, &cursor, &output, limit: count) else { return nil }
        }
        return output.count == count ? Bytes(output) : nil
    }

    /// Carries out one element: a literal, or a copy of what is `offset` bytes back.
    private static func append(
        _ tag: UInt8, _ cursor: inout ByteCursor, _ output: inout [UInt8], limit: Int
    ) -> Bool {
        let length: Int
        let offset: Int?
        switch tag & 3 {
        case 0:
            guard let count = literalLength(tag >> 2, &cursor), let literal = try? cursor.take(count),
                count <= limit - output.count
            else { return false }
            output.append(contentsOf: literal)
            return true
        case 1:
            length = 4 + Int(tag >> 2 & 7)
            offset = (try? cursor.u8()).map { Int(tag >> 5) << 8 | Int($0) }
        case 2:
            length = 1 + Int(tag >> 2)
            offset = (try? cursor.u16()).map(Int.init)
        default:
            length = 1 + Int(tag >> 2)
            offset = (try? cursor.u32()).map(Int.init)
        }
        guard let offset, offset > 0, offset <= output.count, length <= limit - output.count else { return false }
        // The copy may reach into itself: a run.
        for _ in 0..<length { output.append(output[output.count - offset]) }
        return true
    }

    /// 60 … 63 say that the length follows in 1 … 4 bytes.
    private static func literalLength(_ code: UInt8, _ cursor: inout ByteCursor) -> Int? {
        guard code >= 60 else { return Int(code) + 1 }
        var length = 0
        for index in 0..<Int(code - 59) {
            guard let byte = try? cursor.u8() else { return nil }
            length |= Int(byte) << (8 * index)
        }
        return length + 1
    }
}
