import ByteIO
import FoundationEssentials
import JSON
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct OutputPlanTests {
    /// The files of a folder that are not temporary.
    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".partial") }.sorted()
    }

    @Test("safetensors comes out as the reference library writes it, byte for byte")
    func safetensors() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/types.safetensors"
            let written = try CheckpointOutput(unchanged: outputFixture("types"))
                .plan(to: path, OutputOptions(.safetensors)).write()
            let saved = try MappedFile(path: fixture("output/types.safetensors")).bytes
            #expect(try MappedFile(path: path).bytes == saved)
            #expect(written == [OutputPlan.WrittenFile(path: path, byteCount: saved.count)])
        }
    }

    @Test("every file of a split is the one that huggingface_hub writes", arguments: ["layers", "tied"])
    func shards(_ name: String) throws {
        let suffix = name == "layers" ? "safetensors" : "bin"
        let splits = try ShardFacts.all(of: name)
        #expect(splits.count >= 4)
        for (limit, expected) in splits {
            try withTemporaryFolder { folder in
                let path = "\(folder)/\(name).\(suffix)"
                let options = OutputOptions(name == "layers" ? .safetensors : .torchZip, maxShardSize: limit)
                let plan = try CheckpointOutput(unchanged: outputFixture(name)).plan(to: path, options)
                let written = try plan.write()
                var files = expected.files.map(\.file)
                for file in expected.files {
                    let digest = digest(of: try MappedFile(path: "\(folder)/\(file.file)").bytes)
                    #expect(digest == file.sha256, "limit \(limit): \(file.file)")
                }
                if files.count > 1 {
                    let index = try #require(plan.index)
                    #expect(index.weightMap.map { [$0.key.text, $0.file] } == expected.weightMap)
                    #expect(index.totalSize == expected.totalSize)
                    files.append("\(name).\(suffix).index.json")
                    #expect(try MappedFile(path: path + ".index.json").bytes.utf8Text == index.json.text)
                }
                #expect(written.map(\.path) == files.map { folder + "/" + $0 })
                #expect(try names(folder) == files.sorted())
            }
        }
    }

    @Test("a split takes the place of what lay at OUT, and an old index goes")
    func replaces() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.safetensors"
            let output = CheckpointOutput(unchanged: try outputFixture("layers"))
            try output.plan(to: path, OutputOptions(.safetensors)).write()
            #expect(try names(folder) == ["model.safetensors"])
            try output.plan(to: path, OutputOptions(.safetensors, maxShardSize: 1200)).write()
            #expect(
                try names(folder) == [
                    "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                    "model.safetensors.index.json",
                ])
            let opened = try Checkpoint.open(path + ".index.json")
            #expect(Set(opened.tensors.map(\.key)) == Set(output.entries.map(\.key)))
        }
    }

    @Test("files of another split beside the output are named in a note, before anything is written")
    func stale() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.safetensors"
            let output = CheckpointOutput(unchanged: try outputFixture("layers"))
            let halves = OutputOptions(.safetensors, maxShardSize: 1200)
            let before = try output.plan(to: path, halves)
            #expect(!before.notes.contains { $0.contains("beside") })
            try before.write()
            #expect(try output.plan(to: path, halves).notes == before.notes)
            #expect(
                try output.plan(to: path, OutputOptions(.safetensors)).notes.last
                    == "'model-00001-of-00002.safetensors' and 2 more beside the output have its name and are not part "
                    + "of it: remove them if they are old")
            let thirds = try output.plan(to: path, OutputOptions(.safetensors, maxShardSize: 400))
            #expect(thirds.notes.last?.hasPrefix("'model-00001-of-00002.safetensors' and 1 more") == true)
            #expect(try output.plan(to: folder + "/other.safetensors", halves).notes == before.notes)
        }
    }

    @Test("a computed tensor that fails leaves the old files, whatever had been written before it")
    func failure() throws {
        struct Failure: Error {}
        try withTemporaryFolder { folder in
            let path = folder + "/model.safetensors"
            var output = CheckpointOutput(unchanged: try outputFixture("layers"))
            let options = OutputOptions(.safetensors, maxShardSize: 400)
            try output.plan(to: path, options).write()
            let before = try names(folder)
            output.entries.append(
                .init(
                    key: "zz", source: .computed(ComputedTensor(dtype: .uint8, shape: [1]) { throw Failure() })))
            #expect(throws: CheckpointError(path, .computation(key: "zz", "Failure()"))) {
                try output.plan(to: path, options).write()
            }
            #expect(try names(folder) == before)
            #expect(try Checkpoint.open(path + ".index.json").tensors.count == 11)
        }
    }

    @Test("an empty state dict is a file of every format", arguments: OutputFormat.allCases, [nil, 100])
    func empty(format: OutputFormat, limit: Int?) throws {
        try withTemporaryFolder { folder in
            let stateDict = try outputFixture("layers")
            let output = CheckpointOutput(replacing: stateDict, with: [], metadata: [])
            try output.plan(to: folder + "/empty.x", OutputOptions(format, maxShardSize: limit)).write()
            #expect(try names(folder) == ["empty.x"])
            #expect(try Checkpoint.open(folder + "/empty.x").tensors.isEmpty)
        }
    }

    @Test("large strided tensors are gathered piece by piece", arguments: OutputFormat.allCases)
    func chunks(format: OutputFormat) throws {
        try withTemporaryFolder { folder in
            // 3 MB, of which every second element is seen: more than one piece.
            let content = Bytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
            var output = CheckpointOutput(replacing: try outputFixture("layers"), with: [], metadata: [])
            output.entries = [
                .init(key: "w", source: .computed(ComputedTensor(dtype: .uint8, shape: [3_000_000]) { content }))
            ]
            try output.write(to: folder + "/whole.pth")
            let whole = try Checkpoint.open(folder + "/whole.pth").tensors[0].tensor
            let every = LazyTensor(
                dtype: .uint8, layout: try StridedLayout(shape: [1_500_000], strides: [2]), storage: whole.storage,
                requiresGrad: false, isParameter: false, node: whole.node)
            let bytes = OutputBytes(every, "w")
            #expect(bytes.count == 1_500_000)
            guard case .elements(let storage, let layout, let width) = bytes else {
                Issue.record("not gathered")
                return
            }
            #expect(try storage.bytes() == content)
            var chunks = ElementChunks(content, layout, width: width)
            var found: [UInt8] = []
            var count = 0
            while let chunk = chunks.next() {
                found += chunk
                count += 1
            }
            #expect(count > 1)
            #expect(found == stride(from: 0, to: content.count, by: 2).map { content[$0] })
        }
    }
}
