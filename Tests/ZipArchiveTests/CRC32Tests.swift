import ByteIO
import CKernels
import CZlib
import Testing

@testable import ZipArchive

struct CRC32Tests {
    @Test(
        "the CRC is that of zip archives",
        arguments: [("", 0), ("123456789", 0xcbf4_3926), ("little", 0x19e3_3d85)] as [(String, UInt32)])
    func known(text: String, crc: UInt32) {
        #expect(Bytes(utf8: text).crc32() == crc)
    }

    @Test("the CRC of a mapped file is that of its bytes on the heap")
    func mapped() throws {
        let bytes = try Fixtures.bytes("forty_storages.pth")
        #expect(bytes.crc32() == Bytes(Array(bytes)).crc32())
    }

    /// The instruction sets whose kernels this machine runs.
    static let sets: [(name: String, set: ck_isa)] = [
        ("PCLMULQDQ", CK_AVX2), ("VPCLMULQDQ", CK_AVX512), ("PMULL", CK_NEON),
    ].filter { CRC32.fold($1) != nil }

    @Test("every kernel gives zlib's CRC for all lengths, alignments and beginnings", arguments: sets.map(\.name))
    func kernel(name: String) throws {
        let fold = try #require(Self.sets.first { $0.name == name }.flatMap { CRC32.fold($0.set) })
        let bytes = Self.noise(1400)
        bytes.withUnsafeBytes { bytes in
            for count in 0...1300 {
                let part = UnsafeRawBufferPointer(rebasing: bytes[(count % 67)...][..<(count % 67 + count)])
                let beginning = UnsafeRawBufferPointer(rebasing: bytes[..<(count % 5)])
                var checksum = CRC32(folding: fold)
                checksum.update(beginning)
                checksum.update(part)
                #expect(checksum.value == Self.zlib(Self.zlib(0, beginning), part), "\(count) bytes")
                #expect(checksum.count == count + count % 5)
            }
        }
    }

    @Test("a machine without a kernel gives the same CRC")
    func portable() {
        let bytes = Self.noise(100_001)
        bytes.withUnsafeBytes { bytes in
            var checksum = CRC32(folding: nil)
            checksum.update(bytes)
            #expect(checksum.value == Self.zlib(0, bytes))
        }
    }

    @Test("the CRCs of parts make that of the whole", arguments: [0, 1, 15, 256, 4999, 5000])
    func parts(split: Int) {
        Self.noise(5000).withUnsafeBytes { bytes in
            var (whole, head, tail) = (CRC32(), CRC32(), CRC32())
            whole.update(bytes)
            head.update(UnsafeRawBufferPointer(rebasing: bytes[..<split]))
            tail.update(UnsafeRawBufferPointer(rebasing: bytes[split...]))
            head.append(tail)
            #expect(head.value == whole.value)
            #expect(head.count == 5000)
        }
    }

    private static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40)
        }
    }

    private static func zlib(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(crc32_z(UInt(crc), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }
}
