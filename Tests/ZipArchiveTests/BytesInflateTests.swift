import ByteIO
import Testing

@testable import ZipArchive

@Suite struct BytesInflateTests {
    private let gzip =
        (try? MappedFile(path: Fixtures.path("compressed.pkl.gz", topic: "hostile/scan")).bytes) ?? Bytes()

    @Test("data is unpacked whole")
    func whole() {
        let unpacked = gzip.inflated(.gzip, limit: 1000)
        #expect(unpacked.isWhole && !unpacked.isCut)
        #expect(unpacked.bytes.count == 28)
        #expect(unpacked.trailing == 0)
    }

    @Test("no more is unpacked than asked for")
    func limit() {
        let unpacked = gzip.inflated(.gzip, limit: 10)
        #expect(unpacked.isCut && unpacked.bytes.count == 10)
    }

    @Test("damaged data is unpacked up to the damage")
    func damage() throws {
        let unpacked = try gzip.slice(at: 0, count: gzip.count - 12).inflated(.gzip, limit: 1000)
        #expect(!unpacked.isWhole && !unpacked.isCut && unpacked.bytes.count < 28)
    }

    @Test("data of another form gives nothing")
    func otherForm() { #expect(gzip.inflated(.zlib, limit: 1000).bytes.isEmpty) }
}
