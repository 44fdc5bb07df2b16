import ByteIO
import Testing

@testable import Pickle

@Suite struct PickleReaderTests {
    @Test("a pickle of None has None as its root")
    func none() throws {
        #expect(try PickleReader.read(Bytes([0x80, 2, 0x4E, 0x2E])).root == .none)
    }
}
