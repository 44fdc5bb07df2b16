import ByteIO
import FoundationEssentials
import Pickle
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct DistributedCheckpointTests {
    static let folders = [
        "distributed/dcp_fsdp", "distributed/dcp_grid", "distributed/ranks_uneven", "distributed/ranks_grid",
        "distributed/ranks_fsdp1", "distributed/shares_grid",
        "deepspeed/zero1_fp32", "deepspeed/zero2_bf16", "deepspeed/zero2_frozen", "deepspeed/zero3_bf16",
        "deepspeed/zero3_frozen",
    ]

    /// What is told of a tensor.
    private struct Told: Equatable {
        let signature: TensorSignature
        let bytes: [UInt8]

        static func all(of checkpoint: Checkpoint) throws -> [Told] {
            try checkpoint.tensors.map {
                Told(signature: $0.signature, bytes: Array(try $0.tensor.contiguousBytes()))
            }
        }
    }

    @Test("a folder of pieces is what PyTorch's and DeepSpeed's own mergers make of it", arguments: folders)
    func merged(_ folder: String) throws {
        let found = try Told.all(of: Checkpoint.open(fixture(folder)))
        let expected = try Told.all(of: Checkpoint.open(fixture(folder + ".truth.pth")))
        #expect(found.map(\.signature) == expected.map(\.signature))
        for (found, expected) in zip(found, expected) {
            #expect(found.bytes == expected.bytes, "\(found.signature.key)")
        }
    }

    @Test("values that are not tensors are those that were saved", arguments: ["distributed/dcp_fsdp"])
    func values(_ folder: String) throws {
        let root = try Checkpoint.open(fixture(folder)).root
        let extra = root.field("extra")
        #expect(extra?.field("epoch")?.integer == 3)
        #expect(extra?.field("name")?.text == "net")
        #expect(extra?.field("history")?.elements?.count == 2)
    }

    @Test("chunks of any size are the elements in order", arguments: folders)
    func chunks(_ folder: String) throws {
        for entry in try Checkpoint.open(fixture(folder)).tensors {
            var bytes: [UInt8] = []
            try entry.tensor.forEachChunk(of: entry.tensor.dtype.byteWidth * 3) { bytes += $0 }
            #expect(bytes == Array(try entry.tensor.contiguousBytes()), "\(entry.key)")
        }
    }

    @Test("what is written of a folder, packed or not, holds the same tensors", arguments: folders)
    func written(_ folder: String) throws {
        let checkpoint = try Checkpoint.open(fixture(folder))
        let expected = try Told.all(of: checkpoint)
        for isCompact in [false, true] {
            try withTemporaryFolder { target in
                let path = target + "/out.pth"
                _ = try checkpoint.plan(to: path, isCompact: isCompact).write()
                let found = try Told.all(of: Checkpoint.open(path))
                #expect(found == expected)
            }
        }
        try withTemporaryFolder { target in
            let stateDict = try checkpoint.stateDict()
            let output = CheckpointOutput(unchanged: stateDict)
            _ = try output.plan(to: target + "/out.safetensors", OutputOptions(.safetensors)).write()
            let found = try Checkpoint.open(target + "/out.safetensors").tensors
            #expect(found.count == stateDict.tensors.count)
            for entry in stateDict.tensors {
                let other = found.first { $0.key == entry.key }
                let bytes = try entry.tensor.contiguousBytes()
                let others = try other?.tensor.contiguousBytes()
                #expect(others.map { Array($0) } == Array(bytes), "\(entry.key)")
            }
        }
    }

    // MARK: What is missing or foreign

    /// Opens a copy of a folder that `change` has changed.
    private func opened(_ folder: String, _ change: (String) throws -> Void) throws -> CheckpointError? {
        try withTemporaryFolder { target in
            let copy = target + "/copy"
            try FileManager.default.copyItem(atPath: fixture(folder), toPath: copy)
            try change(copy)
            do {
                _ = try Checkpoint.open(copy)
                return nil
            } catch let error as CheckpointError {
                return error
            }
        }
    }

    private func reason(_ error: CheckpointError?) -> PieceError? {
        if case .pieces(let reason)? = error?.reason { reason } else { nil }
    }

    @Test(
        "a missing rank is named",
        arguments: [
            ("distributed/ranks_uneven", "model_world_size_3_rank_1.pt", 1, 3),
            ("distributed/ranks_grid", "model_world_size_4_rank_3.pt", 3, 4),
            ("distributed/ranks_fsdp1", "model_rank_2.pt", 2, 3),
            ("deepspeed/zero1_fp32", "global_step1/zero_pp_rank_0_mp_rank_00_optim_states.pt", 0, 2),
            ("deepspeed/zero3_bf16", "global_step1/bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt", 1, 2),
            ("deepspeed/zero3_frozen", "global_step1/zero_pp_rank_1_mp_rank_00_model_states.pt", 1, 2),
        ])
    func missing(_ folder: String, _ file: String, _ rank: Int, _ count: Int) throws {
        let error = try opened(folder) { try FileManager.default.removeItem(atPath: $0 + "/" + file) }
        let name = file.split(separator: "/").last.map(String.init) ?? ""
        #expect(reason(error) == .missingRanks([rank], count: count, example: name))
    }

    @Test("rank files without divided tensors that differ are refused: each may hold a part of the model")
    func undividedParts() throws {
        let error = try opened("arithmetic/ranks") {
            try FileManager.default.removeItem(atPath: $0 + "/ranks.truth.safetensors")
        }
        let text = error?.description ?? "no error"
        #expect(text.contains("no file says how tensors are divided"), "\(text)")
    }

    @Test("one rank's file of ShardedTensors is a part, which is said")
    func oneRank() throws {
        let checkpoint = try Checkpoint.open(fixture("distributed/ranks_fsdp1/model_rank_1.pt"))
        let reason = try checkpoint.stateDict().shardReason
        #expect(reason == "3 of its tensors are shares of one rank: '0.weight' holds 12 of 30 elements")
    }

    @Test("a missing share of a tensor in safetensors files is an error that names the tensor")
    func missingShare() throws {
        let name = "shard-00002-model-00002-of-00002.safetensors"
        let error = try opened("distributed/shares_grid") {
            try FileManager.default.removeItem(atPath: $0 + "/" + name)
        }
        guard case .gap(let key, let held, let needed)? = reason(error) else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(key.text.hasPrefix("model.") && held < needed)
    }

    @Test("a missing file of a distributed checkpoint is named with the number of its pieces")
    func missingFile() throws {
        let error = try opened("distributed/dcp_grid") {
            try FileManager.default.removeItem(atPath: $0 + "/__1_0.distcp")
        }
        #expect(reason(error) == .missingFile("__1_0.distcp", pieces: 3, first: Key("both")))
        #expect(
            error?.description.hasSuffix(
                "'__1_0.distcp' is missing, which holds 3 of the pieces, one of 'both' among them") ?? false)
    }

    @Test(
        "a file of another rank or checkpoint is named",
        arguments: [
            (
                "distributed/ranks_uneven", "model_world_size_3_rank_1.pt", "distributed/ranks_uneven",
                "model_world_size_3_rank_2.pt"
            ),
            (
                "distributed/ranks_uneven", "model_world_size_3_rank_1.pt", "distributed/ranks_grid",
                "model_world_size_4_rank_1.pt"
            ),
            (
                "deepspeed/zero3_bf16", "global_step1/bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt",
                "deepspeed/zero3_frozen", "global_step1/zero_pp_rank_1_mp_rank_00_optim_states.pt"
            ),
            (
                "deepspeed/zero2_bf16", "global_step1/bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt",
                "deepspeed/zero2_frozen", "global_step1/bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt"
            ),
        ])
    func foreign(_ folder: String, _ file: String, _ other: String, _ otherFile: String) throws {
        let error = try opened(folder) { copy in
            try FileManager.default.removeItem(atPath: copy + "/" + file)
            try FileManager.default.copyItem(
                atPath: fixture(other) + "/" + otherFile, toPath: copy + "/" + file)
        }
        guard case .foreign(let named, _)? = reason(error) else {
            Issue.record("\(String(describing: error)) names no file")
            return
        }
        #expect(named == file.split(separator: "/").last.map(String.init))
    }

    @Test("a file whose pieces lie elsewhere is named as foreign, without advice on its bytes")
    func shiftedPieces() throws {
        let error = try opened("distributed/dcp_grid") { copy in
            let url = URL(fileURLWithPath: copy + "/__2_0.distcp")
            try (Data(repeating: 0x78, count: 35) + Data(contentsOf: url)).write(to: url)
        }
        guard case .foreign("__2_0.distcp", let text)? = reason(error) else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text == "there is no file of torch.save at 0, where 'both' should be")
    }

    @Test("pieces that all lie in the same bytes are refused before one is read")
    func repeatedPlaces() throws {
        let error = try opened("distributed/dcp_grid") { copy in
            let path = copy + "/.metadata"
            var graph = try PickleReader.read(try MappedFile(path: path).bytes)
            for id in Array(graph.ids) {
                guard case .dict(let entries) = graph[id] else { continue }
                let longer = entries.map { graph.text($0.key) == "length" ? PickleEntry($0.key, .int(1 << 40)) : $0 }
                graph.replace(id, with: .dict(longer))
            }
            try Data(PickleWriter.write(graph, protocol: 4)).write(to: URL(filePath: path))
        }
        #expect(error?.description.contains("storage_data names ") ?? false, "\(String(describing: error))")
    }

    @Test("parts of a flat vector that share their elements are refused")
    func sharedParts() throws {
        let source = try Checkpoint.open(fixture("hostile/checkpoints/expanded_terabytes.pth"))
        var vector = FlatVector()
        #expect(throws: PieceError.self) {
            try vector.append(source.tensors[0].tensor, dtype: .float32, file: "a", what: "group 0")
        }
        var pieces = PieceSet(key: Key("k"), dtype: .float32, shape: [1 << 44])
        #expect(throws: PieceError.self) {
            try pieces.add(source.tensors[0].tensor, start: [0], shape: [1 << 44], file: "a")
        }
    }

    /// A vector of several elements that have places of their own.
    private static func vector() throws -> LazyTensor {
        let tensors = try Checkpoint.open(fixture("checkpoints/strides.pth")).tensors.map(\.tensor)
        return try #require(
            tensors.first { $0.shape.count == 1 && $0.layout.count > 1 && $0.byteCount <= $0.storage.byteCount })
    }

    @Test("a large tensor some of whose pieces are missing is said to lack them, not to share its bytes")
    func largeGap() throws {
        let part = try Self.vector()
        let whole = 1 << 40
        var pieces = PieceSet(key: Key("k"), dtype: part.dtype, shape: [whole])
        try pieces.add(part, start: [0], shape: part.shape, file: "a")
        var composed = ComposedGraph(path: "a")
        #expect(throws: PieceError.gap(key: Key("k"), held: part.shape[0], needed: whole)) {
            try pieces.tensor(in: &composed)
        }
    }

    @Test("runs of a flat vector are found in any number of parts")
    func runs() throws {
        let part = try Self.vector()
        let length = part.shape[0]
        var vector = FlatVector()
        for _ in 0..<5 { try vector.append(part, dtype: part.dtype, file: "a", what: "group 0") }
        #expect(vector.count == 5 * length)
        let one = Array(try part.contiguousBytes())
        for range in [0..<5 * length, length - 1..<length + 1, 3 * length..<4 * length] {
            var pieces = PieceSet(key: Key("k"), dtype: part.dtype, shape: [range.count])
            vector.add(range, to: &pieces, at: 0)
            var composed = ComposedGraph(path: "a")
            let node = try pieces.tensor(in: &composed)
            let joined = try Checkpoint(composed.source(root: .node(node), format: .deepSpeed)).tensors[0].tensor
            let width = part.dtype.byteWidth
            let expected = [[UInt8]](repeating: one, count: 5).flatMap { $0 }[
                range.lowerBound * width..<range.upperBound * width]
            #expect(Array(try joined.contiguousBytes()) == Array(expected))
        }
    }

    @Test("a piece without elements is not taken for the tensor, however large its storage is")
    func emptyPiece() throws {
        func storage(_ values: [UInt8]) -> TensorStorage {
            TensorStorage(
                id: 0, name: "s", dtype: .uint8, device: "cpu", byteCount: values.count, declaredType: .uint8,
                content: .bytes(Bytes(values)))
        }
        var pieces = PieceSet(key: Key("k"), dtype: .uint8, shape: [2])
        pieces.add(storage([7, 7]), try StridedLayout(contiguous: [0]), at: 0)
        pieces.add(storage([1, 2]), try StridedLayout(contiguous: [2]), at: 0)
        var composed = ComposedGraph(path: "a")
        let node = try pieces.tensor(in: &composed)
        let tensor = try Checkpoint(composed.source(root: .node(node), format: .rankFiles)).tensors[0].tensor
        #expect(try tensor.bytes() == [1, 2])
    }

    @Test("a file that belongs to another rank than the metadata says is an error that names it")
    func swapped() throws {
        let error = try opened("distributed/dcp_grid") { copy in
            try FileManager.default.removeItem(atPath: copy + "/__3_0.distcp")
            try FileManager.default.copyItem(atPath: copy + "/__0_0.distcp", toPath: copy + "/__3_0.distcp")
        }
        #expect(error?.description.contains("__3_0.distcp") ?? false)
    }

    @Test("a file that no metadata names is a note")
    func surplus() throws {
        try withTemporaryFolder { target in
            let copy = target + "/copy"
            try FileManager.default.copyItem(atPath: fixture("distributed/dcp_grid"), toPath: copy)
            try FileManager.default.copyItem(atPath: copy + "/__0_0.distcp", toPath: copy + "/__9_0.distcp")
            let notes = try Checkpoint.open(copy).notes
            #expect(notes == ["'__9_0.distcp' is not of this checkpoint: .metadata does not name it"])
        }
    }

    @Test("the files of two checkpoints in one folder are not mixed")
    func twoSets() throws {
        let error = try opened("distributed/ranks_uneven") { copy in
            for rank in 0..<4 {
                let name = "/model_world_size_4_rank_\(rank).pt"
                try FileManager.default.copyItem(
                    atPath: fixture("distributed/ranks_grid") + name, toPath: copy + name)
            }
        }
        #expect(error?.description.contains("holds the rank files of 2 checkpoints") ?? false)
    }

    @Test("placeholders of a stage 3 are refused where their elements are not at hand")
    func placeholders() throws {
        let path = fixture("deepspeed/zero3_bf16/global_step1/zero_pp_rank_0_mp_rank_00_model_states.pt")
        let checkpoint = try Checkpoint.open(path)
        let error = #expect(throws: CheckpointError.self) { try checkpoint.loadable() }
        #expect(reason(error) == .placeholders(8, first: Key("embed.weight"), shape: [9, 6]))
        #expect(throws: CheckpointError.self) { try checkpoint.stateDict() }
        #expect(checkpoint.notes.count == 1)
    }

    @Test("a piece that is stored conjugated is an error that says what to save, not that its type is another")
    func conjugated() throws {
        let checkpoint = try Checkpoint.open(fixture("values/bits.pth"))
        let tensor = try #require(checkpoint.tensors.first { $0.key == "conjugated" }?.tensor)
        let error = #expect(throws: PieceError.self) {
            var pieces = PieceSet(key: "w", dtype: tensor.dtype, shape: tensor.shape)
            try pieces.add(tensor, start: [0, 0], shape: tensor.shape, file: "__0_0.distcp")
        }
        #expect(error?.description.contains("found one that is stored conjugated or negated") == true)
    }

    @Test(
        "a cut file of any kind is an error",
        arguments: [
            "distributed/dcp_grid/.metadata", "distributed/dcp_grid/__3_0.distcp",
            "distributed/ranks_grid/model_world_size_4_rank_2.pt",
            "deepspeed/zero2_bf16/global_step1/mp_rank_00_model_states.pt",
        ])
    func cut(_ file: String) throws {
        let parts = file.split(separator: "/").map(String.init)
        let folder = parts[0] + "/" + parts[1]
        let inner = parts.dropFirst(2).joined(separator: "/")
        for share in [2, 3, 7] {
            let error = try opened(folder) { copy in
                let data = try Data(contentsOf: URL(fileURLWithPath: copy + "/" + inner))
                try data.prefix(data.count / share).write(to: URL(fileURLWithPath: copy + "/" + inner))
            }
            #expect(error != nil, "\(file) cut to 1/\(share)")
        }
    }
}
