import FoundationEssentials
import Testing

@testable import Pickle

@Suite struct PickleOpcodeTests {
    @Test("the opcodes and their names are those of pickletools")
    func names() throws {
        let data = try Data(contentsOf: PickleFixture.folder.appending(path: "opcodes.json"))
        let expected = try JSONDecoder().decode([String: UInt8].self, from: data)
        let found = PickleOpcode.allCases.map { ($0.description, $0.rawValue) }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
    }
}
