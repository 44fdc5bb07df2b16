/// A read-only run of bytes that keeps the memory it lies in alive: a mapped file or a heap buffer.
///
/// Slices share that memory and cost O(1). Offsets always count from the slice's own first byte.
/// The bytes of a mapped file are read when they are touched; a file that another process cuts while it is
/// mapped ends this one (SIGBUS), as with every reader that maps files. The tools say so and leave with exit code 2.
///
/// Not checked: nothing writes to the memory.
package struct Bytes: @unchecked Sendable {
    @usableFromInline let storage: ByteStorage
    @usableFromInline let base: UnsafeRawPointer
    package let count: Int

    @inlinable
    init(storage: ByteStorage, base: UnsafeRawPointer, count: Int) {
        self.storage = storage
        self.base = base
        self.count = count
    }

    init(_ storage: ByteStorage) {
        self.init(storage: storage, base: UnsafeRawPointer(storage.base), count: storage.count)
    }

    /// No bytes.
    package init() { self.init(ByteStorage(allocating: 0)) }

    /// A copy of `elements`.
    package init(_ elements: some Collection<UInt8>) {
        let storage = ByteStorage(allocating: elements.count)
        UnsafeMutableRawBufferPointer(start: storage.base, count: storage.count).copyBytes(from: elements)
        self.init(storage)
    }

    /// A heap buffer of `count` bytes, 64-byte aligned.
    /// - Parameter body: writes every byte of the buffer, which is not initialised, or throws.
    /// - Precondition: the caller has checked that its input justifies `count`.
    package init<Failure: Error>(
        count: Int, writtenBy body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let storage = ByteStorage(allocating: count)
        try body(UnsafeMutableRawBufferPointer(start: storage.base, count: count))
        self.init(storage)
    }

    /// The UTF-8 encoding of `text`.
    package init(utf8 text: some StringProtocol) { self.init(Array(text.utf8)) }

    @inlinable
    package var isEmpty: Bool { count == 0 }

    /// The bytes, valid during the call only.
    @inlinable
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// `count` bytes from `offset` on.
    /// - Throws: `ByteError.truncated` when they are not all there.
    @inlinable
    package func slice(at offset: Int, count: Int) throws(ByteError) -> Bytes {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
            throw .truncated(offset: offset, needed: count, remaining: remaining(after: offset))
        }
        return Bytes(storage: storage, base: base + offset, count: count)
    }

    /// The bytes of `range`.
    /// - Throws: `ByteError.truncated` when they are not all there.
    @inlinable
    package func slice(_ range: Range<Int>) throws(ByteError) -> Bytes {
        let (length, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
        return try slice(at: range.lowerBound, count: overflow ? .max : length)
    }

    /// The bytes of `range`.
    /// - Precondition: they are all there: a caller who counted them itself has nothing to say if they are not.
    func part(_ range: Range<Int>) -> Bytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) bytes")
        return Bytes(storage: storage, base: base + range.lowerBound, count: range.count)
    }

    /// The integer of type `type` at `offset`, which needs no alignment.
    /// - Throws: `ByteError.truncated` when its bytes are not all there.
    @inlinable
    package func load<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, at offset: Int, _ order: ByteOrder = .little
    ) throws(ByteError) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, offset <= count, size <= count - offset else {
            throw .truncated(offset: offset, needed: size, remaining: remaining(after: offset))
        }
        return unsafeLoad(type, at: offset, order)
    }

    @inlinable
    func unsafeLoad<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, at offset: Int, _ order: ByteOrder
    ) -> Value {
        defer { withExtendedLifetime(storage) {} }
        let value = base.loadUnaligned(fromByteOffset: offset, as: type)
        switch order {
        case .little: return Value(littleEndian: value)
        case .big: return Value(bigEndian: value)
        }
    }

    @usableFromInline
    func remaining(after offset: Int) -> Int { offset < 0 ? 0 : Swift.max(count - offset, 0) }

    /// The bytes as text, or nil if they are not UTF-8.
    package var utf8Text: String? {
        withUnsafeBytes { String(validating: $0.bindMemory(to: UInt8.self), as: UTF8.self) }
    }

    /// The bytes as text in Latin-1: each is the character of its number.
    package var latin1Text: String {
        withUnsafeBytes { String(String.UnicodeScalarView($0.lazy.map { Unicode.Scalar($0) })) }
    }
}

/// The order of an integer's bytes in a file.
package enum ByteOrder: String, Sendable, Hashable {
    case little, big
}
