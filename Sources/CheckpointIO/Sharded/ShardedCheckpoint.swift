import ByteIO
import Pickle

/// A checkpoint in several files, each with a part of the state dict.
///
/// It becomes the `OrderedDict` of all tensors. Torch files keep the model's order: one file after the other, by their
/// names, each in its own order. Writers of safetensors sort the tensors of a file by type, so there the order is that
/// of the index, which is the model's (`huggingface_hub`) or alphabetical (`transformers`).
struct ShardedCheckpoint {
    /// The index or the folder.
    let path: String
    /// Where the files lie, with its slash; empty for the current folder.
    let folder: String
    /// Names of files, sorted.
    let shards: [String]
    let index: ShardIndex?

    /// True for what may be an index: JSON.
    static func hasSignature(_ bytes: Bytes) -> Bool {
        bytes.first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) } == UInt8(ascii: "{")
    }

    /// - Returns: nil for JSON that is not an index.
    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> CheckpointSource? {
        let index: ShardIndex?
        do throws(ShardError) { index = try ShardIndex(bytes) } catch { throw CheckpointError(path, .shard(error)) }
        guard let index else { return nil }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(path[...$0]) } ?? ""
        let shards = Set(index.tensors.map { Array($0.shard.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
            .map { String(decoding: $0, as: UTF8.self) }
        guard !shards.isEmpty else { throw CheckpointError(path, .shard(.noTensors)) }
        return try ShardedCheckpoint(path: path, folder: folder, shards: shards, index: index).source()
    }

    /// The names say how many files there are: an index of fewer was cut or edited.
    private func checkNames() throws(CheckpointError) {
        var numbers: [ShardName.Set: Set<Int>] = [:]
        for name in shards.lazy.compactMap(ShardName.init) { numbers[name.set, default: []].insert(name.number) }
        for (set, known) in numbers.sorted(by: { $0.key.stem < $1.key.stem }) where known.count < set.count {
            let missing = (1...set.count).first { !known.contains($0) } ?? 1
            throw error(.unnamed(shard: set.name(of: missing), named: known.count, count: set.count))
        }
    }

    func source() throws(CheckpointError) -> CheckpointSource {
        var composed = ComposedGraph(path: path)
        var entries: [(key: String, value: PickleValue)] = []
        var metadata = index?.metadata ?? []
        var metadataNames = Set(metadata.map(\.name))
        var notes: [String] = []
        var keys = KeyTable(capacity: index?.tensors.count ?? 64)
        var shardOfEntry: [Int] = []
        var isSafetensors = true
        for (number, shard) in shards.enumerated() {
            let bytes = try contents(of: shard)
            let part: Part
            if SafetensorsFile.hasSignature(bytes) {
                part = try SafetensorsFile.part(bytes, path: folder + shard, in: &composed)
            } else {
                isSafetensors = false
                part = try self.part(bytes, shard, in: &composed)
            }
            for entry in part.entries {
                if let earlier = keys.earlierPosition(of: entry.key, orEnterAt: entries.count) {
                    throw error(
                        .duplicateTensor(key: entry.key, first: shards[shardOfEntry[earlier]], second: shard))
                }
                entries.append(entry)
                shardOfEntry.append(number)
            }
            for item in part.metadata where metadataNames.insert(item.name).inserted { metadata.append(item) }
            notes += part.notes.map { "\(shard): \($0)" }
        }
        if let index {
            let positions = try positions(of: index, keys: &keys, shardOfEntry)
            try checkNames()
            if isSafetensors { entries = Self.sorted(entries, first: positions) }
        }
        let extra = entries.count - (index?.tensors.count ?? entries.count)
        if extra > 0 { notes.append("\(grouped(extra)) of the values are not in the index") }
        if let stated = index?.totalSize, stated != composed.byteCount {
            notes.append(
                "the index states total_size \(grouped(stated)), the tensors take \(grouped(composed.byteCount)) bytes")
        }
        let root = composed.dictionary(entries)
        return composed.source(
            root: root, format: isSafetensors ? .shardedSafetensors : .shardedTorch, metadata: metadata, notes: notes)
    }

    /// What one file adds.
    struct Part {
        var entries: [(key: String, value: PickleValue)]
        var metadata: [Checkpoint.MetadataItem] = []
        var notes: [String] = []
    }

    private func error(_ error: ShardError) -> CheckpointError { CheckpointError(path, .shard(error)) }

    private func contents(of shard: String) throws(CheckpointError) -> Bytes {
        let parts = shard.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isInside = !parts.contains { $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }
        guard isInside, !shard.utf8.contains(0) else { throw error(.outside(shard: shard)) }
        do throws(IOError) {
            return try MappedFile(path: folder + shard).bytes
        } catch {
            if error.isMissingFile {
                let count = index?.tensors.count { $0.shard.utf8.elementsEqual(shard.utf8) } ?? 0
                throw self.error(.missing(shard: shard, tensors: count))
            }
            throw CheckpointError(path, .io(error))
        }
    }

    /// The state dict of a torch file.
    private func part(
        _ bytes: Bytes, _ shard: String, in composed: inout ComposedGraph
    ) throws(CheckpointError) -> Part {
        let source = try CheckpointSource.open(bytes, path: folder + shard)
        guard source.format == .torchZip || source.format == .torchLegacy else {
            throw error(.noStateDict(shard: shard))
        }
        guard case .node(let root) = composed.root(of: source) else { throw error(.noStateDict(shard: shard)) }
        let items: [PickleEntry]
        switch composed.graph[root] {
        case .dict(let entries): items = entries
        case .object(let object) where composed.graph.callee(of: object)?.qualifiedName == "collections.OrderedDict":
            items = object.dictItems
        default: throw error(.noStateDict(shard: shard))
        }
        var entries: [(key: String, value: PickleValue)] = []
        for item in items {
            guard let key = composed.graph.text(item.key) else { throw error(.noStateDict(shard: shard)) }
            entries.append((key, item.value))
        }
        return Part(entries: entries)
    }

    /// The positions of the index's tensors in `shardOfEntry`, each checked to be where the index says.
    /// - Parameter keys: positions by key.
    private func positions(
        of index: ShardIndex, keys: inout KeyTable, _ shardOfEntry: [Int]
    ) throws(CheckpointError) -> [Int] {
        var positions: [Int] = []
        positions.reserveCapacity(index.tensors.count)
        for (key, shard) in index.tensors {
            guard let position = keys.earlierPosition(of: key, orEnterAt: shardOfEntry.count),
                position < shardOfEntry.count, shards[shardOfEntry[position]].utf8.elementsEqual(shard.utf8)
            else { throw error(.missingTensor(key: key, shard: shard)) }
            positions.append(position)
        }
        return positions
    }

    /// The elements at `positions` in that order, then the others in theirs.
    private static func sorted<Element>(_ elements: [Element], first positions: [Int]) -> [Element] {
        var isTaken = [Bool](repeating: false, count: elements.count)
        for position in positions { isTaken[position] = true }
        return positions.map { elements[$0] } + elements.indices.filter { !isTaken[$0] }.map { elements[$0] }
    }
}
