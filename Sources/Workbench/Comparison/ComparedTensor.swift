import ByteIO
import CheckpointIO
import TensorCore

/// A tensor of one side of a comparison: of a checkpoint, or made by rules of those of one.
struct ComparedTensor: Sendable {
    let key: Key
    let dtype: DType
    let shape: [Int]
    private let source: Source

    private enum Source: Sendable {
        case stored(LazyTensor)
        case computed(ComputedTensor)
    }

    init(_ key: Key, _ tensor: LazyTensor) {
        self.key = key
        (dtype, shape) = (tensor.dtype, tensor.shape)
        source = .stored(tensor)
    }

    init(_ key: Key, _ tensor: ComputedTensor) {
        self.key = key
        (dtype, shape) = (tensor.dtype, tensor.shape)
        source = .computed(tensor)
    }

    /// How its elements are numbers; nil where they are not, so that only their bytes can be compared. Found anew each
    /// time: a checkpoint has ten thousand tensors.
    var reading: ElementReading? {
        if case .stored(let tensor) = source, let reading = ElementReading(tensor) { return reading }
        return ElementReading(parts: dtype)
    }

    /// Nil for a tensor without elements of its own.
    var byteCount: Int? {
        switch source {
        case .stored(let tensor): tensor.hasElements ? tensor.byteCount : nil
        case .computed(let tensor): tensor.byteCount
        }
    }

    /// - Throws: `CheckpointError` for a tensor of a file whose elements take far more memory than the file has.
    func checkSpread() throws {
        if case .stored(let tensor) = source { try tensor.checkSpread() }
    }

    /// Whether parts of it can be read by themselves.
    var hasRanges: Bool {
        if case .stored(let tensor) = source { tensor.hasRanges } else { false }
    }

    /// The elements in order, part by part, of a tensor that is computed so.
    var parts: ComputedTensor.Parts? {
        if case .computed(let tensor) = source { tensor.parts } else { nil }
    }

    /// Numbers of an element: 2 for a complex one, real and imaginary, and for the packed float4.
    var numbersPerElement: Int {
        guard let reading else { return 1 }
        return dtype.byteWidth / reading.dtype.byteWidth * reading.dtype.valuesPerElement
    }

    /// Copies a part of the elements, in bytes of their row-major order.
    func copyBytes(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        switch source {
        case .stored(let tensor): try tensor.copyElements(range, into: target)
        case .computed(let tensor): try tensor.bytes().copy(at: range.lowerBound, into: target)
        }
    }
}

extension ElementReading {
    /// How elements are read, complex ones as two numbers. Nil for elements that are not numbers by themselves.
    init?(parts dtype: DType) {
        switch dtype {
        case .complex128: self.dtype = .float64
        case .complex64: self.dtype = .float32
        case .complex32: self.dtype = .float16
        case .bcomplex32: self.dtype = .bfloat16
        default:
            guard dtype.isReal else { return nil }
            self.dtype = dtype
        }
        quantization = nil
    }

    /// Decodes whole elements to the numbers that they stand for.
    func decode(_ bytes: UnsafeRawBufferPointer, into numbers: UnsafeMutableBufferPointer<Double>) throws {
        try dtype.decode(bytes, into: numbers)
        guard let quantization else { return }
        for index in numbers.indices { numbers[index] = (numbers[index] - quantization.zeroPoint) * quantization.scale }
    }
}
