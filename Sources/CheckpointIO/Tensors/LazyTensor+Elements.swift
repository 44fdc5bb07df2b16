import ByteIO
import TensorCore

/// Reading a tensor's elements.
extension LazyTensor {
    /// The elements in row-major order, little-endian: the very bytes of the file where they lie so already.
    /// - Throws: `CheckpointError` if the storage's entry in the archive is damaged, for an expanded tensor that
    ///   takes more than its storage and more than 1 GiB, and for a tensor without elements of its own.
    package func contiguousBytes() throws(CheckpointError) -> Bytes {
        try checkElements()
        let bytes = try storage.bytes()
        let width = dtype.byteWidth
        if isVerbatim, layout.isContiguous,
            let slice = try? bytes.slice(at: layout.offset * width, count: byteCount)
        {
            return slice
        }
        return Bytes(count: byteCount) { target in
            bytes.withUnsafeBytes { layout.gather(from: $0, width: width, into: target) }
            if isNegated { dtype.negate(target) }
            if isConjugated { dtype.conjugate(target) }
        }
    }

    /// Whether the elements, which share their places in the storage, would take much more memory than that: more
    /// than 1 GiB. A file of a few bytes can ask for any number of them.
    var spreadsTooFar: Bool { byteCount > max(storage.byteCount, 1 << 30) }

    /// - Throws: `CheckpointError.Reason.spreadTooFar`.
    package func checkSpread() throws(CheckpointError) {
        guard !spreadsTooFar else { throw error(.spreadTooFar(needed: byteCount, held: storage.byteCount)) }
    }

    /// Why the tensor has no elements of its own; nil where it has.
    package var unreadable: UnreadableTensor? {
        switch form {
        case .strided: storage.isAbsent ? .meta : nil
        case .wrapper: typeName.map { .subclass($0) } ?? .form(.wrapper)
        default: .form(form)
        }
    }

    /// - Throws: `CheckpointError` unless there are elements that can be read one by one.
    func checkElements() throws(CheckpointError) {
        if let unreadable { throw error(.noElements(unreadable)) }
        try checkSpread()
        guard dtype.elementsPerByte == 1 || layout.isContiguous && layout.offset == 0 else {
            throw error(.noElements(.packed(dtype)))
        }
    }

    private func error(_ reason: CheckpointError.Reason) -> CheckpointError {
        CheckpointError(node.source.path, reason)
    }

    /// The elements as float32, rounded to nearest where the type is wider; row-major, valid during the call. A
    /// contiguous, aligned float32 tensor is not copied.
    /// - Throws: `CheckpointError`, `DecodingError` for types that are not real numbers, and what `body` throws.
    package func withFloat32<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) throws -> Result {
        let bytes = try contiguousBytes()
        return try bytes.withUnsafeBytes { source in
            if dtype == .float32, let values = aligned(source, Float.self) { return try body(values) }
            let count = layout.count * dtype.valuesPerElement
            let values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                try dtype.decode(source, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                initialized = count
            }
            return try values.withUnsafeBufferPointer(body)
        }
    }

    /// The elements as float64; row-major, valid during the call. A contiguous, aligned float64 tensor is not
    /// copied.
    /// - Throws: as `withFloat32`.
    package func withFloat64<Result>(_ body: (UnsafeBufferPointer<Double>) throws -> Result) throws -> Result {
        let bytes = try contiguousBytes()
        return try bytes.withUnsafeBytes { source in
            if dtype == .float64, let values = aligned(source, Double.self) { return try body(values) }
            let count = layout.count * dtype.valuesPerElement
            let values = try [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
                try dtype.decode(source, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                initialized = count
            }
            return try values.withUnsafeBufferPointer(body)
        }
    }
}

private func aligned<Value: BitwiseCopyable>(
    _ source: UnsafeRawBufferPointer, _ type: Value.Type
) -> UnsafeBufferPointer<Value>? {
    guard UInt(bitPattern: source.baseAddress) % UInt(MemoryLayout<Value>.alignment) == 0 else { return nil }
    return source.bindMemory(to: type)
}
