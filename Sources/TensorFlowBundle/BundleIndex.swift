import ByteIO

/// The index of a TensorFlow checkpoint (V2, "tensor bundle"): the file `PREFIX.index`, which says what each tensor
/// is and where in the files `PREFIX.data-0000i-of-0000N` it lies.
///
/// Source: `tensorflow/core/protobuf/tensor_bundle.proto`, `tensorflow/core/util/tensor_bundle/`.
package struct BundleIndex: Sendable {
    /// How many data files there are.
    package let shardCount: Int
    /// The byte order of the tensors' bytes; the index itself is always little-endian.
    package let byteOrder: ByteOrder
    /// In ascending order of the keys' bytes, as TensorFlow lists them. The slices of a variable are in its entry.
    package let entries: [BundleEntry]

    /// True if `bytes` end as the index does.
    package static func hasSignature(_ bytes: Bytes) -> Bool { SortedTable.hasSignature(bytes) }

    package init(_ bytes: Bytes) throws(BundleError) {
        let table = try SortedTable(bytes)
        guard let first = table.entries.first, first.key.isEmpty else { throw .header("is missing") }
        (shardCount, byteOrder) = try Self.header(first.value)
        var entries: [BundleEntry] = []
        entries.reserveCapacity(table.entries.count)
        // The keys of slices begin with a zero byte; a variable's name never does.
        for item in table.entries.dropFirst() where item.key.first != 0 {
            var entry = try BundleEntry(key: item.keyText, item.value, shardCount: shardCount)
            if !entry.slices.isEmpty {
                do throws(BundleError.EntryFlaw) {
                    entry.parts = try Self.parts(of: entry, key: item.key, in: table, shardCount: shardCount)
                } catch {
                    throw .entry(key: entry.key, error)
                }
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// A `BundleHeaderProto`.
    private static func header(_ message: Bytes) throws(BundleError) -> (shardCount: Int, ByteOrder) {
        guard let fields = try? ProtobufReader.fields(of: message) else { throw .header("is damaged") }
        // The old format's has a message of its own there.
        if fields.contains(where: { $0.number == 1 && $0.value.message != nil }) { throw .version1 }
        func number(_ field: UInt64) -> Int64 { fields.last { $0.number == field }?.value.integer ?? 0 }
        let shards = number(1)
        guard (1...99_999).contains(shards) else { throw .header("counts \(shards) data files") }
        if let version = fields.last(where: { $0.number == 3 })?.value.message,
            let parts = try? ProtobufReader.fields(of: version),
            let needed = parts.last(where: { $0.number == 2 })?.value.integer, needed > 1
        {
            throw .header("asks for a reader of version \(needed), where this one is of version 1")
        }
        switch number(2) {
        case 0: return (Int(shards), .little)
        case 1: return (Int(shards), .big)
        case let other: throw .header("has the unknown byte order \(other)")
        }
    }

    /// More slices than this are not looked through for overlaps.
    private static let maximumSlices = 1024

    /// The entries of a variable's slices, which must cover it without overlapping.
    private static func parts(
        of entry: BundleEntry, key: [UInt8], in table: SortedTable, shardCount: Int
    ) throws(BundleError.EntryFlaw) -> [BundleEntry.Part] {
        guard entry.slices.count <= maximumSlices else {
            throw .slice("there are \(entry.slices.count), where \(maximumSlices) is the most")
        }
        guard entry.type.byteWidth != nil else { throw .slice("none can be of type \(entry.type)") }
        var parts: [BundleEntry.Part] = []
        for (number, message) in entry.slices.enumerated() {
            guard let slice = TensorSlice(message, of: entry.shape) else {
                throw .slice("number \(number) does not lie in the shape \(entry.shape)")
            }
            if parts.contains(where: { $0.slice.overlaps(slice) }) {
                throw .slice("number \(number) overlaps another")
            }
            guard let value = table[slice.key(of: key)] else { throw .slice("number \(number) is missing") }
            guard let part = try? BundleEntry(key: entry.key, value, shardCount: shardCount),
                part.type == entry.type, part.shape == slice.lengths, part.slices.isEmpty
            else { throw .slice("number \(number) is of another type or shape") }
            parts.append(BundleEntry.Part(slice: slice, entry: part))
        }
        let covered = parts.reduce(0) { $0 + $1.slice.count }
        guard covered == entry.elementCount else {
            throw .slice("there are \(covered) elements, where the variable has \(entry.elementCount)")
        }
        return parts
    }
}
