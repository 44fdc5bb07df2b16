import ByteIO
import Pickle

/// A pickle, followed by the elements of the storages that it names, in its order: what `torch.save` puts into the
/// records of an archive.
///
/// Where a change of the pickle asks for other storages, the elements are there all the same: what is missing is made.
struct FuzzPickle {
    private let input: Bytes

    init(_ input: Bytes) { self.input = input }

    /// A torch archive.
    func archive() -> Bytes { Bytes(StoredArchive(records).finished()) }

    /// A TorchScript archive.
    func script() -> Bytes {
        // An empty tuple, as `torch.jit.save` writes it.
        let constants: [UInt8] = [0x80, 2, 0x28, 0x74, 0x71, 0, 0x2E]
        return Bytes(StoredArchive(records + [("archive/constants.pkl", constants)]).finished())
    }

    /// The most bytes of all storages of an archive.
    private static let mostElements = 1 << 18

    private var records: [(name: String, data: [UInt8])] {
        let version = ("archive/version", Array("3\n".utf8))
        var cursor = ByteCursor(input)
        guard let graph = try? PickleReader.read(&cursor) else { return [("archive/data.pkl", Array(input)), version] }
        let end = cursor.position
        var records: [(name: String, data: [UInt8])] = [("archive/data.pkl", Array(input.prefix(end))), version]
        var rest = input.dropFirst(end)
        var room = Self.mostElements
        for (key, size) in Self.storages(of: graph) where size <= room {
            room -= size
            var elements = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            elements += (elements.count..<size).map(Self.element)
            records.append(("archive/data/\(key)", elements))
        }
        return records
    }

    /// Integers of 64 bits from 0 to 3, which are indices as well.
    private static func element(_ position: Int) -> UInt8 { position % 8 == 0 ? UInt8(position / 8 % 4) : 0 }

    /// The keys and sizes of storages, each key once.
    private static func storages(of graph: PickleGraph) -> [(key: String, size: Int)] {
        var seen: Set<String> = []
        return graph.everyPersistentID.compactMap { id in
            guard let payload = graph.payload(ofPersistentID: id), let items = graph.items(ofTuple: payload),
                items.count >= 5, let type = graph.global(items[1])?.name, let count = graph.integer(items[4]),
                let key = graph.text(items[2]) ?? graph.integer(items[2]).map({ String($0) }), count >= 0,
                count <= mostElements, seen.insert(key).inserted
            else { return nil }
            return (key, Int(count) * (widths[type] ?? 1))
        }
    }

    private static let widths = [
        "DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "BFloat16Storage": 2, "LongStorage": 8,
        "IntStorage": 4, "ShortStorage": 2, "ComplexDoubleStorage": 16, "ComplexFloatStorage": 8, "QInt32Storage": 4,
    ]
}
