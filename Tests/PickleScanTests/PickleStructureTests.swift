import ByteIO
import Testing

@testable import PickleScan

@Suite struct PickleStructureTests {
    @Test("lists that multiply to a billion values are for review, few repetitions are not")
    func expansion() {
        func laughs(_ layers: Int) -> FileScan {
            var pickle = String(repeating: "(", count: layers) + "S'lol'\np0\n"
            for layer in 0..<layers {
                pickle += String(repeating: "g\(layer)\n", count: 9) + "lp\(layer + 1)\n"
            }
            return FileScan(pickle: pickle + ".")
        }
        #expect(laughs(9).verdict == .review)
        #expect(laughs(3).verdict == .clean)
    }

    @Test("a list that holds itself once is clean, fifty times is not")
    func recursion() {
        #expect(FileScan(pickle: "]q\0h\0a.").verdict == .clean)
        #expect(FileScan(pickle: "]q\0" + String(repeating: "h\0a", count: 50) + ".").verdict == .review)
    }

    @Test("a dict with a list as key, which Python cannot make, is for review")
    func keys() {
        #expect(FileScan(pickle: "}]Ns.").verdict == .review)
        #expect(FileScan(pickle: "\u{8F}(]\u{90}.").verdict == .review)
    }

    @Test("DUP without end, which no pickler writes, is for review")
    func duplicates() {
        #expect(FileScan(pickle: "(N" + String(repeating: "2", count: 100) + "t.").verdict == .review)
    }
}
