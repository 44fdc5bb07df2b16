import ByteIO
import Pickle
import ZipArchive

/// The storages that a checkpoint's pickle refers to. Their bytes are elements of tensors, which nothing unpickles.
struct TorchStorages {
    /// The size of each storage in bytes, by its key; −1 where the pickle gives two sizes.
    private(set) var byteCounts: [String: Int] = [:]
    /// The keys of storages whose bytes Transformer Engine and Megatron unpickle: those of `…_extra_state`.
    private(set) var extraStates: Set<String> = []

    init() {}

    init(_ graph: PickleGraph) {
        for id in graph.ids {
            switch graph[id] {
            case .persistentID(let payload): enter(payload, graph)
            case .dict(let entries): enter(entries, graph)
            case .object(let object): enter(object.dictItems, graph)
            // The pairs that make a dictionary.
            case .tuple(let pair), .list(let pair): if pair.count == 2 { enter([PickleEntry(pair[0], pair[1])], graph) }
            default: break
            }
        }
    }

    private mutating func enter(_ payload: PickleValue, _ graph: PickleGraph) {
        // ('storage', class, key, location, count)
        guard let items = graph.tuple(payload), items.count >= 5, graph.isText(items[0], "storage"),
            let type = graph.global(items[1])?.name, let key = Self.key(items[2], graph),
            let count = graph.integer(items[4]).flatMap(Int.init(exactly:)), count >= 0,
            let width = Self.widths[type]
        else { return }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow else { return }
        if let known = byteCounts[key], known != bytes {
            byteCounts[key] = -1
        } else {
            byteCounts[key] = bytes
        }
    }

    private mutating func enter(_ entries: [PickleEntry], _ graph: PickleGraph) {
        for entry in entries {
            guard let name = graph.text(entry.key), name.utf8.suffix(12).elementsEqual("_extra_state".utf8) else {
                continue
            }
            enterExtraState(entry.value, graph)
        }
    }

    /// The storages of a tensor, whatever calls are around it: a parameter, an instance of a subclass.
    private mutating func enterExtraState(_ value: PickleValue, _ graph: PickleGraph) {
        var pending = [value]
        var room = 64
        while let value = pending.popLast(), room > 0 {
            room -= 1
            if let object = graph.object(value) {
                pending += graph.arguments(of: object).prefix(8)
            } else if let items = graph.tuple(value) {
                pending += items.prefix(8)
            } else if case .persistentID(let payload) = graph[value], let items = graph.tuple(payload), items.count > 2,
                let key = Self.key(items[2], graph)
            {
                extraStates.insert(key)
            }
        }
    }

    static func key(_ value: PickleValue, _ graph: PickleGraph) -> String? {
        let text = graph.text(value) ?? graph.integer(value).map { String($0) }
        return text.flatMap { $0.utf8.count <= 1024 ? $0 : nil }
    }

    /// Bytes per element, by the name of the storage class.
    private static let widths: [String: Int] = [
        "DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "BFloat16Storage": 2, "LongStorage": 8,
        "IntStorage": 4, "ShortStorage": 2, "CharStorage": 1, "ByteStorage": 1, "BoolStorage": 1,
        "ComplexDoubleStorage": 16, "ComplexFloatStorage": 8, "QInt8Storage": 1, "QUInt8Storage": 1,
        "QInt32Storage": 4, "QUInt4x2Storage": 1, "QUInt2x4Storage": 1, "UntypedStorage": 1,
    ]
}

/// The records of a torch zip archive that are elements of the tensors in its `data.pkl`.
struct TorchElements {
    private var storages = TorchStorages()
    /// The folder of the elements, `archive/data/`; empty where the archive is of another layout.
    private var folder: [UInt8] = []

    init(_ survey: ZipSurvey, limits: ScanLimits) {
        let pickles = survey.records.filter { $0.name.utf8.suffix(8).elementsEqual("data.pkl".utf8) }
        // Where two pickles have one name, readers disagree on which to take.
        guard pickles.count == 1, let pickle = pickles.first, pickle.isListed, pickle.method == .stored else { return }
        let trace = PickleTrace(pickle.packed, from: 0, limits: limits.pickle)
        guard trace.stops, trace.end == pickle.packed.count else { return }
        storages = TorchStorages(trace.graph)
        folder = Array(pickle.nameBytes.dropLast("data.pkl".utf8.count)) + Array("data/".utf8)
    }

    struct Storage {
        let isExtraState: Bool
    }

    /// The storage that a record holds; nil unless its size is what the pickle says.
    func storage(of record: ZipSurvey.Record) -> Storage? {
        guard record.nameBytes.starts(with: folder), !folder.isEmpty else { return nil }
        let key = String(decoding: record.nameBytes.dropFirst(folder.count), as: UTF8.self)
        // As `torch.save` counts storages: a key of the file's making may be the name by which another loader opens it.
        guard !key.isEmpty, key.utf8.count < 10, key.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            storages.byteCounts[key] == record.packed.count, ScanForm(record.head, isWholeFile: false) != .numpy
        else { return nil }
        return Storage(isExtraState: storages.extraStates.contains(key))
    }
}

/// PyTorch's legacy format: five pickles, then each storage as a count and its elements.
///
/// Source: `_legacy_save` in `torch/serialization.py`.
struct TorchStream {
    static let pickleCount = 5
    /// Bytes of the count before each storage's elements.
    static let countSize = 8

    private var storages = TorchStorages()
    private var keys: [String] = []
    private var count = 0

    struct Storage {
        let key: String
        let elements: Bytes
        let isExtraState: Bool
    }

    /// Enters the next pickle.
    mutating func enter(_ graph: PickleGraph) {
        count += 1
        if count == 4 { storages = TorchStorages(graph) }
        if count == 5 { keys = (graph.sequence(graph.root) ?? []).compactMap { TorchStorages.key($0, graph) } }
    }

    /// The storages, up to the first that does not match what the pickles say.
    func storages(in bytes: Bytes, from start: Int) -> [Storage] {
        var position = start
        var found: [Storage] = []
        for key in keys {
            guard let size = storages.byteCounts[key], size >= 0,
                let elements = try? bytes.slice(at: position + Self.countSize, count: size)
            else { break }
            found.append(Storage(key: key, elements: elements, isExtraState: storages.extraStates.contains(key)))
            position += Self.countSize + size
        }
        return found
    }
}
