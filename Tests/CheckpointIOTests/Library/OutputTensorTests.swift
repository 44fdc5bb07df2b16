import CheckpointIO
import TensorCore
import TestSupport
import Testing

@Suite struct OutputTensorTests {
    @Test("tensors in memory are written and read back", arguments: ["pth", "safetensors"])
    func roundTrip(suffix: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("made.\(suffix)")
        let bytes: [UInt8] = [7, 1, 0, 0, 0, 0, 0, 0]
        let byteCount = try Checkpoint.write(
            [
                OutputTensor("a.weight", [1, -2.5, 3, 4, 5, 6], shape: [2, 3]),
                OutputTensor("a.step", dtype: .int64, shape: [], bytes: bytes),
            ], to: path)
        #expect(try folder.contents("made.\(suffix)").count == byteCount)
        let checkpoint = try Checkpoint.open(path)
        let weight = try #require(checkpoint["a.weight"])
        #expect(weight.shape == [2, 3])
        #expect(try weight.floats() == [1, -2.5, 3, 4, 5, 6])
        let step = try #require(checkpoint["a.step"])
        #expect(step.dtype == .int64 && step.shape.isEmpty)
        #expect(try step.doubles() == [263])
        #expect(try step.bytes() == bytes)
        #expect(checkpoint["a"] == nil)
    }

    @Test("a tensor of a checkpoint is copied, also into the file that it is of")
    func stored() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("made.pth")
        try Checkpoint.write([OutputTensor("a", [1, 2], shape: [2])], to: path)
        let tensor = try #require(try Checkpoint.open(path)["a"])
        try Checkpoint.write([OutputTensor("b", tensor)], to: path)
        let checkpoint = try Checkpoint.open(path)
        #expect(checkpoint.tensors.map(\.key) == ["b"])
        #expect(try checkpoint["b"]?.floats() == [1, 2])
    }

    @Test("an empty tensor may have extents that do not multiply to a number; safetensors refuses them")
    func emptyExtents() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("made.pth")
        let wide = OutputTensor("a", [], shape: [1 << 62, 0])
        try Checkpoint.write([wide], to: path)
        #expect(try Checkpoint.open(path)["a"]?.shape == [1 << 62, 0])
        let paired = OutputTensor("b", dtype: .float4_e2m1fn_x2, shape: [0, 1 << 62], bytes: [UInt8]())
        for tensor in [wide, paired] {
            #expect(throws: CheckpointError.self) {
                try Checkpoint.write([tensor], to: folder.path("made.safetensors"))
            }
        }
        #expect(try folder.names == ["made.pth"])
    }

    @Test("what cannot be written is an error, and no file")
    func mistakes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("made.pth")
        let one = OutputTensor("a", [1], shape: [1])
        #expect(throws: CheckpointError(folder.path("made.txt"), .unknownExtension)) {
            try Checkpoint.write([one], to: folder.path("made.txt"))
        }
        #expect(throws: CheckpointError(path, .duplicateKey("a"))) { try Checkpoint.write([one, one], to: path) }
        #expect(throws: CheckpointError(path, .computedSize(key: "a", expected: 12, found: 8))) {
            try Checkpoint.write([OutputTensor("a", [1, 2], shape: [3])], to: path)
        }
        #expect(try folder.names.isEmpty)
    }
}
