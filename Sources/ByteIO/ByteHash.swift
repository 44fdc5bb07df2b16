/// A hash of short byte strings for tables that are asked once for each of many names.
///
/// Its seed differs from run to run, so that no file can be made whose names all collide.
package enum ByteHash {
    @usableFromInline static let seed = UInt64.random(in: .min ... .max)

    /// Folded 128-bit products of 8 bytes at a time, as in wyhash.
    @inlinable
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let seed = seed
        let factor = 0x9E37_79B9_7F4A_7C15 ^ seed | 1
        var hash = seed ^ UInt64(bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), factor)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(hash ^ rest, factor)
    }

    /// The hash of the text's UTF-8.
    @inlinable
    package static func hash(_ text: String) -> UInt64 {
        // Without a copy of the string, which costs a reference count.
        if let hash = text.utf8.withContiguousStorageIfAvailable({ hash(UnsafeRawBufferPointer($0)) }) { return hash }
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    @inlinable
    static func mix(_ value: UInt64, _ factor: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }
}
