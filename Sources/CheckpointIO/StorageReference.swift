import Pickle
import TensorCore

/// What a persistent id of PyTorch names: `('storage', class, key, location, numel)`, in legacy streams with
/// `view_metadata` behind, which is None or `(key, offset, size)`.
struct StorageReference {
    /// A class under its qualified name.
    struct Class {
        let name: String
        let kind: StorageClass
    }

    let className: String
    /// What the class declares; nil for an untyped storage.
    let dtype: DType?
    let name: String
    let device: String
    /// The elements of the whole storage.
    let count: Int
    /// The part of the storage that is meant, in elements: a legacy stream's view of another storage.
    let view: Range<Int>?

    /// Bytes an element.
    var width: Int { dtype?.byteWidth ?? 1 }
    var byteCount: Int { count * width }

    /// - Parameter items: a tuple that begins with `'storage'`.
    /// - Throws: `Flaw` for a storage whose description makes no sense.
    init(_ items: PickleItems, of storageClass: Class, in graph: PickleGraph) throws(Flaw) {
        guard items.count == 5 || items.count == 6 else { throw Flaw("it has \(items.count) parts instead of 5") }
        guard let key = graph.text(items[2]) ?? graph.integer(items[2]).map({ String($0) }) else {
            throw Flaw("its key is no string")
        }
        guard let device = graph.text(items[3]) else { throw Flaw("its location is no string") }
        guard let count = graph.integer(items[4]).flatMap({ Int(exactly: $0) }), count >= 0 else {
            throw Flaw("its size is no count")
        }
        self.className = storageClass.name
        self.dtype = storageClass.kind.dtype
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
