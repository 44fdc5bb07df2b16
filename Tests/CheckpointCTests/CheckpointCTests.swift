import CCheckpointIO
import CheckpointC
import CheckpointIO
import PlatformC
import TensorCore
import TestSupport
import Testing

/// Calls the functions as `checkpoint_io.h` declares them.
@Suite struct CheckpointCTests {
    /// What a call stored at `error`, freed.
    private static func taken(_ error: inout UnsafeMutablePointer<CChar>?) -> String? {
        defer {
            ckpt_error_free(error)
            error = nil
        }
        return error.map { String(cString: $0) }
    }

    private static func open(_ path: String, _ stateKey: String? = nil) throws -> OpaquePointer {
        var error: UnsafeMutablePointer<CChar>?
        let file = ckpt_open(path, stateKey, &error)
        return try #require(file, "\(taken(&error) ?? "")")
    }

    @Test(
        "a file has the tensors that Swift reads from it, byte for byte",
        arguments: [
            "checkpoints/state_dict.pth", "checkpoints/state_dict_legacy.pth", "sharded/safetensors",
            "distributed/dcp_fsdp",
        ])
    func reading(name: String) throws {
        let path = fixture(name)
        let checkpoint = try Checkpoint.open(path)
        let tensors = try checkpoint.stateDict().tensors
        let file = try Self.open(path)
        defer { ckpt_close(file) }
        #expect(ckpt_format(file).map { String(cString: $0) } == checkpoint.format.rawValue)
        #expect(ckpt_count(file) == tensors.count)
        for (index, tensor) in tensors.enumerated() {
            var length = 0
            var rank = 0
            #expect(ckpt_key(file, index, &length).map { String(cString: $0) } == tensor.key.text)
            #expect(length == tensor.key.text.utf8.count)
            #expect(ckpt_find(file, tensor.key.text) == index)
            #expect(ckpt_dtype(file, index).map { String(cString: $0) } == tensor.tensor.dtype.rawValue)
            let shape = try #require(ckpt_shape(file, index, &rank))
            #expect(UnsafeBufferPointer(start: shape, count: rank).map { Int($0) } == tensor.tensor.shape)
            var bytes = [UInt8](repeating: 0xAA, count: ckpt_byte_count(file, index) + 1)
            #expect(ckpt_read(file, index, &bytes, bytes.count, nil) == 0)
            #expect(bytes.removeLast() == 0xAA)
            #expect(try bytes == tensor.tensor.bytes())
            var values = [Float](repeating: 0, count: ckpt_value_count(file, index))
            #expect(ckpt_read_floats(file, index, &values, values.count, nil) == 0)
            #expect(try values == tensor.tensor.floats())
        }
    }

    @Test("a state key chooses the container, and the empty one is the root")
    func stateKeys() throws {
        let path = fixture("field/torchvision_ema.pth")
        for (stateKey, first) in [("model_ema", "n_averaged"), ("", "model.")] {
            let file = try Self.open(path, stateKey)
            defer { ckpt_close(file) }
            #expect(ckpt_key(file, 0, nil).map { String(cString: $0) }?.hasPrefix(first) == true)
        }
    }

    @Test(
        "tensors in memory and those of a file are written together and read back", arguments: ["pth", "safetensors"])
    func writing(suffix: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("made.\(suffix)")
        let writer = ckpt_writer_new()
        defer { ckpt_writer_free(writer) }
        let file = try Self.open(fixture("checkpoints/state_dict.pth"))
        let index = ckpt_find(file, "conv1.weight")
        #expect(ckpt_writer_add_stored(writer, "stem", file, index, nil) == 0)
        ckpt_close(file)
        let step: [Int64] = [7]
        #expect(ckpt_writer_add(writer, "step", "int64", nil, 0, step, 8, nil) == 0)
        #expect(ckpt_writer_add(writer, "none", "bfloat16", [3, 0], 2, nil, 0, nil) == 0)
        #expect(ckpt_writer_write(writer, path, nil) == 0)
        let made = try Checkpoint.open(path)
        #expect(made.tensors.map(\.key).sorted() == ["none", "stem", "step"])
        #expect(try made["step"]?.doubles() == [7])
        #expect(made["none"]?.shape == [3, 0] && made["none"]?.dtype == .bfloat16)
        let original = try Checkpoint.open(fixture("checkpoints/state_dict.pth"))["conv1.weight"]
        #expect(try made["stem"]?.bytes() == original?.bytes())
    }

