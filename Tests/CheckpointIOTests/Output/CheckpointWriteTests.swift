import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct CheckpointWriteTests {
    /// Files that `torch.save` wrote at its default protocol.
    static let saved = [
        "state_dict", "parameters", "dtypes", "strides", "nested", "tensor", "object", "mmengine", "many", "opaque",
        "opaque",
    ].map(Fixture.init)

    @Test("a checkpoint of torch.save is written back byte for byte", arguments: saved)
    func identity(_ fixture: Fixture) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/\(fixture.name).pth"
            try fixture.open().write(to: path)
            try expectWritten(path, like: fixture.path)
        }
    }

    @Test(
        "a state dict whose entries are all put back is written back byte for byte",
        arguments: ["state_dict", "parameters", "dtypes", "strides", "nested", "object", "mmengine", "many"].map(
            Fixture.init))
    func unchangedStateDict(_ fixture: Fixture) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/\(fixture.name).pth"
            let stateDict = try fixture.open().stateDict()
            try CheckpointOutput(entriesOf: stateDict).write(to: path)
            try expectWritten(path, like: fixture.path)
        }
    }

    @Test("whatever was read has the same facts after it was written", arguments: Fixture.all)
    func facts(_ fixture: Fixture) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/written.pth"
            try fixture.open().write(to: path)
            let expected = try fixture.facts()
            let written = try Checkpoint.open(path)
            #expect(written.format == .torchZip)
            #expect(try Fixture.TensorFacts.all(of: written.tensors) == expected.tensors)
        }
    }

    @Test("legacy streams become the file that torch.save writes of the same values")
    func legacy() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/state_dict.pth"
            try Fixture(name: "state_dict_legacy").open().write(to: path)
            let saved = try MappedFile(path: Fixture(name: "state_dict").path).bytes
            #expect(try MappedFile(path: path).bytes == saved)
        }
    }
}

extension CheckpointOutput {
    /// The state dict's own entries, whatever they hold.
    fileprivate init(entriesOf stateDict: StateDict) {
        let entries = stateDict.container.entries.map { entry -> Entry in
            if case .tensor(let tensor) = entry.value { return Entry(key: Key(entry.name), source: .stored(tensor)) }
            return Entry(key: Key(entry.name), source: .value(entry.value))
        }
        self.init(replacing: stateDict, with: entries, metadata: stateDict.metadata)
    }
}
