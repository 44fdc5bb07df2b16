import CheckpointIO
import Foundation
import TestSupport
import Testing

@testable import Workbench

@Suite struct TensorDumpTests {
    @Test("every type is written as what NumPy makes of it")
    func types() throws {
        let checkpoint = try Checkpoint.open(fixture("checkpoints/dtypes.pth"))
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture("edits/arrays.json")))
        let facts = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [Any]])
        #expect(facts.count > 20)
        let folder = try TemporaryFolder()
        for (key, fact) in facts {
            let path = folder.path("\(key).npy")
            let dump = try TensorDump.run(key, of: checkpoint, to: path)
            #expect(dump.written.rawValue == fact[0] as? String, "\(key)")
            let array = try #require(try Checkpoint.open(path).tensors.first).tensor
            #expect(array.shape == fact[1] as? [Int], "\(key)")
            #expect(digest(of: try array.contiguousBytes()) == fact[2] as? String, "\(key)")
        }
        let packed = try TensorDump.run("float4_e2m1fn_x2", of: checkpoint, to: folder.path("float4.npy"))
        let source = try #require(checkpoint.tensors.first { $0.key == "float4_e2m1fn_x2" }).tensor
        let array = try #require(try Checkpoint.open(packed.path).tensors.first).tensor
        #expect(array.layout.count == 2 * source.layout.count)
        let values = try array.withFloat32 { Array($0) }
        #expect(try source.withFloat32 { Array($0) } == values)
    }

    @Test("a tensor of more dimensions than NumPy has is an error, and no file is written")
    func rank() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("deep.safetensors")
        try Checkpoint.write([OutputTensor("a", [1], shape: [Int](repeating: 1, count: 40_000))], to: path)
        #expect(
            throws: CheckpointError(path, .numpy(entry: "'a'", .rank(40_000, limit: 64)))
        ) { try TensorDump.run("a", of: try Checkpoint.open(path), to: folder.path("a.npy")) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("a.npy")))
    }

    @Test("an extent that cannot be doubled for float4 is an error, and no file is written")
    func extent() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("empty.pth")
        try Checkpoint.write(
            [OutputTensor("a", dtype: .float4_e2m1fn_x2, shape: [0, 1 << 62], bytes: [UInt8]())], to: path)
        #expect(throws: CheckpointError(path, .numpy(entry: "'a'", .shape([0, 1 << 62])))) {
            try TensorDump.run("a", of: try Checkpoint.open(path), to: folder.path("a.npy"))
        }
        #expect(try folder.names == ["empty.pth"])
    }

    @Test("quantized tensors are written as their integers, with a note of their scale")
    func quantized() throws {
        let folder = try TemporaryFolder()
        let checkpoint = try Checkpoint.open(fixture("difference/left.pth"))
        let dump = try TensorDump.run("types.quantized", of: checkpoint, to: folder.path("a.npy"))
        #expect(dump.written == .int8)
        #expect(dump.notes.first?.contains("scale 0.1") == true, "\(dump.notes)")
    }

    @Test("the checkpoint is never replaced, also where other files are")
    func input() throws {
        let folder = try TemporaryFolder()
        let contents = try Data(contentsOf: URL(fileURLWithPath: fixture("difference/left.pth")))
        let path = try folder.write("left.pth", contents)
        let checkpoint = try Checkpoint.open(path)
        #expect(throws: WorkbenchError.self) {
            try TensorDump.run("backbone.transposed.weight", of: checkpoint, to: path, replaces: true)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == contents)
    }

    @Test("a tensor that is longer than a chunk, or transposed, is written in row-major order")
    func long() throws {
        let folder = try TemporaryFolder()
        let checkpoint = try Checkpoint.open(fixture("difference/left.pth"))
        let path = folder.path("a.npy")
        _ = try TensorDump.run("backbone.transposed.weight", of: checkpoint, to: path)
        let source = try #require(try checkpoint.stateDict().tensors.first { $0.key == "backbone.transposed.weight" })
        let array = try #require(try Checkpoint.open(path).tensors.first).tensor
        #expect(array.shape == source.tensor.shape)
        #expect(try array.contiguousBytes().elementsEqual(source.tensor.contiguousBytes()))
    }
}
