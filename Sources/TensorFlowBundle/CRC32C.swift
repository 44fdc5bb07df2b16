import ByteIO
import CKernels

/// The CRC-32 of Castagnoli's polynomial, under which TensorFlow keeps blocks and tensors.
///
/// Source: RFC 3720, appendix B.4; the mask is LevelDB's (`util/crc32c.h`).
package struct CRC32C: Sendable, Hashable {
    /// The checksum of what has been added.
    package private(set) var value: UInt32 = 0

    /// The checksum of nothing.
    package init() {}

    /// The processor's own instruction, where it has one.
    private static let kernel = ck_crc32c_for(CK_AVX2)

    package init(_ bytes: Bytes) {
        add(bytes)
    }

    /// Adds the bytes that follow those so far.
    package mutating func add(_ bytes: Bytes) {
        bytes.forEachChunk { chunk in add(chunk) }
    }

    /// Adds the bytes that follow those so far.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        if let kernel = Self.kernel {
            value = kernel(value, bytes.baseAddress, bytes.count)
        } else {
            addByTable(bytes)
        }
    }

    mutating func addByTable(_ bytes: UnsafeRawBufferPointer) {
        var register = ~value
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            register = Self.advanced(register, over: word)
            offset += 8
        }
        while offset < bytes.count {
            register = Self.tables[Int((register ^ UInt32(bytes[offset])) & 0xFF)] ^ register >> 8
            offset += 1
        }
        value = ~register
    }

    /// The bytes of an integer in the given order.
    mutating func add(_ number: UInt32, _ order: ByteOrder) {
        withUnsafeBytes(of: order == .little ? number.littleEndian : number.bigEndian) { add($0) }
    }

    mutating func add(_ number: UInt64, _ order: ByteOrder) {
        withUnsafeBytes(of: order == .little ? number.littleEndian : number.bigEndian) { add($0) }
    }

    /// The form in which files hold it: the CRC of data that holds CRCs would be weak.
    package var masked: UInt32 { (value >> 15 | value << 17) &+ 0xA282_EAD8 }

    /// Eight bytes at once: each has a table of its own, for its distance to the end.
    private static func advanced(_ register: UInt32, over word: UInt64) -> UInt32 {
        let word = word ^ UInt64(register)
        var result: UInt32 = 0
        for index in 0..<8 {
            result ^= tables[(7 - index) << 8 | Int(word >> UInt64(8 * index) & 0xFF)]
        }
        return result
    }

    /// Eight tables of 256 entries: entry `k << 8 | b` is the register after byte `b` and `k` zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var register = UInt32(byte)
            for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 0 ? 0 : 0x82F6_3B78) }
            tables[byte] = register
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = tables[Int(before & 0xFF)] ^ before >> 8
        }
        return tables
    }()
}
