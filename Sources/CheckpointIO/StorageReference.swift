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
    /// The part of the storage that is meant, in elements: a legacy stream's view of another storage.
    let view: Range<Int>?

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
        guard let key = Self.key(items[2], in: graph) else { throw Flaw("its key is no string") }
        guard let device = texts.text(items[3], in: graph) else { throw Flaw("its location is no string") }
        guard let count = graph.integer(items[4]).flatMap({ Int(exactly: $0) }), count >= 0 else {
            throw Flaw("its size is no count")
        }
        self.classNode = classNode
        self.dtype = dtype
        self.name = key
        self.number = NumberedRecords.number(key)
        self.device = device
        self.count = count
        if items.count == 6, let view = graph.sequence(items[5]) {
            guard view.count == 3, let offset = graph.integer(view[1]).flatMap({ Int(exactly: $0) }),
                let size = graph.integer(view[2]).flatMap({ Int(exactly: $0) }),
                offset >= 0, size >= 0, offset <= count, size <= count - offset
            else { throw Flaw("its view does not lie in it") }
            self.view = offset..<offset + size
        } else {
            self.view = nil
        }
        guard !count.multipliedReportingOverflow(by: width).overflow else {
            throw Flaw("its \(count) elements cannot be addressed")
        }
    }

    private static func key(_ value: PickleValue, in graph: PickleGraph) -> String? {
        graph.text(value) ?? graph.integer(value).map { String($0) }
    }

    struct Flaw: Error, Equatable {
        let text: String
        init(_ text: String) { self.text = text }
    }
}
