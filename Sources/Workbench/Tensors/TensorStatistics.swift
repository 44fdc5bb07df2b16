import ByteIO
import CheckpointIO
import TensorCore

/// What the numbers of a tensor are like. NaN and the infinities are counted apart and left out of the rest.
public struct TensorStatistics: Sendable, Equatable {
    /// Nil where no element is finite.
    public var minimum: Double?
    public var maximum: Double?
    public var mean: Double?
    /// With n − 1, as `torch.std`; nil for fewer than two finite elements.
    public var standardDeviation: Double?
    public var nanCount = 0
    public var infinityCount = 0

    /// Nil for elements that are no real numbers. Reads the tensor twice, a megabyte at a time. Of a tensor that is
    /// quantized as a whole these are the numbers that its integers stand for.
    init?(_ tensor: LazyTensor) throws {
        if let representation = tensor.dtype.representation {
            guard case .float(let scale)? = tensor.attribute("scale"),
                case .int(let zeroPoint)? = tensor.attribute("zero_point")
            else { return nil }
            try self.init(bytes: try tensor.contiguousBytes(), dtype: representation)
            dequantize(scale: scale, zeroPoint: Double(zeroPoint))
            return
        }
        guard tensor.dtype.isReal || !tensor.hasElements else { return nil }
        try self.init(bytes: try tensor.contiguousBytes(), dtype: tensor.dtype)
    }

    /// Turns the figures of integers into those of `(integer − zeroPoint) · scale`.
    private mutating func dequantize(scale: Double, zeroPoint: Double) {
        func real(_ integer: Double) -> Double { (integer - zeroPoint) * scale }
        (minimum, maximum) = (minimum.map(real), maximum.map(real))
        if scale < 0 { swap(&minimum, &maximum) }
        mean = mean.map(real)
        standardDeviation = standardDeviation.map { $0 * scale.magnitude }
    }

    /// - Parameter bytes: whole little-endian elements.
    init(bytes: Bytes, dtype: DType) throws(DecodingError) {
        var finiteCount = 0
        var sum = 0.0
        var lowest = Double.infinity
        var highest = -Double.infinity
        var nans = 0
        var infinities = 0
        try Self.forEachChunk(of: bytes, dtype) { values in
            // Summed by chunk: the error does not grow with the number of elements.
            var chunkSum = 0.0
            for value in values {
                if value.isFinite {
                    finiteCount += 1
                    chunkSum += value
                    lowest = min(lowest, value)
                    highest = max(highest, value)
                } else if value.isNaN {
                    nans += 1
                } else {
                    infinities += 1
                }
            }
            sum += chunkSum
        }
        nanCount = nans
        infinityCount = infinities
        guard finiteCount > 0 else { return }
        let mean = sum / Double(finiteCount)
        (minimum, maximum, self.mean) = (lowest, highest, mean)
        guard finiteCount > 1 else { return }
        var squares = 0.0
        try Self.forEachChunk(of: bytes, dtype) { values in
            var chunkSquares = 0.0
            for value in values where value.isFinite { chunkSquares += (value - mean) * (value - mean) }
            squares += chunkSquares
        }
        standardDeviation = (squares / Double(finiteCount - 1)).squareRoot()
    }

    private static func forEachChunk(
        of bytes: Bytes, _ dtype: DType, _ body: (UnsafeBufferPointer<Double>) -> Void
    ) throws(DecodingError) {
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: (1 << 20) * dtype.valuesPerElement)
        defer { values.deallocate() }
        try bytes.forEachChunk(of: 1 << 20) { (chunk) throws(DecodingError) in
            let count = chunk.count / dtype.byteWidth * dtype.valuesPerElement
            let part = UnsafeMutableBufferPointer(rebasing: values[..<count])
            try dtype.decode(chunk, into: part)
            body(UnsafeBufferPointer(part))
        }
    }
}
