import ByteIO
import JSON
import Pickle
import TensorCore
import ZipArchive

/// `torch.export.save`: a zip archive of a program's graph as JSON, its weights and constants, and pickled sample inputs.
///
/// Three layouts. To PyTorch 2.7: `serialized_exported_program.json` with `serialized_state_dict.pt` and
/// `serialized_constants.pt`, files of `torch.save`. Then the graph is `models/NAME.json`, in one folder, and
/// `data/weights/NAME.pt` and `data/constants/NAME.pt` are such files; later in their place
/// `data/weights/NAME_weights_config.json` says which record has which tensor's bytes, and constants alike.
///
/// It becomes the `OrderedDict` of the weights and, after them, the constants. Weights that are one tensor, or views of
/// one, share a storage.
///
/// Source: `torch/export/__init__.py` of PyTorch 2.6, `torch/export/pt2_archive/_package.py` of 2.8 to 2.15.
struct ExportedProgramFile {
    let path: String
    let zip: ZipArchive
    /// The folder that all records lie in, with its slash; empty where they lie in none.
    let prefix: String
    private let names: Names

    /// What the records are called.
    private struct Names {
        let graph: String
        let weights: Tensors
        let constants: Tensors

        struct Tensors {
            /// A file of `torch.save`.
            let pickle: String
            /// The JSON that names the records of the tensors, beside it.
            let configuration: String?
        }
    }

    /// Nil for other archives.
    init?(_ zip: ZipArchive, path: String) {
        self.path = path
        self.zip = zip
        let flat = "serialized_exported_program.json"
        if let name = zip.entries.lazy.map(\.name).first(where: { $0 == flat || $0.hasSuffix("/" + flat) }) {
            prefix = String(name.dropLast(flat.count))
            names = Names(
                graph: flat, weights: .init(pickle: "serialized_state_dict.pt", configuration: nil),
                constants: .init(pickle: "serialized_constants.pt", configuration: nil))
            return
        }
        let mark = "archive_format"
        guard let format = zip.entries.lazy.map(\.name).first(where: { $0 == mark || $0.hasSuffix("/" + mark) }) else {
            return nil
        }
        prefix = String(format.dropLast(mark.count))
        let folder = prefix + "models/"
        let models = zip.entries.map(\.name).filter { $0.hasPrefix(folder) && $0.hasSuffix(".json") }
            .map { String($0.dropFirst(folder.count).dropLast(".json".count)) }
        guard let model = models.first(where: { $0 == "model" }) ?? models.first else { return nil }
        names = Names(
            graph: "models/\(model).json",
            weights: .init(
                pickle: "data/weights/\(model).pt", configuration: "data/weights/\(model)_weights_config.json"),
            constants: .init(
                pickle: "data/constants/\(model).pt", configuration: "data/constants/\(model)_constants_config.json"))
    }

    func source() throws(CheckpointError) -> CheckpointSource {
        let text = try graphText()
        let version: ProgramVersion
        do throws(JSONError) { version = try ProgramVersion(text) } catch {
            throw self.error(.json(record: prefix + names.graph, error))
        }
        do throws(ProgramFileError) { try version.check(record: prefix + names.graph) } catch {
            throw self.error(error)
        }
        var composed = ComposedGraph(path: path)
        var notes: [String] = []
        var entries = try tensors(names.weights, in: &composed, &notes)
        let weights = entries.count
        entries += try tensors(names.constants, in: &composed, &notes)
        var keys = KeyTable(capacity: entries.count)
        for (position, entry) in entries.enumerated()
        where keys.earlierPosition(of: entry.key, orEnterAt: position) != nil {
            throw CheckpointError(path, .duplicateKey(Key(entry.key)))
        }
        let constants = Set(entries[weights...].map { Key($0.key) })
        let root = composed.dictionary(entries)
        return composed.source(
            root: root, format: .exportedProgram, notes: notes,
            program: ProgramRecord(text: text, name: prefix + names.graph, constants: constants))
    }

    private func graphText() throws(CheckpointError) -> Bytes {
        let name = prefix + names.graph
        if let size = zip.entry(named: name)?.size, size > ProgramRecord.longestText {
            throw error(.tooLong(record: name, bytes: size, limit: ProgramRecord.longestText))
        }
        guard let text = try record(names.graph) else { throw error(.missingRecord(name)) }
        return text
    }

    // MARK: Tensors

    private typealias Items = [(key: String, value: PickleValue)]

    private func tensors(
        _ names: Names.Tensors, in composed: inout ComposedGraph, _ notes: inout [String]
    ) throws(CheckpointError) -> Items {
        if let configuration = names.configuration, let text = try record(configuration) {
            return try tensors(configuration, text, in: &composed, &notes)
        }
        guard let file = try record(names.pickle) else {
            throw error(.missingRecord(prefix + (names.configuration ?? names.pickle)))
        }
        return try items(of: file, names.pickle, in: &composed)
    }

