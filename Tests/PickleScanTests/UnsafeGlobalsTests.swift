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

    @Test(
        "a global that is harmless by name is one where its use is not",
        arguments: [
            ("(ccopyreg\n_reconstructor\nt.", Verdict.dangerous),
            ("ccollections\nCounter.update\n(S'a'\ntR.", .review),
            ("ctransformers.models.bert.modeling_bert\nBertModel\n(S'a'\ntR.", .review),
        ])
    func use(pickle: String, verdict: Verdict) throws { #expect(try unsafe(pickle).verdict == verdict) }

    @Test("what copyreg makes of a harmless class is none")
    func instance() throws {
        let made = "ccopyreg\n_reconstructor\n(c__builtin__\nobject\nc__builtin__\nobject\nNtR."
        #expect(try unsafe(made).items.isEmpty)
    }
}
