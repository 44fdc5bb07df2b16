import TestSupport
import Testing

@testable import Pickle

@Suite struct PickleOpcodeTests {
    @Test("the opcodes and their names are those of pickletools")
    func names() throws {
        let expected = try fixture("pickle/opcodes.json", as: [String: UInt8].self)
        let found = PickleOpcode.allCases.map { ($0.description, $0.rawValue) }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
    }
}
