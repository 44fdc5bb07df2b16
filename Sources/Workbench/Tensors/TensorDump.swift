import ByteIO
import CheckpointIO
import CommandLineKit
import JSON
import Spelling
import TensorCore

/// One tensor of a checkpoint as a `.npy` file that NumPy reads without extensions.
///
/// Types that NumPy has are written as they are. bfloat16, the float8 types and float4 become float32, complex32 becomes
/// complex64: every value of theirs is one of the wider type. Quantized tensors are written as their integers.
package struct TensorDump: Sendable {
    package let key: Key
    package let shape: [Int]
    package let dtype: DType
    /// NumPy's type of the file: `float32`.
    package let written: DType
    package let path: String
    package let byteCount: Int
    /// What the file does not say, one sentence each.
    package let notes: [String]

    /// Writes the file, whole or not at all.
    /// - Parameters:
    ///   - name: the tensor's key in the state dict, or from the file's root; parts of a tensor go by theirs.
    ///   - replaces: whether a file at `path` is replaced; else it is an error.
    /// - Throws: `WorkbenchError.noKey`, `.unsupportedOutput` for the path of the checkpoint or of a file that is to stay,
    ///   `CheckpointError` for a tensor without elements, `IOError`.
    package static func run(
        _ name: String, of checkpoint: Checkpoint, stateKey: String? = nil, to path: String, replaces: Bool = false
    ) throws -> TensorDump {
        if FileIdentity.isShared(by: path, and: [checkpoint.path]) {
            throw WorkbenchError.unsupportedOutput(
                path: path, reason: "is the checkpoint, which the array would replace")
        }
        let named = try find(name, checkpoint, stateKey)
        let tensor = named.tensor
        var form: ArrayForm
        let header: [UInt8]
        do throws(NumPyError) {
            form = try ArrayForm(tensor)
            header = try NumPyOutput.header(of: form.dtype, shape: form.shape)
        } catch {
            throw CheckpointError(checkpoint.path, .numpy(entry: "'\(named.key)'", error))
        }
        let file: AtomicFile
        do throws(IOError) {
            file = try AtomicFile(path: path, isNew: !replaces)
        } catch {
            guard error.reason == .exists else { throw error }
            throw WorkbenchError.unsupportedOutput(path: path, reason: "it exists already; --overwrite replaces it")
        }
        try file.write(header)
        // Chunks are whole elements: no element is wider than 16 bytes.
        try tensor.forEachChunk(of: 1 << 20) { chunk in try form.convert(chunk) { try file.write($0) } }
        try file.commit()
        return TensorDump(
            key: named.key, shape: tensor.shape, dtype: tensor.dtype, written: form.dtype, path: path,
            byteCount: file.position, notes: form.notes(tensor))
    }

    private static func find(_ name: String, _ checkpoint: Checkpoint, _ stateKey: String?) throws -> NamedTensor {
        let key = Key(name)
        var tensors = checkpoint.tensors
        if stateKey != nil || checkpoint.hasStateDict {
            tensors = try checkpoint.stateDict(at: stateKey, allowsTwins: true).tensors + tensors
        }
        if let found = tensors.first(where: { $0.key == key }) { return found }
        for tensor in tensors where !tensor.tensor.attributes.isEmpty {
            if let found = tensor.components.first(where: { $0.key == key }) { return found }
        }
        throw WorkbenchError.noKey(
            name, file: checkpoint.path, nearest: nearestNames(to: name, among: tensors.map(\.key.text)))
    }

    package var json: JSONValue {
        [
            "key": .string(key.text), "shape": .ints(shape), "dtype": .string(dtype.rawValue), "path": .string(path),
            "array_dtype": .string(written.rawValue), "bytes": .int(byteCount), "notes": .strings(notes),
        ]
    }

    /// `conv.weight (64, 3, 7, 7) bfloat16 → conv.npy: float32, 37.8 kB`
    package var text: String {
        "\(key.text.printable) \(pythonTuple(shape)) \(dtype) → \(path): \(written), \(byteText(byteCount))\n"
    }
}

/// How a tensor's elements become an array of NumPy's.
private struct ArrayForm {
    /// The dtype of the array.
    let dtype: DType
    let shape: [Int]
    private let source: DType
    /// Elements that share a byte; their bits.
    private let packed: (count: Int, bits: Int)?
    /// How many elements are still to come.
    private var left: Int

    /// - Throws: `NumPyError.shape` for an empty tensor of float4 with an extent that cannot be doubled.
    init(_ tensor: LazyTensor) throws(NumPyError) {
        source = tensor.dtype
        left = tensor.layout.count
        var shape = tensor.shape
        packed =
            switch source {
            case .quint4x2: (2, 4)
            case .quint2x4: (4, 2)
            default: nil
            }
        switch source {
        case .float4_e2m1fn_x2:
            dtype = .float32
            // An element is two numbers.
            let (extent, overflow) = (shape.last ?? 1).multipliedReportingOverflow(by: 2)
            guard !overflow else { throw .shape(shape) }
            shape = shape.dropLast() + [extent]
        case .complex32, .bcomplex32: dtype = .complex64
        case .float64, .float32, .float16, .complex128, .complex64, .bool: dtype = source
        case .quint4x2, .quint2x4, .bits8, .bits1x8, .bits2x4, .bits4x2: dtype = .uint8
        case .bits16: dtype = .uint16
        case .int1, .int2, .int3, .int4, .int5, .int6, .int7: dtype = .int8
        case .uint1, .uint2, .uint3, .uint4, .uint5, .uint6, .uint7: dtype = .uint8
        default: dtype = source.representation ?? (source.isFloatingPoint ? .float32 : source)
        }
        self.shape = shape
    }

    /// - Parameter chunk: whole elements.
    mutating func convert(_ chunk: UnsafeRawBufferPointer, _ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        if let packed {
            var values: [UInt8] = []
            values.reserveCapacity(chunk.count * packed.count)
            for byte in chunk {
                for place in 0..<packed.count {
                    values.append(byte >> UInt8(place * packed.bits) & (1 << UInt8(packed.bits) - 1))
                }
            }
            // The last byte may be filled in part.
            let count = min(values.count, left)
            left -= count
            return try values.prefix(count).withUnsafeBytes(write)
        }
        guard dtype == .float32 && source != .float32 || dtype == .complex64 && source != .complex64 else {
            return try write(chunk)
        }
        let real: DType =
            switch source {
            case .complex32: .float16
            case .bcomplex32: .bfloat16
            default: source
            }
        let count = chunk.count / real.byteWidth * real.valuesPerElement
        let values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            try real.decode(chunk, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
        try values.withUnsafeBytes(write)
    }

    func notes(_ tensor: LazyTensor) -> [String] {
        guard source.isQuantized else { return [] }
        let values = tensor.attributes.filter { $0.value.tensorCount == 0 }
            .map { "\($0.name) \($0.value.pythonRepr(limit: 256))" }
        return [
            "quantized: the array holds the integers" + (values.isEmpty ? "" : "; " + values.joined(separator: ", "))
        ]
    }
}
