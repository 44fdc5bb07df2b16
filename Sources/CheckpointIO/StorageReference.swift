import Pickle
import TensorCore

/// What a persistent id of PyTorch names: `('storage', class, key, location, numel)`, in legacy streams with
/// `view_metadata` behind, which is None or `(key, offset, size)`.
struct StorageReference {
    let className: String
    let storageClass: StorageClass
    let name: String
    let device: String
    /// The elements of the whole storage.
    let count: Int
    /// The part of the storage that is meant, in elements: a legacy stream's view of another storage.
    let view: Range<Int>?

    /// What the class declares; nil for an untyped storage.
    var dtype: DType? {
        switch storageClass {
        case .untyped: nil
        case .typed(let dtype): dtype
        }
    }

    var isUntyped: Bool { dtype == nil }
    /// Bytes an element.
    var width: Int { dtype?.byteWidth ?? 1 }
    var byteCount: Int { count * width }

    /// - Returns: nil for a persistent id of another kind.
    /// - Throws: `Flaw` for a storage whose description makes no sense.
    init?(_ payload: PickleValue, in graph: PickleGraph, className: (PickleNodeID) -> String?) throws(Flaw) {
        guard let items = graph.tuple(payload), let kind = items.first, graph.text(kind) == "storage" else {
            return nil
        }
        guard items.count == 5 || items.count == 6 else { throw Flaw("it has \(items.count) parts instead of 5") }
        guard case .node(let classNode) = items[1], let name = className(classNode) else {
            throw Flaw("its class is no global")
        }
        guard let storageClass = StorageClass(name) else { throw Flaw("its class \(name) is not known") }
        guard let key = graph.text(items[2]) ?? graph.integer(items[2]).map({ String($0) }) else {
            throw Flaw("its key is no string")
        }
        guard let device = graph.text(items[3]) else { throw Flaw("its location is no string") }
        guard let count = graph.integer(items[4]).flatMap({ Int(exactly: $0) }), count >= 0 else {
            throw Flaw("its size is no count")
        }
        self.className = name
        self.storageClass = storageClass
        self.name = key
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

    struct Flaw: Error, Equatable {
        let text: String
        init(_ text: String) { self.text = text }
    }
}
