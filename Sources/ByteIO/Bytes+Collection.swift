import PlatformC

/// The bytes in order, from index 0. `slice(_:)` gives `Bytes` again; the subscript with a range is the
/// standard library's `Slice`, and both subscripts trap outside the bounds.
extension Bytes: RandomAccessCollection {
    @inlinable
    package var startIndex: Int { 0 }

    @inlinable
    package var endIndex: Int { count }

    @inlinable
    package subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < count, "index \(position) of \(count) bytes")
        return unsafeLoad(UInt8.self, at: position, .little)
    }

    @inlinable
    package func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        defer { withExtendedLifetime(storage) {} }
        return try UnsafeRawBufferPointer(start: base, count: count).withMemoryRebound(to: UInt8.self, body)
    }
}

/// Equal contents, wherever they lie.
extension Bytes: Hashable {
    package static func == (left: Bytes, right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        defer { withExtendedLifetime((left.storage, right.storage)) {} }
        return memcmp(left.base, right.base, left.count) == 0
    }

    package func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension Bytes: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: UInt8...) { self.init(elements) }
}

/// The size only: the contents may be gigabytes.
extension Bytes: CustomStringConvertible {
    package var description: String { "\(count) bytes" }
}
