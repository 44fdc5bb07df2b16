import ByteIO
import Pickle
import Testing

@testable import PickleScan

@Suite struct RestrictedUnpicklerTests {
    private func refusals(_ pickle: String) throws -> [String] {
        let bytes = Bytes(pickle.unicodeScalars.map { UInt8($0.value) })
        return RestrictedUnpickler(try PickleReader.read(bytes)).refusals.map { "\($0.keyPath): \($0.what)" }
    }

    @Test("what PyTorch allows is not refused")
    func allowed() throws {
        #expect(try refusals("\u{80}\u{2}}X\u{1}\0\0\0accollections\nOrderedDict\n)Rs.").isEmpty)
    }

    @Test("a global is refused at every key that it makes the value of")
    func keys() throws {
        let make = "cmy\nBox\nq\0)R"
        #expect(
            try refusals("\u{80}\u{2}}(X\u{1}\0\0\0a\(make)X\u{1}\0\0\0b](h\0)RNeu.") == ["a: my.Box", "b[0]: my.Box"])
    }

    @Test("attributes are steps of the path, Python 2's names are resolved")
    func attributes() throws {
        let state = "}X\u{1}\0\0\0tc__builtin__\nslice\nsb"
        #expect(
            try refusals("\u{80}\u{2}}X\u{1}\0\0\0acmy\nBox\n)\u{81}\(state)s.") == [
                "a: my.Box", "a.t: builtins.slice",
            ])
    }

    @Test("a persistent id that is not a storage's is refused, also where no global is")
    func persistentID() throws {
        let found = try refusals("\u{80}\u{2}}X\u{1}\0\0\0a(X\u{1}\0\0\0xtQs.")
        #expect(found == ["a: a persistent id that is not a storage's"])
    }

    @Test("an opcode that the restricted unpickler does not know is refused, once")
    func opcodes() {
        let scan = FileScan(pickle: "\u{80}\u{4}\u{95}\u{4}\0\0\0\0\0\0\0]\u{94}.")
        #expect(scan.refusals.map(\.what) == ["the opcode FRAME"])
        #expect(FileScan(pickle: "\u{80}\u{2}]q\0.").refusals.isEmpty)
    }

    @Test("a cycle ends, and a root without keys has the empty path")
    func cycle() throws {
        #expect(try refusals("\u{80}\u{2}cmy\nBox\n)Rq\0}X\u{1}\0\0\0ah\0sb.") == [": my.Box"])
    }
}