    @Test("a file that cannot be opened gives a sentence that names it, and NULL")
    func unreadable() throws {
        var error: UnsafeMutablePointer<CChar>?
        for path in [fixture("hostile/short_storage.pth"), fixture("nothing.pth")] {
            #expect(ckpt_open(path, nil, &error) == nil)
            #expect(Self.taken(&error)?.contains(path) == true)
            #expect(ckpt_open(path, nil, nil) == nil)
        }
        #expect(ckpt_open(fixture("checkpoints/state_dict.pth"), "no.such", &error) == nil)
        #expect(Self.taken(&error)?.contains("no.such") == true)
        #expect(ckpt_open([-1, 0], nil, &error) == nil)
        #expect(Self.taken(&error) == "path is not UTF-8")
    }

    @Test("NULL, an index out of range and a small buffer are failures, not crashes")
    func mistakes() throws {
        var error: UnsafeMutablePointer<CChar>?
        ckpt_close(nil)
        ckpt_writer_free(nil)
        ckpt_error_free(nil)
        #expect(ckpt_open(nil, nil, &error) == nil)
        #expect(Self.taken(&error) == "path is NULL")
        #expect(ckpt_count(nil) == 0 && ckpt_format(nil) == nil && ckpt_find(nil, "a") == -1)
        #expect(ckpt_read(nil, 0, nil, 0, &error) == -1)
        #expect(Self.taken(&error) == "file is NULL")

        let file = try Self.open(fixture("checkpoints/state_dict.pth"))
        defer { ckpt_close(file) }
        let count = ckpt_count(file)
        var length = 9
        #expect(ckpt_key(file, count, &length) == nil && length == 0)
        #expect(ckpt_dtype(file, -1) == nil && ckpt_shape(file, .max, nil) == nil)
        #expect(ckpt_byte_count(file, count) == 0 && ckpt_value_count(file, count) == 0)
        #expect(ckpt_find(file, "no such key") == -1 && ckpt_find(file, nil) == -1)
        #expect(ckpt_read_floats(file, count, nil, 0, &error) == -1)
        #expect(Self.taken(&error) == "there is no tensor \(count): the file has \(count), counted from 0")
        let index = ckpt_find(file, "conv1.weight")
        var values: [Float] = [0]
        #expect(ckpt_read_floats(file, index, &values, 1, &error) == -1)
        #expect(Self.taken(&error) == "'conv1.weight' takes 18 numbers, and the buffer has 1")
        #expect(ckpt_read(file, index, &values, 4, &error) == -1)
        #expect(Self.taken(&error) == "'conv1.weight' takes 72 bytes, and the buffer has 4")
        #expect(ckpt_read(file, index, nil, 72, &error) == -1)
        #expect(Self.taken(&error) == "buffer is NULL")
    }

    @Test(
        "a tensor that its type, shape or size contradicts is not added",
        arguments: [
            ("float", [1], 4, "there is no type 'float'; the names are PyTorch's, such as float32"),
            ("float32", [2], 4, "'a' takes 8 bytes, and 4 are given"),
            ("float32", [-1], 4, "'a' has the extent -1"),
            ("float32", [.max, 4], 4, "'a' takes more bytes than memory has"),
            ("float32", [Int64](repeating: 1, count: 65), 4, "'a' has 65 axes, more than 64"),
        ] as [(String, [Int64], Int, String)])
    func refused(dtype: String, shape: [Int64], size: Int, expected: String) {
        let writer = ckpt_writer_new()
        defer { ckpt_writer_free(writer) }
        var error: UnsafeMutablePointer<CChar>?
        let bytes: [Float] = [1, 2]
        #expect(ckpt_writer_add(writer, "a", dtype, shape, shape.count, bytes, size, &error) == -1)
        #expect(Self.taken(&error) == expected)
    }

    @Test("two tensors of one key, and another extension, write no file")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        let writer = ckpt_writer_new()
        defer { ckpt_writer_free(writer) }
        var error: UnsafeMutablePointer<CChar>?
        #expect(ckpt_writer_add(writer, "a", "uint8", [1], 1, [UInt8(3)], 1, nil) == 0)
        #expect(ckpt_writer_write(writer, folder.path("a.txt"), &error) == -1)
        #expect(Self.taken(&error)?.contains("a.txt") == true)
        #expect(ckpt_writer_add(writer, "a", "uint8", [1], 1, [UInt8(3)], 1, nil) == 0)
        #expect(ckpt_writer_write(writer, folder.path("a.pth"), &error) == -1)
        #expect(Self.taken(&error)?.contains("'a'") == true)
        #expect(try folder.names.isEmpty)
    }
}
