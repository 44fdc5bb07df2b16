import ByteIO
import FoundationEssentials
import TestSupport
import Testing

@testable import CheckpointIO

/// Folders of `fixtures/sharded`, made by `scripts/makers/make_sharded_fixtures.py`.
@Suite struct ShardedCheckpointTests {
    static func path(_ name: String) -> String { fixture("sharded/" + name) }

    @Test(
        "an index, its folder and a numbered set are the checkpoint that the reference wrote",
        arguments: [
            ("safetensors", "safetensors/model.safetensors.index.json"), ("safetensors", "safetensors"),
            ("torch", "torch/pytorch_model.bin.index.json"), ("torch", "torch/"), ("numbered", "numbered"),
        ])
    func read(_ name: String, _ file: String) throws {
        let checkpoint = try Checkpoint.open(Self.path(file))
        let facts = try fixture("sharded/facts.json", as: [String: [TensorFact]].self)
        #expect(try TensorFact.all(of: checkpoint) == facts[name])
        #expect(checkpoint.format == (name == "torch" ? .shardedTorch : .shardedSafetensors))
        #expect(checkpoint.path.hasPrefix(Self.path(file)))
        let metadata = [Checkpoint.MetadataItem(name: "total_size", value: "290"), .init(name: "format", value: "pt")]
        #expect(checkpoint.metadata == (name == "numbered" ? [metadata[1]] : metadata))
        #expect(checkpoint.notes == [])
    }

    /// Runs `body` in a folder with the files of a fixture.
    private func edit(_ name: String, _ body: (String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            for file in try FolderListing(path: Self.path(name)).names {
                try FileManager.default.copyItem(atPath: Self.path(name) + "/" + file, toPath: folder + "/" + file)
            }
            try body(folder)
        }
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    @Test("an index whose total size is not that of the tensors is a note with both")
    func totalSize() throws {
        try edit("safetensors") { folder in
            let path = folder + Self.index
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.contains("290"))
            try write(text.split(separator: "290").joined(separator: "1291"), to: path)
            let notes = try Checkpoint.open(path).notes
            #expect(notes == ["the index states total_size 1,291, the tensors take 290 bytes"])
        }
    }

    @Test("an index that names no tensor, or some files of a numbered set, is an error")
    func incompleteIndex() throws {
        try edit("safetensors") { folder in
            let path = folder + Self.index
            try write("{\"weight_map\":{}}", to: path)
            #expect(throws: CheckpointError(path, .shard(.noTensors))) { try Checkpoint.open(path) }
            try write("{\"weight_map\":{\"layers.1.bias\":\"\(Self.shards[0])\"}}", to: path)
            #expect(throws: CheckpointError(path, .shard(.unnamed(shard: Self.shards[1], named: 1, count: 2)))) {
                try Checkpoint.open(path)
            }
        }
    }

    private static let shards = (1...2).map { "model-0000\($0)-of-00002.safetensors" }
    private static let index = "/model.safetensors.index.json"

    @Test("a missing shard is an error that names it and counts its tensors")
    func missing() throws {
        try edit("safetensors") { folder in
            try FileManager.default.removeItem(atPath: folder + "/" + Self.shards[1])
            let path = folder + Self.index
            #expect(throws: CheckpointError(path, .shard(.missing(shard: Self.shards[1], tensors: 3)))) {
                try Checkpoint.open(path)
            }
        }
        try edit("numbered") { folder in
            try FileManager.default.removeItem(atPath: folder + "/" + Self.shards[0])
            #expect(throws: CheckpointError(folder, .shard(.incomplete(missing: [Self.shards[0]], count: 2)))) {
                try Checkpoint.open(folder)
            }
        }
    }

    @Test(
        "an index that its files contradict, or that leads elsewhere, is an error",
        arguments: [
            (["w": "model-00001-of-00002.safetensors"], ShardError.missingTensor(key: "w", shard: shards[0])),
            (["head.weight": "model-00001-of-00002.safetensors"], .missingTensor(key: "head.weight", shard: shards[0])),
            (["w": "../model-00001-of-00002.safetensors"], .outside(shard: "../model-00001-of-00002.safetensors")),
            (["w": "a/../../b.safetensors"], .outside(shard: "a/../../b.safetensors")),
            (["w": "/etc/passwd"], .outside(shard: "/etc/passwd")), (["w": ""], .outside(shard: "")),
            (["w": "."], .outside(shard: ".")), (["w": "a\\u0000b"], .outside(shard: "a\0b")),
        ] as [([String: String], ShardError)])
    func contradiction(_ map: [String: String], _ expected: ShardError) throws {
        try edit("safetensors") { folder in
            let path = folder + Self.index
            let fields = map.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
            try write("{\"weight_map\":{\(fields)}}", to: path)
            #expect(throws: CheckpointError(path, .shard(expected))) { try Checkpoint.open(path) }
        }
    }

    @Test("a tensor in two shards is an error")
    func duplicate() throws {
        try edit("numbered") { folder in
            try FileManager.default.removeItem(atPath: folder + "/" + Self.shards[1])
            try FileManager.default.copyItem(
                atPath: folder + "/" + Self.shards[0], toPath: folder + "/" + Self.shards[1])
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(folder) }
            let message = "is in two shards, '\(Self.shards[0])' and '\(Self.shards[1])'"
            #expect(error?.description.hasSuffix(message) == true)
        }
    }

    @Test("tensors that the index does not name are read, last, and said so")
    func extra() throws {
        try edit("safetensors") { folder in
            let path = folder + Self.index
            let map = "\"layers.1.bias\":\"\(Self.shards[0])\",\"head.weight\":\"\(Self.shards[1])\""
            try write("{\"weight_map\":{\(map)}}", to: path)
            let checkpoint = try Checkpoint.open(path)
            #expect(checkpoint.tensors.count == 7)
            #expect(checkpoint.tensors.prefix(2).map(\.key) == ["layers.1.bias", "head.weight"])
            #expect(checkpoint.notes == ["5 of the values are not in the index"])
        }
    }

    @Test(
        "a damaged index is an error with its offset; other JSON is not a checkpoint",
        arguments: [
            ("{\"weight_map\": {\"w\": 3}}", ": the index is damaged at offset 21: expected a string, found '3'"),
            (
                "{\"weight_map\": {\"w\": \"a\", \"w\": \"b\"}}",
                ": the index is damaged at offset 26: an object has the name 'w' twice"
            ),
            ("{\"weight_map\"", ": the index is damaged at offset 13: expected ':', found the end"),
            ("{\"model_type\": \"llama\"}", " is JSON text, not a checkpoint"),
        ])
    func damaged(_ text: String, _ message: String) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/a.index.json"
            try write(text, to: path)
            let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
            #expect(error?.description == path + message)
        }
    }
}
