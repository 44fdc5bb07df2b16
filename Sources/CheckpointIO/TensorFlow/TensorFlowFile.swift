import ByteIO
import Pickle
import TensorCore
import TensorFlowBundle

/// A TensorFlow checkpoint: `PREFIX.index` and the data files beside it, which are mapped and not read.
struct TensorFlowFile {
    /// The path of the index.
    let path: String
    let index: BundleIndex

    private var composed: ComposedGraph
    /// The data files that tensors lie in, by number.
    private var shards: [Int: Bytes] = [:]
    private var checksums: [RecordChecksum] = []
    /// How many tensors of each type are read as another type, or not at all.
    private var replaced: [TensorFlowType: Int] = [:]
    private var leftOut: [TensorFlowType: Int] = [:]

    static func hasSignature(_ bytes: Bytes) -> Bool { BundleIndex.hasSignature(bytes) }

    /// - Parameter bytes: the index.
    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> CheckpointSource {
        var file = try TensorFlowFile(bytes, path: path)
        return try file.source()
    }

    private init(_ bytes: Bytes, path: String) throws(CheckpointError) {
        self.path = path
        do throws(BundleError) {
            index = try BundleIndex(bytes)
        } catch .version1 {
            throw CheckpointError(path, .notCheckpoint(BundleError.version1.description))
        } catch {
            throw CheckpointError(path, .bundle(error))
        }
        composed = ComposedGraph(path: path)
    }

    private mutating func source() throws(CheckpointError) -> CheckpointSource {
        var entries: [(key: String, value: PickleValue)] = []
        entries.reserveCapacity(index.entries.count)
        for entry in index.entries {
            if let value = try value(of: entry) { entries.append((entry.key, value)) }
        }
        return composed.source(
            root: composed.dictionary(entries), format: .tensorFlowBundle, notes: notes, checksums: checksums)
    }

    // MARK: Values

    private mutating func value(of entry: BundleEntry) throws(CheckpointError) -> PickleValue? {
        if entry.type == .string { return try strings(of: entry) }
        guard let dtype = DType(entry.type) else {
            leftOut[entry.type, default: 0] += 1
            return nil
        }
        if dtype.rawValue != entry.type.torchSpelling { replaced[entry.type, default: 0] += 1 }
        let layout: StridedLayout
        do throws(LayoutError) {
            layout = try StridedLayout(contiguous: entry.shape)
        } catch {
            throw CheckpointError(path, .layout(key: Key(entry.key), error))
        }
        return composed.tensor(dtype, layout, name: entry.key, try content(of: entry, as: dtype))
    }

    /// A scalar as bytes; else lists of bytes, one inside the other as the shape says.
    private mutating func strings(of entry: BundleEntry) throws(CheckpointError) -> PickleValue {
        let data = try data(of: entry)
        var items: [PickleValue] = []
        do throws(BundleError) {
            for string in try entry.strings(data, index.byteOrder) {
                items.append(.node(composed.graph.append(.bytes(string))))
            }
        } catch {
            throw CheckpointError(path, .bundle(error))
        }
        guard entry.elementCount > 0 else { return composed.graph.list([]) }
        for extent in entry.shape.reversed() {
            items = stride(from: 0, to: items.count, by: extent).map { start in
                composed.graph.list(Array(items[start..<start + extent]))
            }
        }
        return items[0]
    }

    // MARK: Data

    private mutating func content(
        of entry: BundleEntry, as dtype: DType
    ) throws(CheckpointError) -> TensorStorage.Content {
        guard !entry.parts.isEmpty else {
            let data = try checkedData(of: entry, key: entry.key)
            return .checked(.bytes(data, of: dtype, index.byteOrder), check([(entry, data)]))
        }
        var parts: [(entry: BundleEntry, data: Bytes)] = []
        for part in entry.parts { parts.append((part.entry, try checkedData(of: part.entry, key: entry.key))) }
        let order = index.byteOrder
        let bytes = parts.map(\.data)
        let content = TensorStorage.Content.deferred(
            DeferredBytes(count: entry.elementCount * dtype.byteWidth) { () throws(CheckpointError) in
                let bytes = entry.assembled(bytes)
                return order == .big ? bytes.swappingByteOrder(of: dtype) : bytes
            })
        return .checked(content, check(parts))
    }

