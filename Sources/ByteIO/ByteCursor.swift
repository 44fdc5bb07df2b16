/// A reading position in `Bytes` that never passes the end. A read that fails leaves the position as it was.
package struct ByteCursor: Sendable {
    package let bytes: Bytes
    @usableFromInline var offset = 0

    @inlinable
    package init(_ bytes: Bytes) {
        self.bytes = bytes
    }

    /// The offset of the next byte to read: 0 … `bytes.count`.
    @inlinable
    package var position: Int { offset }

    /// How many bytes follow.
    @inlinable
    package var remaining: Int { bytes.count - offset }

    /// Whether no byte follows.
    @inlinable
    package var isAtEnd: Bool { offset == bytes.count }

    /// Moves to `offset`, which may be the end.
    @inlinable
    package mutating func seek(to position: Int) throws(ByteError) {
        guard position >= 0, position <= bytes.count else {
            throw .truncated(offset: position, needed: 0, remaining: bytes.remaining(after: position))
        }
        offset = position
    }

    /// Passes `count` bytes.
    @inlinable
    package mutating func skip(_ count: Int) throws(ByteError) {
        try require(count)
        offset += count
    }

    /// The next integer of type `type`, in the given byte order.
    @inlinable
    package mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, _ order: ByteOrder = .little
    ) throws(ByteError) -> Value {
        let size = MemoryLayout<Value>.size
        try require(size)
        defer { offset += size }
        return bytes.unsafeLoad(type, at: offset, order)
    }

    @inlinable
    package mutating func u8() throws(ByteError) -> UInt8 { try read(UInt8.self) }

    @inlinable
    package mutating func u16(_ order: ByteOrder = .little) throws(ByteError) -> UInt16 { try read(UInt16.self, order) }

    @inlinable
    package mutating func u32(_ order: ByteOrder = .little) throws(ByteError) -> UInt32 { try read(UInt32.self, order) }

    @inlinable
    package mutating func i32(_ order: ByteOrder = .little) throws(ByteError) -> Int32 { try read(Int32.self, order) }

    @inlinable
    package mutating func u64(_ order: ByteOrder = .little) throws(ByteError) -> UInt64 { try read(UInt64.self, order) }

    @inlinable
    package mutating func i64(_ order: ByteOrder = .little) throws(ByteError) -> Int64 { try read(Int64.self, order) }

    /// The next byte without taking it.
    @inlinable
    package func peek() throws(ByteError) -> UInt8 {
        try require(1)
        return bytes.unsafeLoad(UInt8.self, at: offset, .little)
    }

    /// The next `count` bytes, not copied.
    @inlinable
    package mutating func take(_ count: Int) throws(ByteError) -> Bytes {
        let slice = try bytes.slice(at: offset, count: count)
        offset += count
        return slice
    }

    /// The bytes up to the next `delimiter`, which is passed but not included.
    /// - Throws: `ByteError.unterminated` when there is none.
    @inlinable
    package mutating func take(until delimiter: UInt8) throws(ByteError) -> Bytes {
        let start = offset
        let length = bytes.withUnsafeBytes { $0[start...].firstIndex(of: delimiter) }.map { $0 - start }
        guard let length else {
            throw .unterminated(offset: offset, delimiter: delimiter, remaining: remaining)
        }
        let slice = try take(length)
        offset += 1
        return slice
    }

    @inlinable
    func require(_ count: Int) throws(ByteError) {
        guard count >= 0, count <= bytes.count - offset else {
            throw .truncated(offset: offset, needed: count, remaining: remaining)
        }
    }
}
