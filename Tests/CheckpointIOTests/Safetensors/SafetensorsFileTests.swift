import ByteIO
import FoundationEssentials
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

/// Files of `fixtures/safetensors`, made by `scripts/makers/make_safetensors_fixtures.py`.
@Suite struct SafetensorsFileTests {
    static func path(_ name: String) -> String { fixture("safetensors/" + name) }

    struct Facts: Decodable {
        let metadata: [[String]]
        let tensors: [TensorFact]
    }

    @Test(
        "every tensor has the key, type, shape and bytes that the reference reads, in the header's order",
        arguments: ["types", "six_bits", "state_dict", "unordered", "no_tensors"])
    func facts(_ name: String) throws {
        let facts = try fixture("safetensors/\(name).json", as: Facts.self)
        let checkpoint = try Checkpoint.open(Self.path(name + ".safetensors"))
        #expect(checkpoint.format == .safetensors)
        #expect(checkpoint.metadata.map { [$0.name, $0.value] } == facts.metadata)
        let found = try TensorFact.all(of: checkpoint)
        #expect(found.count == facts.tensors.count)
        for (found, expected) in zip(found, facts.tensors) {
            #expect(found == expected)
            #expect(found.key.utf8.elementsEqual(expected.key.utf8))
        }
    }

    @Test("types that PyTorch lacks are shown as bytes, and said so")
    func foreignTypes() throws {
        #expect(try Checkpoint.open(Self.path("types.safetensors")).notes == [])
        #expect(
            try Checkpoint.open(Self.path("six_bits.safetensors")).notes == [
                "'a' is F6_E2M3, which PyTorch cannot hold so: the bytes are shown, as uint8",
                "'b' is F6_E3M2, which PyTorch cannot hold so: the bytes are shown, as uint8",
            ])
    }

    @Test("an extent of any length beside one of 0 is no reason to stop", arguments: ["F6_E2M3", "F6_E3M2", "F4"])
    func emptyAndWide(_ type: String) throws {
        let header = #"{"a":{"dtype":"\#(type)","shape":[0,4611686018427387905],"data_offsets":[0,0]}}"#
        let bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
        let checkpoint = try Checkpoint.open(Bytes(bytes), path: "a.safetensors")
        #expect(checkpoint.tensors.map(\.tensor.byteCount) == [0])
        #expect(checkpoint.notes.count == 1)
    }

    @Test("a file under another format's extension is opened, and said so")
    func misleadingName() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.pth"
            try FileManager.default.copyItem(atPath: Self.path("state_dict.safetensors"), toPath: path)
            let checkpoint = try Checkpoint.open(path)
            #expect(checkpoint.format == .safetensors)
            #expect(checkpoint.notes == ["its name ends in .pth, its content is safetensors"])
        }
    }

    @Test("written as a torch zip it is, byte for byte, what torch.save writes of the same OrderedDict")
    func writtenAsTorch() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/state_dict.pth"
            try Checkpoint.open(Self.path("state_dict.safetensors")).write(to: path)
            #expect(try MappedFile(path: path).bytes == MappedFile(path: Self.path("state_dict.pth")).bytes)
        }
    }

    @Test("the tensors are slices of the mapped file")
    func lazy() throws {
        let checkpoint = try Checkpoint.open(Self.path("types.safetensors"))
        for entry in checkpoint.tensors where entry.tensor.byteCount > 0 {
            #expect(try entry.tensor.contiguousBytes().fileRegion != nil)
        }
    }

    @Test("a safetensors file that ends too early is an error at every length")
    func truncation() throws {
        let bytes = try MappedFile(path: Self.path("state_dict.safetensors")).bytes
        for length in 0..<bytes.count {
            let part = try bytes.slice(at: 0, count: length)
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(part, path: "a") }
            if length > 8 { #expect(error?.description.hasPrefix("a: it is cut short") == true) }
        }
    }
}
