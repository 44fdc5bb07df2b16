import ByteIO
import PlatformC

/// Operands and frames. Nothing reads past `readableEnd`, the end of the frame or of the input.
extension PickleMachine {
    @inline(__always)
    func require(_ count: Int) throws(PickleError) {
        if count > readableEnd - position { throw tooShort(for: count) }
    }

    private func tooShort(for count: Int) -> PickleError {
        let remaining = readableEnd - position
        return isInFrame
            ? .crossesFrame(opcode, offset: opcodeOffset, needed: count, available: remaining)
            : .truncated(opcode, offset: opcodeOffset, needed: count, remaining: remaining)
    }

    /// The next little-endian integer.
    @inline(__always)
    mutating func load<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, _ bytes: UnsafeRawBufferPointer
    ) throws(PickleError) -> Value {
        try require(MemoryLayout<Value>.size)
        defer { position += MemoryLayout<Value>.size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: type))
    }

    /// A length that must not be negative, nor beyond `Int`.
    func length(_ value: some FixedWidthInteger) throws(PickleError) -> Int {
        guard let length = Int(exactly: value) else {
            throw .truncated(opcode, offset: opcodeOffset, needed: .max, remaining: readableEnd - position)
        }
        guard length >= 0 else { throw .negative(opcode, offset: opcodeOffset, length: length) }
        return length
    }

    /// The next `count` bytes, not copied.
    mutating func take(_ count: Int) throws(PickleError) -> Bytes {
        try require(count)
        do throws(ByteError) {
            let bytes = try input.slice(at: position, count: count)
            position += count
            return bytes
        } catch {
            throw .truncated(opcode, offset: opcodeOffset, needed: count, remaining: input.count - position)
        }
    }

    /// The bytes up to the next newline, which is passed.
    mutating func line(_ bytes: UnsafeRawBufferPointer) throws(PickleError) -> UnsafeRawBufferPointer {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position..<readableEnd])
        guard let start = rest.baseAddress, let newline = memchr(start, 0x0A, rest.count) else {
            throw .unterminated(opcode, offset: opcodeOffset, remaining: rest.count)
        }
        let count = UnsafeRawPointer(newline) - start
        position += count + 1
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }

    /// Accounts for text that is copied out of the input.
    @inline(__always)
    mutating func countText(_ count: Int) throws(PickleError) {
        textBytes += count
        if textBytes > limits.textBytes { throw limit(of: "bytes of text", limits.textBytes) }
    }

    // MARK: Frames

    mutating func setProtocol(_ version: Int) throws(PickleError) {
        guard version <= 5 else { throw .unknownProtocol(version, offset: opcodeOffset) }
        protocolVersion = version
        graph.protocolVersion = version
    }

    /// An opcode that crosses a frame's end, which CPython's two unpicklers read differently, is an error.
    mutating func enterFrame(_ size: UInt64) throws(PickleError) {
        if isLenient { return }
        if isInFrame {
            throw .unfinishedFrame(opcode, offset: opcodeOffset, remaining: readableEnd - position)
        }
        let size = try length(size)
        try require(size)
        isInFrame = true
        readableEnd = position + size
    }

    /// At the end of a frame what follows is readable again; at the end of the input there is nothing.
    mutating func leaveFrame() throws(PickleError) {
        isInFrame = false
        readableEnd = input.count
        if position == readableEnd { throw .truncated(nil, offset: position, needed: 1, remaining: 0) }
    }

    mutating func stop() throws(PickleError) {
        if isInFrame, position < readableEnd {
            throw .unfinishedFrame(opcode, offset: opcodeOffset, remaining: readableEnd - position)
        }
        graph.root = try pop()
    }
}
