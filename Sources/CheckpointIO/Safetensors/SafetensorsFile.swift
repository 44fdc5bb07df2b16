import ByteIO
import Pickle
import TensorCore

/// A safetensors file: the header's length (uint64, little-endian), the header as JSON, the tensors' bytes.
///
/// It becomes the `OrderedDict` of its tensors, in the order of the header.
enum SafetensorsFile {
    /// True for what begins like one, however it goes on.
    static func hasSignature(_ bytes: Bytes) -> Bool {
        guard let length = try? bytes.load(UInt64.self, at: 0), bytes.count > 8 else { return false }
        return length >= 2 && length < 1 << 40 && bytes[8] == UInt8(ascii: "{")
    }

    static func open(_ bytes: Bytes, path: String) throws(CheckpointError) -> CheckpointSource {
        var tensors = TensorList()
        let header = try header(of: bytes, path: path)
        tensors.reserveCapacity(header.tensors.count)
        let notes = try forEachTensor(of: header, bytes, path: path) { name, dtype, layout, data in
            tensors.add(name, dtype, layout, .bytes(data))
        }
        return CheckpointSource(
            path: path, format: .safetensors, tensors: tensors, metadata: header.metadata, notes: notes)
    }

    /// The file as one of those that make a checkpoint.
    static func part(
        _ bytes: Bytes, path: String, in composed: inout ComposedGraph
    ) throws(CheckpointError) -> ShardedCheckpoint.Part {
        let header = try header(of: bytes, path: path)
        composed.expect(header.tensors.count)
        var entries: [(key: String, value: PickleValue)] = []
        entries.reserveCapacity(header.tensors.count)
        let notes = try forEachTensor(of: header, bytes, path: path) { name, dtype, layout, data in
            entries.append((name, composed.tensor(dtype, layout, name: name, .bytes(data))))
        }
        return ShardedCheckpoint.Part(entries: entries, metadata: header.metadata, notes: notes)
    }

    private static func header(of bytes: Bytes, path: String) throws(CheckpointError) -> SafetensorsHeader {
        do throws(SafetensorsError) {
            return try SafetensorsHeader(bytes)
        } catch {
            throw CheckpointError(path, .safetensors(error))
        }
    }

    /// Calls `body` with each tensor as PyTorch can hold it.
    /// - Returns: what is worth knowing of them.
    private static func forEachTensor(
        of header: SafetensorsHeader, _ bytes: Bytes, path: String,
        _ body: (_ name: String, DType, StridedLayout, _ data: Bytes) -> Void
    ) throws(CheckpointError) -> [String] {
        var foreign = ForeignTypes()
        for tensor in header.tensors {
            let offset = header.dataOffset + tensor.range.lowerBound
            guard let data = try? bytes.slice(at: offset, count: tensor.range.count) else { continue }
            let (dtype, shape) = foreign.form(of: tensor)
            do throws(LayoutError) {
                body(tensor.name, dtype, try StridedLayout(contiguous: shape), data)
            } catch {
                throw CheckpointError(path, .layout(key: Key(tensor.name), error))
            }
        }
        return foreign.notes
    }
}

extension SafetensorsFile {
    /// Tensors whose type PyTorch lacks, or that it cannot hold in this shape: they are shown as their bytes.
    private struct ForeignTypes {
        private var found: [(type: SafetensorsType, first: String, count: Int)] = []

        var notes: [String] {
            found.map { type, first, count in
                let what = count == 1 ? "'\(first)' is" : "'\(first)' and \(grouped(count - 1)) others are"
                return "\(what) \(type.rawValue), which PyTorch cannot hold so: the bytes are shown, as uint8"
            }
        }

        /// PyTorch's type and shape with the same bytes.
        mutating func form(of tensor: SafetensorsHeader.Tensor) -> (DType, [Int]) {
            let unit = tensor.type.elementsPerUnit
            guard let dtype = tensor.type.dtype else { return bytes(of: tensor) }
            if unit == 1 { return (dtype, tensor.shape) }
            guard let last = tensor.shape.last, last.isMultiple(of: unit) else { return bytes(of: tensor) }
            return (dtype, tensor.shape.dropLast() + [last / unit])
        }

        private mutating func bytes(of tensor: SafetensorsHeader.Tensor) -> (DType, [Int]) {
            if let position = found.firstIndex(where: { $0.type == tensor.type }) {
                found[position].count += 1
            } else {
                found.append((tensor.type, tensor.name, 1))
            }
            // A tensor without elements may have a last extent of any length.
            let (rowBits, overflow) = (tensor.shape.last ?? 1).multipliedReportingOverflow(by: tensor.type.bitWidth)
            guard !overflow, rowBits.isMultiple(of: 8), !tensor.shape.isEmpty else {
                return (.uint8, [tensor.range.count])
            }
            return (.uint8, tensor.shape.dropLast() + [rowBits / 8])
        }
    }
}
