import CKernels
import CZlib

/// The CRC-32 of zip archives over bytes that come in parts: long runs are folded at the speed of memory
/// (`ck_crc32.h`), zlib does the rest.
package struct CRC32: Sendable {
    /// The checksum of the bytes so far; 0 for none.
    package private(set) var value: UInt32 = 0
    /// How many bytes there were.
    package private(set) var count = 0

    private let fold: Fold?

    typealias Fold =
        @convention(c) (
            UInt32, UnsafeRawPointer?, Int, UnsafeMutablePointer<UInt8>?
        ) -> Int

    package init() { self.init(folding: Self.fastest) }

    /// - Parameter fold: nil leaves everything to zlib.
    init(folding fold: Fold?) { self.fold = fold }

    /// Adds the bytes that follow those so far.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        if let fold {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: CK_CRC32_RESIDUE) { residue in
                let folded = fold(value, bytes.baseAddress, bytes.count, residue.baseAddress)
                guard folded > 0 else { return }
                value = Self.zlib(.max, UnsafeRawBufferPointer(residue))
                rest = UnsafeRawBufferPointer(rebasing: bytes[folded...])
            }
        }
        if !rest.isEmpty { value = Self.zlib(value, rest) }
        count += bytes.count
    }

    /// Appends what `next` has seen, as if it had been seen here.
    package mutating func append(_ next: CRC32) {
        value = UInt32(crc32_combine(UInt(value), UInt(next.value), next.count))
        count += next.count
    }

    private static func zlib(_ value: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(crc32_z(UInt(value), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }

    /// The kernel for an instruction set; nil if this machine does not run it.
    static func fold(_ set: ck_isa) -> Fold? { ck_crc32_fold_for(set) }

    private static let fastest: Fold? = fold(CK_AVX512) ?? fold(CK_AVX2) ?? fold(CK_NEON)
}
