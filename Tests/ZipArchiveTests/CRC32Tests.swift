import ByteIO
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
}
