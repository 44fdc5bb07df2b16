import ByteIO
import FoundationEssentials
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct TorchTarFileTests {
    static let names = ["state_dict", "dtypes", "views", "container"]

    static func path(_ name: String) -> String { fixture("legacy_tar/\(name).pth") }

    /// What `torch.load` says of a tensor.
    struct Facts: Decodable, Equatable {
        let key: String
        let dtype: String
        let shape: [Int]
        let stride: [Int]
        let sha256: String
    }

    static func facts(_ name: String) throws -> [Facts] { try fixture("legacy_tar/\(name).json", as: [Facts].self) }

    static func facts(of tensors: [NamedTensor]) throws -> [Facts] {
        try tensors.map {
            Facts(
                key: $0.key.text, dtype: $0.tensor.dtype.rawValue, shape: $0.tensor.shape,
                stride: $0.tensor.layout.strides, sha256: digest(of: try $0.tensor.contiguousBytes()))
        }
    }

    @Test("tensors are those that torch.load gives", arguments: names)
    func tensors(name: String) throws {
        let checkpoint = try Checkpoint.open(Self.path(name))
        #expect(checkpoint.format == .torchTar)
        #expect(try Self.facts(of: checkpoint.tensors) == Self.facts(name))
    }

    @Test("parts of a storage and views of it share its memory")
    func sharing() throws {
        let tensors = try Checkpoint.open(Self.path("views")).tensors
        #expect(Set(tensors.map(\.tensor.storage.id)).count == 1)
        #expect(tensors.map(\.tensor.layout.offset) == [0, 4, 2, 3])
    }

    @Test("a class that came with its source is a class")
    func container() throws {
        let root = try Checkpoint.open(Self.path("container")).root
        #expect(root.pythonRepr.contains("'class': <torch.nn.modules.container.Sequential>, 'epoch': 3"))
    }

    @Test("it is written as a torch zip that reads the same", arguments: names)
    func written(name: String) throws {
        let checkpoint = try Checkpoint.open(Self.path(name))
        try withTemporaryFolder { folder in
            try checkpoint.write(to: folder + "/out.pth")
            let written = try Checkpoint.open(folder + "/out.pth")
            #expect(written.format == .torchZip)
            #expect(try Self.facts(of: written.tensors) == Self.facts(name))
            #expect(written.root.pythonRepr == checkpoint.root.pythonRepr)
        }
    }

    @Test("a file cut short anywhere is an error, unless only its padding is cut", arguments: names)
    func truncated(name: String) throws {
        let bytes = try MappedFile(path: Self.path(name)).bytes
        let end = try #require(bytes.lastIndex { $0 != 0 })
        for length in 0..<bytes.count {
            let part = try bytes.slice(at: 0, count: length)
            if let checkpoint = try? Checkpoint.open(part, path: name) {
                #expect(length > end)
                #expect(try Self.facts(of: checkpoint.tensors) == Self.facts(name))
            }
        }
    }

    @Test("any changed byte is an error or a checkpoint, never a crash", arguments: names, [UInt8(1), 0x80, 0xFF])
    func changed(name: String, mask: UInt8) throws {
        var bytes = Array(try MappedFile(path: Self.path(name)).bytes)
        let end = try #require(bytes.lastIndex { $0 != 0 })
        for offset in 0..<end {
            bytes[offset] ^= mask
            if let checkpoint = try? Checkpoint.open(Bytes(bytes), path: name) {
                for entry in checkpoint.tensors { _ = try? entry.tensor.contiguousBytes() }
            }
            bytes[offset] ^= mask
        }
    }
}
