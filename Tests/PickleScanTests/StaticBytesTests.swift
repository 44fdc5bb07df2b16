import ByteIO
import Testing

@testable import PickleScan

@Suite struct StaticBytesTests {
    @Test("base64 is read as Python reads it: other characters are passed over, the rest of a group is dropped")
    func base64() {
        #expect(
            Array(StaticBytes.base64(Bytes(utf8: "aGV-sbG8="))) == Array(StaticBytes.base64(Bytes(utf8: "aGV+sbG8"))))
        #expect(Array(StaticBytes.base64(Bytes(utf8: "aGVs\nbG8="))) == Array("hello".utf8))
        #expect(StaticBytes.base64(Bytes(utf8: "a")).isEmpty)
    }

    @Test("hexadecimal digits make bytes, others and odd numbers of them none")
    func hexadecimal() {
        #expect(StaticBytes.hexadecimal(Bytes(utf8: "68690A")).map(Array.init) == [0x68, 0x69, 0x0A])
        #expect(StaticBytes.hexadecimal(Bytes(utf8: "6")) == nil)
        #expect(StaticBytes.hexadecimal(Bytes(utf8: "6x")) == nil)
    }
}
