import ByteIO

/// The fields of a Protocol Buffers message, one after the other. What a field means is its reader's business;
/// unknown ones are passed over by ignoring them.
///
/// Source: protobuf.dev, "Encoding".
struct ProtobufReader {
    struct Field {
        let number: UInt64
        let value: Value
    }

    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// Bytes, text, a message or packed numbers.
        case bytes(Bytes)

        /// An `int64`, `int32` or enumeration: negative numbers take 64 bits in either.
        var integer: Int64? { if case .varint(let value) = self { Int64(bitPattern: value) } else { nil } }

        var message: Bytes? { if case .bytes(let bytes) = self { bytes } else { nil } }
    }

    /// The message ends inside a field, or one is of a kind that does not exist.
    struct Malformed: Error, Equatable {
        /// Where the field begins in the message.
        let offset: Int
    }

    private var cursor: ByteCursor

    init(_ message: Bytes) { cursor = ByteCursor(message) }

    /// The next field; nil at the end.
    mutating func next() throws(Malformed) -> Field? {
        guard !cursor.isAtEnd else { return nil }
        let flaw = Malformed(offset: cursor.position)
        guard let tag = cursor.varint(), tag >> 3 > 0 else { throw flaw }
        let value: Value? =
            switch tag & 7 {
            case 0: cursor.varint().map { .varint($0) }
            case 1: (try? cursor.u64()).map { .fixed64($0) }
            case 2: cursor.varintCount().flatMap { try? cursor.take($0) }.map { .bytes($0) }
            case 5: (try? cursor.u32()).map { .fixed32($0) }
            default: nil
            }
        guard let value else { throw flaw }
        return Field(number: tag >> 3, value: value)
    }

    /// All fields of a message.
    static func fields(of message: Bytes) throws(Malformed) -> [Field] {
        var reader = ProtobufReader(message)
        var fields: [Field] = []
        while let field = try reader.next() { fields.append(field) }
        return fields
    }
}
