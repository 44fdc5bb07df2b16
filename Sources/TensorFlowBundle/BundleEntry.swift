import ByteIO

/// A tensor of a checkpoint: what it is, and where its bytes lie.
package struct BundleEntry: Sendable {
    package let key: String
    package let type: TensorFlowType
    package let shape: [Int]
    /// The number of the data file.
    package let shard: Int
    /// The offset of the first byte in the data file.
    package let offset: Int
    /// The size in bytes.
    package let size: Int
    /// The masked CRC-32C of the bytes; of a partitioned variable none.
    package let checksum: UInt32
    /// The parts of a partitioned variable, which covers them exactly; it has no bytes of its own then.
    package internal(set) var parts: [Part] = []

    package struct Part: Sendable {
        package let slice: TensorSlice
        /// The slice's own entry, of the slice's shape.
        package let entry: BundleEntry
    }

    /// The slices that the entry announces.
    let slices: [Bytes]

    /// At most `Int.max` divided by the element's width.
    package var elementCount: Int { shape.reduce(1, *) }

    /// - Parameter message: a `BundleEntryProto`.
    init(key: String, _ message: Bytes, shardCount: Int) throws(BundleError) {
        do throws(BundleError.EntryFlaw) {
            try self.init(named: key, message, shardCount: shardCount)
        } catch {
            throw .entry(key: key, error)
        }
    }

    private init(named key: String, _ message: Bytes, shardCount: Int) throws(BundleError.EntryFlaw) {
        guard let fields = try? ProtobufReader.fields(of: message) else { throw .malformed }
        var shape: [Int] = []
        var numbers: [UInt64: Int64] = [:]
        var slices: [Bytes] = []
        var checksum: UInt32 = 0
        for field in fields {
            switch (field.number, field.value) {
            case (2, .bytes(let shapeMessage)): shape = try Self.shape(shapeMessage)
            case (6, .fixed32(let value)): checksum = value
            case (7, .bytes(let slice)): slices.append(slice)
            case (_, .varint(let value)): numbers[field.number] = Int64(bitPattern: value)
            default: break
            }
        }
        guard let type = TensorFlowType(rawValue: Int(numbers[1] ?? 0)) else { throw .unknownType(numbers[1] ?? 0) }
        let shard = numbers[3] ?? 0
        guard (0..<Int64(shardCount)).contains(shard) else { throw .shard(Int(shard), of: shardCount) }
        for (number, name) in [(UInt64(4), "offset"), (5, "size")] {
            if let value = numbers[number], value < 0 { throw .negative(field: name, value) }
        }
        self.key = key
        self.type = type
        self.shape = shape
        self.shard = Int(shard)
        self.offset = Int(numbers[4] ?? 0)
        self.size = Int(numbers[5] ?? 0)
        self.checksum = checksum
        self.slices = slices
        try checkSize()
    }

    /// A `TensorShapeProto`, whose elements can be counted.
    private static func shape(_ message: Bytes) throws(BundleError.EntryFlaw) -> [Int] {
        guard let fields = try? ProtobufReader.fields(of: message) else { throw .malformed }
        if fields.contains(where: { $0.number == 3 && $0.value.integer != 0 }) { throw .unknownRank }
        var shape: [Int64] = []
        for field in fields where field.number == 2 {
            guard let axis = field.value.message, let parts = try? ProtobufReader.fields(of: axis) else {
                throw .malformed
            }
            shape.append(parts.last { $0.number == 1 }?.value.integer ?? 0)
        }
        // An element takes 16 bytes at most. A tensor with no elements may have other axes of any length.
        var count = 16
        for extent in shape where extent != 0 {
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(extent))
            guard extent > 0, !overflow, shape.count <= 254 else { throw .shape(shape) }
            count = product
        }
        return shape.map { Int($0) }
    }

    private func checkSize() throws(BundleError.EntryFlaw) {
        guard slices.isEmpty, let width = type.byteWidth else { return }
        let needed = elementCount * width
        guard needed == size else { throw .size(needed: needed, found: size) }
    }
}
