import ByteIO
import Pickle
import TarArchive
import TensorCore

/// `torch.save` before PyTorch 0.1.10: a tar archive of `sys_info`, `pickle`, `tensors` and `storages`. The object in
/// `pickle` names tensors and storages by persistent ids, which are numbers; the other two files say what they are.
///
/// The graph becomes the one that today's `torch.save` would write: a persistent id becomes the call that makes the
/// tensor, or a storage in today's form.
///
/// Source: `legacy_load` in `torch/serialization.py` of PyTorch 2.15.
struct TorchTarFile {
    let path: String
    private let archive: TarArchive
    private var graph = PickleGraph()
    private var storages: [Key: TorchTarStorages.Storage] = [:]

    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> CheckpointSource {
        let archive: TarArchive
        do throws(TarError) { archive = try TarArchive(bytes) } catch { throw CheckpointError(path, .tar(error)) }
        guard !archive.entries(named: "pickle").isEmpty, !archive.entries(named: "storages").isEmpty else {
            let count = archive.entries.count == 1 ? "1 member" : "\(archive.entries.count) members"
            if let inner = ForeignFile.checkpoint(among: archive.entries.map(\.name)) {
                let text = "is a tar archive of \(count), '\(inner)' among them: unpack it, and open that"
                throw CheckpointError(path, .notCheckpoint(text))
            }
            throw CheckpointError(path, .notCheckpoint("is a tar archive of \(count) that torch.save did not write"))
        }
        var file = TorchTarFile(path: path, archive: archive)
        return try file.source()
    }

    private init(path: String, archive: TarArchive) {
        self.path = path
        self.archive = archive
    }

    private mutating func source() throws(CheckpointError) -> CheckpointSource {
        let parts = try TorchTarStorages(member("storages"), path: path)
        let tensors = try TorchTarTensors(member("tensors"), path: path)
        var cursor = ByteCursor(try member("pickle"))
        do throws(PickleError) {
            graph = try PickleReader.read(&cursor)
        } catch {
            throw CheckpointError(path, .pickle(entry: "pickle", error))
        }
        storages = parts.storages
        try resolve(tensors)
        let survey = try StorageSurvey(graph, path: path, entry: "pickle", allowsModules: true)
        let table = try StorageTable(survey) { (reference) throws(CheckpointError) in
            storages[Key(reference.name)].map { .bytes($0.content) } ?? .missing
        }
        return CheckpointSource(path: path, format: .torchTar, graph: graph, storages: table)
    }

    private func member(_ name: String) throws(CheckpointError) -> Bytes {
        let entries = archive.entries(named: name)
        guard let entry = entries.first, entry.kind == .file else {
            throw CheckpointError(path, .notCheckpoint("holds no \(name)"))
        }
        guard entries.count == 1 else { throw CheckpointError(path, .duplicateRecord(name)) }
        return archive.data(of: entry)
    }

    // MARK: Persistent ids

    /// Puts what they name in the place of the pickle's persistent ids.
    private mutating func resolve(_ tensors: TorchTarTensors) throws(CheckpointError) {
        var storageNodes: [Key: PickleNodeID] = [:]
        var known: [Key: PickleNode] = [:]
        for id in Array(graph.ids) {
            guard case .persistentID(let payload) = graph[id] else { continue }
            // A class with its file and its source code.
            if let items = graph.tuple(payload), items.count == 3, let container = graph[items[0]] {
                graph.replace(id, with: container)
                continue
            }
            guard let name = graph.tarKey(payload) else {
                throw CheckpointError(
                    path, .persistentID(entry: "pickle", offset: graph.offset(of: id), "it is not a key"))
            }
            let node: PickleNode
            if let before = known[name] {
                node = before
            } else if let tensor = tensors[name] {
                node = try call(making: tensor, named: name, &storageNodes)
            } else if let storage = storages[name] {
                node = reference(to: storage)
            } else {
                throw CheckpointError(
                    path, .persistentID(entry: "pickle", offset: graph.offset(of: id), "'\(name)' is not in the file"))
            }
            known[name] = node
            graph.replace(id, with: node)
        }
    }

    /// `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, False, OrderedDict())`
    private mutating func call(
        making tensor: TorchTarTensors.Tensor, named name: Key, _ nodes: inout [Key: PickleNodeID]
    ) throws(CheckpointError) -> PickleNode {
        guard let storage = storages[tensor.storage] else {
            throw CheckpointError(path, .missingStorage(key: name, storage: tensor.storage.text, needed: 0))
        }
        let node = nodes[tensor.storage] ?? graph.append(reference(to: storage))
        nodes[tensor.storage] = node
        let call = graph.tensor(
            TensorGlobals(storage.dtype, in: &graph), of: node, shape: tensor.shape, strides: tensor.strides,
            offset: tensor.offset)
        return graph[call]
    }

    /// `('storage', class, key, location, count, view)`, where a view is `(key, offset, count)` and seldom there.
    private mutating func reference(to storage: TorchTarStorages.Storage) -> PickleNode {
        var items: [PickleValue] = [
            graph.string("storage"), .node(graph.global(module: "torch", name: storage.className)),
            graph.string(storage.root), graph.string(storage.location), .int(Int64(storage.rootCount)),
        ]
        if let view = storage.view {
            items.append(graph.tuple([graph.string("view"), .int(Int64(view.lowerBound)), .int(Int64(view.count))]))
        }
        return .persistentID(graph.tuple(items))
    }
}

extension PickleGraph {
    /// The key of a tensor or a storage: text of a number, or the number.
    func tarKey(_ value: PickleValue) -> Key? {
        (text(value) ?? integer(value).map { String($0) }).map { Key($0) }
    }
}
