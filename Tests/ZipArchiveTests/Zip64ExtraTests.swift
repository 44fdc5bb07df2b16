import ByteIO
import Testing

@testable import ZipArchive

struct Zip64ExtraTests {
    @Test("saturated numbers take the field's values in turn, others stay")
    func inTurn() {
        var extra = Zip64Extra(extra: [9, 9, 1, 0, 0, 1, 0, 16, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0])
        #expect(extra.resolve(.max) == 0x1_0000_0001)
        #expect(extra.resolve(77) == 77)
        #expect(extra.resolve(.max) == 0x1_0000_0002)
        #expect(extra.resolve(.max) == nil)
    }

    @Test(
        "a saturated number has no value without a whole field",
        arguments: [
            [], [1], [1, 0, 8, 0], [1, 0, 4, 0, 1, 2, 3, 4], [1, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7],
            [9, 9, 200, 0, 1, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8],
        ] as [[UInt8]])
    func incomplete(bytes: [UInt8]) {
        var extra = Zip64Extra(extra: Bytes(bytes))
        #expect(extra.resolve(.max) == nil)
        #expect(extra.resolve(3) == 3)
    }
}
