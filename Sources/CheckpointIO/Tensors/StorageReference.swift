import Pickle
import TensorCore

/// What a persistent id of PyTorch names: `('storage', class, key, location, numel)`, in legacy streams with
/// `view_metadata` behind, which is None or `(key, offset, size)`.
struct StorageReference {
    /// The global that is its class.
    let classNode: PickleNodeID
    /// What the class declares; nil for an untyped storage.
    let dtype: DType?
    let name: String
    /// What the name spells, as `torch.save` counts storages.
    let number: Int?
    let device: String
    /// The elements of the whole storage.
    let count: Int
    /// What is meant of the storage if not all of it: a legacy stream's view of another storage.
    let part: StoragePart?

    /// Bytes an element.
    var width: Int { dtype?.byteWidth ?? 1 }
    var byteCount: Int { count * width }

    /// - Parameters:
    ///   - items: a tuple that begins with `'storage'`.
    ///   - dtype: what the class declares.
    ///   - texts: of the graph.
    /// - Throws: `Flaw` for a storage whose description makes no sense.
    init(
        _ items: PickleItems, of classNode: PickleNodeID, _ dtype: DType?, in graph: borrowing PickleGraph,
        _ texts: inout RecentText
    ) throws(Flaw) {
        guard items.count == 5 || items.count == 6 else { throw Flaw("it has \(items.count) parts instead of 5") }
        guard let name = Self.name(items[2], in: graph) else { throw Flaw("its key is not a string") }
        guard name.utf8.count <= Self.longestName else { throw Flaw("its key has \(name.utf8.count) bytes") }
        guard let device = texts.text(items[3], in: graph) else { throw Flaw("its location is not a string") }
        guard let count = graph.integer(items[4]).flatMap({ Int(exactly: $0) }), count >= 0 else {
            throw Flaw("its size is not a count")
        }
        let width = dtype?.byteWidth ?? 1
        guard !count.multipliedReportingOverflow(by: width).overflow else {
            throw Flaw("its \(count) elements cannot be addressed")
        }
        var part: StoragePart?
        if items.count == 6, let view = graph.sequence(items[5]) {
            guard view.count == 3, let offset = graph.integer(view[1]).flatMap({ Int(exactly: $0) }),
                let size = graph.integer(view[2]).flatMap({ Int(exactly: $0) }),
                offset >= 0, size >= 0, offset <= count, size <= count - offset
            else { throw Flaw("its view does not lie in it") }
            part = StoragePart(offset: offset, byteCount: (offset + size) * width)
        }
        self.classNode = classNode
        self.dtype = dtype
        self.name = name
        self.number = NumberedRecords.number(name)
        self.device = device
        self.count = count
        self.part = part
    }

    /// PyTorch's are numbers, also as addresses. Each storage that a pickle names is looked for by its key.
    private static let longestName = 1024

    private static func name(_ value: PickleValue, in graph: PickleGraph) -> String? {
        graph.text(value) ?? graph.integer(value).map { String($0) }
    }

    struct Flaw: Error, Equatable {
        let text: String
        init(_ text: String) { self.text = text }
    }
}
