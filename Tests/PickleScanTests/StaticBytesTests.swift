import ByteIO
import Testing

@testable import PickleScan

@Suite struct StaticBytesTests {
    @Test("base64 is read as Python reads it: other characters are passed over, the rest of a group is dropped")
    func base64() {
        #expect(
            Array(StaticBytes.base64(Bytes(utf8: "aGV-sbG8="))) == Array(StaticBytes.base64(Bytes(utf8: "aGVsbG8"))))
        #expect(StaticBytes.base64(Bytes(utf8: "-_-_"), isForURLs: true) == StaticBytes.base64(Bytes(utf8: "+/+/")))
        #expect(Array(StaticBytes.base64(Bytes(utf8: "aGVs\nbG8="))) == Array("hello".utf8))
        #expect(StaticBytes.base64(Bytes(utf8: "a")).isEmpty)
    }

    @Test("lists that hold each other many times over are looked into once")
    func sharing() {
        var pickle = "cpickle\nloads\n(" + "lp0\n"
        for layer in 1...40 { pickle += "(" + String(repeating: "g\(layer - 1)\n", count: 60) + "lp\(layer)\n" }
        #expect(FileScan(pickle: pickle + "tR.").verdict == .dangerous)
    }

    @Test("hexadecimal digits make bytes, others and odd numbers of them none")
    func hexadecimal() {
        #expect(StaticBytes.hexadecimal(Bytes(utf8: "68690A")).map(Array.init) == [0x68, 0x69, 0x0A])
        #expect(StaticBytes.hexadecimal(Bytes(utf8: "6")) == nil)
        #expect(StaticBytes.hexadecimal(Bytes(utf8: "6x")) == nil)
    }
}