    /// The tensors that a configuration names.
    private func tensors(
        _ name: String, _ text: Bytes, in composed: inout ComposedGraph, _ notes: inout [String]
    ) throws(CheckpointError) -> Items {
        let payload: ProgramPayload
        do throws(JSONError) { payload = try ProgramPayload(text) } catch {
            throw self.error(.json(record: prefix + name, error))
        }
        let folder = name.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(name[...$0]) } ?? ""
        let archive = StorageArchive(path: path, zip: zip, byteOrder: try byteOrder())
        var storages: [StorageName: ComposedGraph.Storage] = [:]
        var pickles: [String: PickleValue?] = [:]
        var items: Items = []
        composed.expect(payload.entries.count)
        for tensor in payload.entries {
            guard !tensor.isPickled else {
                let known = tensor.meta == nil ? nil : pickles[tensor.record]
                let value = if let known { known } else { try pickled(tensor, folder, in: &composed) }
                if tensor.meta != nil { pickles[tensor.record] = .some(value) }
                if let value {
                    items.append((tensor.name, value))
                } else {
                    notes.append("'\(tensor.name)' is not a tensor and not read")
                }
                continue
            }
            guard let meta = tensor.meta, let dtype = meta.dtype else {
                throw error(.record(prefix + name, problem: "'\(tensor.name)' has no element type that is known"))
            }
            let layout: StridedLayout?
            do throws(LayoutError) { layout = try meta.layout() } catch {
                throw CheckpointError(path, .layout(key: Key(tensor.name), error))
            }
            guard let layout else {
                throw error(.record(prefix + name, problem: "'\(tensor.name)' has extents that are not numbers"))
            }
            let key = StorageName(record: tensor.record, dtype: dtype)
            let storage: ComposedGraph.Storage
            if let known = storages[key] {
                storage = known
            } else {
                storage = try self.storage(tensor, folder, archive, dtype, layout, in: &composed)
                storages[key] = storage
            }
            items.append((tensor.name, .node(composed.tensor(layout, of: storage))))
        }
        return items
    }

    /// Views of a record as elements of one type are views of one storage.
    private struct StorageName: Hashable {
        let record: String
        let dtype: DType
    }

    private func storage(
        _ tensor: ProgramPayload.Entry, _ folder: String, _ archive: StorageArchive, _ dtype: DType,
        _ layout: StridedLayout, in composed: inout ComposedGraph
    ) throws(CheckpointError) -> ComposedGraph.Storage {
        guard let entry = try entry(folder + tensor.record) else {
            throw CheckpointError(
                path,
                .missingStorage(
                    key: Key(tensor.name), storage: "'\(prefix + folder + tensor.record)'",
                    needed: layout.byteRange(width: dtype.byteWidth).count))
        }
        return composed.storage(of: dtype, name: prefix + folder + tensor.record, .entry(entry.index, archive))
    }

    /// A tensor that a file of `torch.save` holds by itself; nil for another object.
    private func pickled(
        _ tensor: ProgramPayload.Entry, _ folder: String, in composed: inout ComposedGraph
    ) throws(CheckpointError) -> PickleValue? {
        guard tensor.meta != nil, let file = try record(folder + tensor.record) else { return nil }
        return composed.root(of: try CheckpointSource.open(file, path: path))
    }

    /// The entries of the dictionary that a file of `torch.save` holds.
    private func items(
        of file: Bytes, _ name: String, in composed: inout ComposedGraph
    ) throws(CheckpointError) -> Items {
        // PyTorch writes nothing where there is nothing.
        if file.isEmpty { return [] }
        let source = try CheckpointSource.open(file, path: path)
        let problem = error(.record(prefix + name, problem: "it holds no dictionary of names"))
        guard source.format == .torchZip, case .node(let root) = composed.root(of: source) else { throw problem }
        let entries: [PickleEntry]
        switch composed.graph[root] {
        case .dict(let items): entries = items
        case .object(let object): entries = object.dictItems
        default: throw problem
        }
        var items: Items = []
        for entry in entries {
            guard let key = composed.graph.text(entry.key) else { throw problem }
            items.append((key, entry.value))
        }
        return items
    }

    // MARK: Records

    private func byteOrder() throws(CheckpointError) -> ByteOrder {
        guard let text = try record("byteorder")?.utf8Text else { return .little }
        guard let order = ByteOrder(rawValue: text) else {
            throw error(.record(prefix + "byteorder", problem: "'\(text)' is neither little nor big"))
        }
        return order
    }

    private func entry(_ name: String) throws(CheckpointError) -> ZipEntry? {
        let entries = zip.entries(named: Bytes(utf8: prefix + name))
        guard entries.count < 2 else { throw CheckpointError(path, .duplicateRecord(prefix + name)) }
        return entries.first
    }

    private func record(_ name: String) throws(CheckpointError) -> Bytes? {
        guard let entry = try entry(name) else { return nil }
        do throws(ZipError) { return try zip.verifiedData(of: entry) } catch {
            throw CheckpointError(path, .archive(error))
        }
    }

    private func error(_ error: ProgramFileError) -> CheckpointError { CheckpointError(path, .program(error)) }
}
