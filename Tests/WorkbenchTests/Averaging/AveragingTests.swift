import CheckpointIO
import Foundation
import TestSupport
import Testing

@testable import Workbench

@Suite struct AveragingTests {
    private static let files = ["a", "b", "c", "d"].map { fixture("averaging/\($0).pth") }

    /// What PyTorch computed in float64: key → SHA-256 of the elements.
    private func facts(_ name: String) throws -> [String: String] {
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture("averaging/facts.json")))
        let facts = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: String]])
        return try #require(facts[name])
    }

    private func average(
        _ files: [String], _ output: String, weights: [Double]? = nil,
        _ change: (inout ConversionOptions) -> Void = { _ in }
    ) throws -> (averaging: Averaging, result: StateDict) {
        var options = ConversionOptions(inputs: files.map { ConversionOptions.Input(path: $0) })
        change(&options)
        let averaging = try Averaging(AveragingOptions(options, weights: weights))
        // Of several files the index comes last.
        let written = try #require(try averaging.output(to: output).write().last)
        return (averaging, try Checkpoint.open(written.path).stateDict())
    }

    private func digests(_ stateDict: StateDict) throws -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: try stateDict.tensors.map { named in
                (named.key.text, digest(of: try named.tensor.contiguousBytes()))
            })
    }

    @Test("the average is PyTorch's in float64, bit for bit, in every type", arguments: ["equal", "weighted"])
    func equalsPyTorch(name: String) throws {
        let folder = try TemporaryFolder()
        let weights = name == "weighted" ? [0.5, 0.25, 0.15, 0.1] : nil
        let expected = try facts(name)
        let (averaging, result) = try average(Self.files, folder.path + "/out.pth", weights: weights)
        let found = try digests(result)
        #expect(Set(found.keys) == Set(expected.keys))
        for (key, digest) in expected { #expect(found[key] == digest, "\(key)") }
        #expect(result.path == "state_dict")
        #expect(averaging.notes.count == 1)
    }

    @Test("other formats, shards and folders give the same average", arguments: [".safetensors", ".pth"])
    func formats(suffix: String) throws {
        let folder = try TemporaryFolder()
        let expected = try facts("equal")
        var files = Self.files
        files[1] = fixture("averaging/b.safetensors")
        let (_, result) = try average(files, folder.path + "/out\(suffix)") { $0.maxShardSize = 2000 }
        #expect(try folder.names.count > 2)
        for (key, digest) in try digests(result) { #expect(expected[key] == digest, "\(key)") }
        #expect(try Checkpoint.open(folder.path).stateDict().tensors.count == expected.count)
    }

    @Test("tensors that every checkpoint ties stay tied, and others do not become so")
    func ties() throws {
        let folder = try TemporaryFolder()
        let (_, tied) = try average(Self.files, folder.path + "/tied.pth")
        func storage(_ stateDict: StateDict, _ key: String) -> TensorStorage? {
            stateDict.tensors.first { $0.key.text == key }?.tensor.storage
        }
        #expect(storage(tied, "head.weight") === storage(tied, "embedding.weight"))
        let mixed = [fixture("averaging/b.safetensors"), Self.files[3]]
        let (_, untied) = try average(mixed, folder.path + "/untied.pth")
        #expect(storage(untied, "head.weight") !== storage(untied, "embedding.weight"))
    }

    @Test("integers that differ are the last checkpoint's, with a note")
    func integers() throws {
        let folder = try TemporaryFolder()
        for files in [[Self.files[0], Self.files[1]], [Self.files[1], Self.files[0]]] {
            let (averaging, result) = try average(files, folder.path + "/out.pth")
            let last = try Checkpoint.open(files[1]).stateDict()
            let counter = "bn.num_batches_tracked"
            #expect(try digests(result)[counter] == digests(last)[counter])
            #expect(averaging.notes == ["'\(counter)' differs and is not averaged: \(files[1]) gives it"])
        }
    }

    @Test("checkpoints of other keys, shapes or types are an error that names file and key")
    func others() throws {
        let folder = try TemporaryFolder()
        let header = { (key: String, dtype: String, shape: String, bytes: Int) in
            #"{"\#(key)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[0,\#(bytes)]}}"#
        }
        func file(_ name: String, _ header: String, _ bytes: Int) throws -> String {
            var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
            data += Data(header.utf8) + Data(count: bytes)
            return try folder.write(name, data)
        }
        let base = try file("base.safetensors", header("w", "F32", "[2]", 8), 8)
        let cases = [
            (try file("key.safetensors", header("v", "F32", "[2]", 8), 8), "it lacks 'w'"),
            (try file("shape.safetensors", header("w", "F32", "[1,2]", 8), 8), "'w' is (1, 2), in"),
            (try file("type.safetensors", header("w", "F16", "[2]", 4), 4), "'w' is float16, in"),
        ]
        for (other, reason) in cases {
            #expect {
                try average([other, base], folder.path + "/out.pth")
            } throws: { "\($0)".hasPrefix(other) && "\($0)".contains(reason) }
        }
        #expect(try folder.names.contains("out.pth") == false)
        let quantized = fixture("difference/left.pth")
        #expect {
            try average([quantized, quantized], folder.path + "/out.pth")
        } throws: { "\($0)".contains("cannot be averaged") }
    }

    @Test("weights are divided by their sum, and must be as many as checkpoints")
    func weights() throws {
        #expect(AveragingOptions(ConversionOptions(inputs: []), weights: [3, 1]).factors == [0.75, 0.25])
        #expect(AveragingOptions(ConversionOptions(inputs: []), weights: [0.5, 0.3, 0.2]).factors == [0.5, 0.3, 0.2])
        #expect(try AveragingOptions.weights("1, 2", count: 2) == [1, 2])
        for text in ["1", "1,2,3", "1,x", "1,nan", "1,-1", "0,0", ""] {
            #expect(throws: (any Error).self, "\(text)") { try AveragingOptions.weights(text, count: 2) }
        }
    }
}
