import ByteIO
import FoundationEssentials
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct CheckpointOutputTests {
    /// Writes `output` and opens what was written.
    func written<Result>(_ output: CheckpointOutput, _ body: (Checkpoint) throws -> Result) throws -> Result {
        try withTemporaryFolder { folder in
            try output.write(to: folder + "/written.pth")
            return try body(try Checkpoint.open(folder + "/written.pth"))
        }
    }

    func renamed(_ stateDict: StateDict) -> [CheckpointOutput.Entry] {
        stateDict.tensors.map { .init(key: Key("backbone." + $0.key.text), source: .stored($0.tensor)) }
    }

    @Test("a renamed state dict keeps its place, and all around it stays")
    func wrapped() throws {
        let stateDict = try Fixture(name: "mmengine").open().stateDict()
        let output = CheckpointOutput(
            replacing: stateDict, with: renamed(stateDict), metadata: stateDict.metadata)
        try written(output) { checkpoint in
            guard case .dictionary(let root) = checkpoint.root,
                case .dictionary(let before) = stateDict.checkpoint.root
            else {
                Issue.record("no dictionary")
                return
            }
            #expect(root.entries.map(\.name) == before.entries.map(\.name))
            #expect(root["meta"]?.pythonRepr == before["meta"]?.pythonRepr)
            #expect(root["message_hub"]?.pythonRepr == before["message_hub"]?.pythonRepr)
            let found = try checkpoint.stateDict()
            #expect(found.tensors.map(\.key) == stateDict.tensors.map { Key("backbone." + $0.key.text) })
            let digests = try found.tensors.map { digest(of: try $0.tensor.contiguousBytes()) }
            #expect(try digests == stateDict.tensors.map { digest(of: try $0.tensor.contiguousBytes()) })
            #expect(found.container.typeName == "collections.OrderedDict")
        }
    }

    @Test(
        "sharing, strides and being a Parameter outlive a renaming",
        arguments: ["strides", "parameters", "strides_legacy"])
    func layouts(_ name: String) throws {
        let fixture = Fixture(name: name)
        let stateDict = try fixture.open().stateDict()
        let output = CheckpointOutput(replacing: stateDict, with: renamed(stateDict), metadata: [])
        try written(output) { checkpoint in
            let found = try Fixture.TensorFacts.all(of: checkpoint.tensors)
            let expected = try fixture.facts().tensors
            #expect(found.map(\.stride) == expected.map(\.stride))
            #expect(found.map(\.offset) == expected.map(\.offset))
            #expect(found.map(\.storage) == expected.map(\.storage))
            #expect(found.map(\.parameter) == expected.map(\.parameter))
            #expect(found.map(\.sha256) == expected.map(\.sha256))
        }
    }

    @Test("metadata is replaced, or left out when it is empty")
    func metadata() throws {
        let stateDict = try Fixture(name: "state_dict").open().stateDict()
        let rows = stateDict.metadata.map {
            StateDict.Metadata(module: "backbone." + $0.module, value: $0.value)
        }
        let entries = renamed(stateDict)
        try written(CheckpointOutput(replacing: stateDict, with: entries, metadata: rows)) { checkpoint in
            let found = try checkpoint.stateDict().metadata
            #expect(found.map(\.module) == rows.map(\.module))
            #expect(found.map(\.value.pythonRepr) == rows.map(\.value.pythonRepr))
        }
        try written(CheckpointOutput(replacing: stateDict, with: entries, metadata: [])) { checkpoint in
            let attributes = try checkpoint.stateDict().container.attributes
            #expect(attributes.isEmpty)
        }
    }

    @Test(
        "computed tensors of every type stand beside stored ones",
        arguments: DType.allCases.filter { $0.isReal || $0.isComplex })
    func computed(_ dtype: DType) throws {
        let stateDict = try Fixture(name: "state_dict").open().stateDict()
        let content = (0..<6 * dtype.byteWidth).map { UInt8($0 % 2) }
        let made = ComputedTensor(dtype: dtype, shape: [2, 3], isParameter: true) { Bytes(content) }
        let entries = [CheckpointOutput.Entry(key: "made", source: .computed(made))] + renamed(stateDict)
        try written(CheckpointOutput(replacing: stateDict, with: entries, metadata: [])) { checkpoint in
            let found = try #require(checkpoint.tensors.first).tensor
            #expect(found.dtype == dtype)
            #expect(found.shape == [2, 3])
            #expect(found.isParameter && found.requiresGrad)
            #expect(try found.contiguousBytes() == Bytes(content))
            #expect(checkpoint.tensors.count == entries.count)
        }
    }

    @Test("values of several checkpoints come together, with the sharing inside each")
    func several() throws {
        let base = try Fixture(name: "state_dict").open().stateDict()
        let other = try Fixture(name: "strides_legacy").open().stateDict()
        let nested = try Fixture(name: "nested").open()
        var entries = renamed(base)
        entries += other.tensors.map { .init(key: Key("other." + $0.key.text), source: .stored($0.tensor)) }
        entries.append(.init(key: "nested", source: .value(nested.root)))
        try written(CheckpointOutput(replacing: base, with: entries, metadata: base.metadata)) { checkpoint in
            let tensors = Dictionary(uniqueKeysWithValues: checkpoint.tensors.map { ($0.key, $0.tensor) })
            #expect(tensors["other.tail"]?.storage === tensors["other.base"]?.storage)
            #expect(tensors["nested.again"] === tensors["nested.state_dict.a.weight"])
            #expect(tensors["nested.state_dict.a.bias"]?.storage === tensors["nested.again"]?.storage)
            guard case .dictionary(let root) = checkpoint.root else { return }
            #expect(root["nested"]?.pythonRepr == nested.root.pythonRepr)
        }
    }

    @Test("two entries of one key are an error, and no file is left")
    func duplicateKey() throws {
        let stateDict = try Fixture(name: "state_dict").open().stateDict()
        let output = CheckpointOutput(
            replacing: stateDict, with: renamed(stateDict) + renamed(stateDict), metadata: [])
        try withTemporaryFolder { folder in
            let error = #expect(throws: CheckpointError.self) { try output.write(to: folder + "/a.pth") }
            #expect(error?.reason == .duplicateKey("backbone.conv1.weight"))
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.isEmpty)
        }
    }

    @Test("a computed tensor of the wrong size is an error with both sizes, and no file is left")
    func wrongSize() throws {
        let stateDict = try Fixture(name: "state_dict").open().stateDict()
        let made = ComputedTensor(dtype: .float32, shape: [2, 3]) { Bytes([1, 2, 3]) }
        let output = CheckpointOutput(
            replacing: stateDict, with: [.init(key: "made", source: .computed(made))], metadata: [])
        try withTemporaryFolder { folder in
            let error = #expect(throws: CheckpointError.self) { try output.write(to: folder + "/a.pth") }
            #expect(error?.reason == .computedSize(key: "made", expected: 24, found: 3))
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.isEmpty)
        }
    }

    @Test("a checkpoint may be written over itself")
    func inPlace() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/strides.pth"
            try Fixture(name: "strides").open().write(to: path)
            let stateDict = try Checkpoint.open(path).stateDict()
            try CheckpointOutput(replacing: stateDict, with: renamed(stateDict), metadata: []).write(to: path)
            let found = try Fixture.TensorFacts.all(of: try Checkpoint.open(path).tensors)
            let expected = try Fixture(name: "strides").facts().tensors
            #expect(found.map(\.sha256) == expected.map(\.sha256))
        }
    }
}
