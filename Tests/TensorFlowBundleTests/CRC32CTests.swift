import ByteIO
import Testing

@testable import TensorFlowBundle

struct CRC32CTests {
    @Test(
        "the vectors of RFC 3720, appendix B.4, and of the CRC catalogue",
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E), (Array((0..<32).reversed()), 0x113F_DB5C),
            (Array("123456789".utf8), 0xE306_9283), ([], 0),
        ] as [([UInt8], UInt32)])
    func vectors(bytes: [UInt8], crc: UInt32) {
        #expect(CRC32C(Bytes(bytes)).value == crc)
    }

    @Test(
        "the processor's instruction and the tables agree on every length",
        arguments: [0, 1, 7, 8, 9, 63, 64, 1000, 4099])
    func tables(count: Int) {
        let bytes = Bytes((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ $0 >> 3) })
        var crc = CRC32C()
        bytes.withUnsafeBytes { crc.addByTable($0) }
        #expect(CRC32C(bytes) == crc)
    }

    @Test("bytes may come in parts of any length")
    func parts() {
        let bytes = (0..<100).map { UInt8($0 * 7 % 251) }
        let whole = CRC32C(Bytes(bytes))
        for cut in 0...bytes.count {
            var crc = CRC32C(Bytes(bytes[..<cut]))
            crc.add(Bytes(bytes[cut...]))
            #expect(crc == whole)
        }
    }
}