    private func check(_ parts: [(entry: BundleEntry, data: Bytes)]) -> RecordCheck {
        RecordCheck { [path] () throws(CheckpointError) in
            for (entry, data) in parts where !data.isEmpty {
                do throws(BundleError) { try entry.verify(data) } catch { throw CheckpointError(path, .bundle(error)) }
            }
        }
    }

    /// The bytes of numbers, whose checksum is for a check of the whole file; strings verify theirs by themselves.
    /// - Parameter key: of the tensor that has the entry, as a whole or as a part.
    private mutating func checkedData(of entry: BundleEntry, key: String) throws(CheckpointError) -> Bytes {
        let data = try data(of: entry)
        guard !data.isEmpty, let file = data.fileRegion?.path else { return data }
        checksums.append(
            RecordChecksum(file: file, name: entry.key, key: key, offset: entry.offset, byteCount: data.count) {
                do throws(BundleError) {
                    try entry.verify(data)
                    return nil
                } catch {
                    guard case .entry(_, let flaw) = error else { return error.description }
                    return flaw.description
                }
            })
        return data
    }

    private mutating func data(of entry: BundleEntry) throws(CheckpointError) -> Bytes {
        if entry.size == 0 { return Bytes() }
        let file = try shard(entry)
        do throws(BundleError) { return try entry.data(in: file) } catch { throw CheckpointError(path, .bundle(error)) }
    }

    private mutating func shard(_ entry: BundleEntry) throws(CheckpointError) -> Bytes {
        if let known = shards[entry.shard] { return known }
        guard let prefix = TensorFlowPath.prefix(ofIndex: path) else {
            throw CheckpointError(
                path, .notCheckpoint("is the index of a TensorFlow checkpoint, whose name must end in .index"))
        }
        let shardPath = TensorFlowPath.shard(entry.shard, of: index.shardCount, prefix: prefix)
        do throws(IOError) {
            let bytes = try MappedFile(path: shardPath).bytes
            shards[entry.shard] = bytes
            return bytes
        } catch {
            throw CheckpointError(path, .missingPart(key: Key(entry.key), error))
        }
    }

    // MARK: Notes

    private var notes: [String] {
        let order = TensorFlowType.allCases
        return order.compactMap { type in
            leftOut[type].map { "\($0) of TensorFlow's type \(type) left out: PyTorch has no such type" }
        }
            + order.compactMap { type in
                guard let count = replaced[type], let dtype = DType(type) else { return nil }
                return "\(count) of TensorFlow's type \(type) read as \(dtype), with the same bytes"
            }
    }
}

extension DType {
    /// The type with the same elements; for quantized types, whose scale TensorFlow keeps elsewhere, and for types of
    /// fewer than 8 bits, the integer with the same bytes. Nil where there is none.
    init?(_ type: TensorFlowType) {
        switch type {
        case .qint8, .int4, .int2: self = .int8
        case .quint8, .uint4, .uint2: self = .uint8
        case .qint16: self = .int16
        case .quint16: self = .uint16
        case .qint32: self = .int32
        // One element a byte here, two in PyTorch.
        case .float4_e2m1fn: return nil
        default:
            guard let dtype = DType(rawValue: type.torchSpelling) else { return nil }
            self = dtype
        }
    }
}

extension TensorFlowType {
    fileprivate var torchSpelling: String {
        switch self {
        case .float: "float32"
        case .double: "float64"
        case .half: "float16"
        default: String(describing: self)
        }
    }
}
