import ByteIO
import JSON

/// The header of a safetensors file: what is where after it.
///
/// As strict as the reference: every byte of the data belongs to exactly one tensor, and each tensor has exactly the
/// bytes that its type and shape need. Beyond it, a name may not come twice.
///
/// Source: `safetensors/src/tensor.rs` of safetensors 0.8, `read_metadata` and `validate`.
struct SafetensorsHeader {
    struct Tensor {
        let name: String
        let type: SafetensorsType
        let shape: [Int]
        /// Where the elements are, in bytes from the start of the data.
        let range: Range<Int>
    }

    /// The tensors, in the order of the header.
    let tensors: [Tensor]
    /// The header's `__metadata__`, in its order.
    let metadata: [Checkpoint.MetadataItem]
    /// Where the data begins in the file.
    let dataOffset: Int

    static let metadataName = "__metadata__"
    /// What the reference allows.
    static let maximumLength = 100_000_000

    init(_ bytes: Bytes) throws(SafetensorsError) {
        guard let length = (try? bytes.load(UInt64.self, at: 0)).flatMap({ Int(exactly: $0) }) else {
            throw .cutHeader(needed: 8, held: bytes.count)
        }
        guard length <= Self.maximumLength else { throw .headerTooLong(length: length, limit: Self.maximumLength) }
        guard let text = try? bytes.slice(at: 8, count: length) else {
            throw .cutHeader(needed: 8 + length, held: bytes.count)
        }
        var parser = Parser()
        try text.withUnsafeBytes { (text) throws(SafetensorsError) in
            var reader = JSONReader(text, firstOffset: 8)
            try parser.read(&reader)
        }
        tensors = parser.tensors
        metadata = parser.metadata
        dataOffset = 8 + length
        try checkCoverage(fileSize: bytes.count)
    }

    /// - Throws: `SafetensorsError` unless the tensors tile the data, from its first byte to its last.
    private func checkCoverage(fileSize: Int) throws(SafetensorsError) {
        var end = 0
        for tensor in tensorsByOffset() {
            let range = tensor.range
            guard range.lowerBound >= end else {
                throw .overlap(tensor: tensor.name, begin: range.lowerBound, previousEnd: end)
            }
            guard range.lowerBound == end else {
                throw .gap(tensor: tensor.name, begin: range.lowerBound, previousEnd: end)
            }
            end = range.upperBound
        }
        let (needed, overflow) = dataOffset.addingReportingOverflow(end)
        guard !overflow, needed <= fileSize else { throw .cut(needed: overflow ? .max : needed, held: fileSize) }
        guard needed == fileSize else { throw .trailing(count: fileSize - needed) }
    }

    /// Most writers name the tensors in the order of their bytes.
    private func tensorsByOffset() -> [Tensor] {
        func precedes(_ left: Tensor, _ right: Tensor) -> Bool {
            (left.range.lowerBound, left.range.upperBound) < (right.range.lowerBound, right.range.upperBound)
        }
        let isSorted = !zip(tensors, tensors.dropFirst()).contains { precedes($1, $0) }
        return isSorted ? tensors : tensors.sorted(by: precedes)
    }
}

extension SafetensorsHeader {
    /// Reads the JSON, each tensor checked by itself.
    private struct Parser {
        var tensors: [Tensor] = []
        var metadata: [Checkpoint.MetadataItem] = []
        private var names = KeyTable(capacity: 64)
        /// Mostly the same again.
        private var recentType: (name: String, type: SafetensorsType) = ("F32", .F32)

        mutating func read(_ reader: inout JSONReader) throws(SafetensorsError) {
            do throws(JSONError) { try reader.beginObject() } catch { throw .json(error) }
            while true {
                let field: Field?
                do throws(JSONError) { field = try self.field(&reader) } catch { throw .json(error) }
                switch field {
                case nil:
                    do throws(JSONError) { return try reader.finish() } catch { throw .json(error) }
                case .metadata(let items): metadata = items
                case .tensor(let name, let entry):
                    guard names.earlierPosition(of: name, orEnterAt: tensors.count) == nil else {
                        throw .duplicateTensor(name)
                    }
                    tensors.append(try tensor(name, entry))
                }
            }
        }

        private enum Field {
            case metadata([Checkpoint.MetadataItem])
            case tensor(name: String, Entry)
        }

        /// What the header says of a tensor, of whatever makes no sense yet.
        private struct Entry {
            var type: String?
            var shape: [Int]?
            var offsets: [Int]?
        }

        private func field(_ reader: inout JSONReader) throws(JSONError) -> Field? {
            guard let name = try reader.nextName() else { return nil }
            if name == SafetensorsHeader.metadataName {
                guard metadata.isEmpty else { throw JSONError(offset: reader.nameOffset, .duplicateName(name)) }
                return .metadata(try metadata(&reader))
            }
            var entry = Entry()
            try reader.beginObject()
            while let field = try reader.nextName() {
                switch field {
                case "dtype" where entry.type == nil: entry.type = try reader.string()
                case "shape" where entry.shape == nil: entry.shape = try integers(&reader)
                case "data_offsets" where entry.offsets == nil: entry.offsets = try integers(&reader)
                case "dtype", "shape", "data_offsets":
                    throw JSONError(offset: reader.nameOffset, .duplicateName(field))
                default: try reader.skipValue()
                }
            }
            return .tensor(name: name, entry)
        }

        private func integers(_ reader: inout JSONReader) throws(JSONError) -> [Int] {
            var numbers: [Int] = []
            try reader.beginArray()
            while try reader.nextElement() { numbers.append(try reader.integer()) }
            return numbers
        }

        private func metadata(_ reader: inout JSONReader) throws(JSONError) -> [Checkpoint.MetadataItem] {
            var items: [Checkpoint.MetadataItem] = []
            var names = KeyTable(capacity: 8)
            try reader.beginObject()
            while let name = try reader.nextName() {
                guard names.earlierPosition(of: name, orEnterAt: items.count) == nil else {
                    throw JSONError(offset: reader.nameOffset, .duplicateName(name))
                }
                items.append(Checkpoint.MetadataItem(name: name, value: try reader.string()))
            }
            return items
        }

        private mutating func tensor(_ name: String, _ entry: Entry) throws(SafetensorsError) -> Tensor {
            guard let typeName = entry.type else { throw .missingField(tensor: name, field: "dtype") }
            guard let shape = entry.shape else { throw .missingField(tensor: name, field: "shape") }
            guard let offsets = entry.offsets else { throw .missingField(tensor: name, field: "data_offsets") }
            if recentType.name != typeName {
                guard let type = SafetensorsType(rawValue: typeName) else {
                    throw .unknownType(tensor: name, type: typeName)
                }
                recentType = (typeName, type)
            }
            guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
                throw .offsets(tensor: name, offsets)
            }
            var bits = recentType.type.bitWidth
            for extent in shape {
                let (product, overflow) = bits.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow else { throw .shape(tensor: name, shape) }
                bits = product
            }
            guard bits.isMultiple(of: 8) else { throw .partialByte(tensor: name, bits: bits) }
            guard bits / 8 == offsets[1] - offsets[0] else {
                throw .size(
                    tensor: name, type: typeName, shape: shape, needed: bits / 8, room: offsets[1] - offsets[0])
            }
            return Tensor(name: name, type: recentType.type, shape: shape, range: offsets[0]..<offsets[1])
        }
    }
}
