import ByteIO
import Pickle
import Testing

@testable import PickleScan

@Suite struct UnsafeGlobalsTests {
    private func unsafe(_ pickle: String) throws -> UnsafeGlobals {
        UnsafeGlobals(of: try PickleReader.read(Bytes(utf8: pickle)))
    }

    @Test("a pickle of known globals has none")
    func known() throws { #expect(try unsafe("ccollections\nOrderedDict\n)R.").items.isEmpty) }

    @Test("the gravest comes first, each once")
    func order() throws {
        let unsafe = try unsafe("(c__main__\nNet\n)Rcos\nsystem\n(S'a'\ntRcos\nsystem\nt.")
        #expect(unsafe.items.map(\.global) == ["os.system", "__main__.Net"])
        #expect(unsafe.verdict == .dangerous)
    }

    @Test("a method of a harmless class is none")
    func method() throws {
        #expect(try unsafe("cbuiltins\ngetattr\n(ccollections\nOrderedDict\nS'keys'\ntR.").items.isEmpty)
    }
}
