import CheckpointIO
import TensorCore

/// What the numbers of a tensor are like. NaN and the infinities are counted apart and left out of the rest.
package struct TensorStatistics: Sendable, Equatable {
    /// Nil where no element is finite.
    package var minimum: Double?
    package var maximum: Double?
    package var mean: Double?
    /// With n − 1, as `torch.std`; nil for fewer than two finite elements.
    package var standardDeviation: Double?
    package var nanCount = 0
    package var infinityCount = 0

    /// Nil for elements that are not real numbers. Reads the tensor a chunk at a time, and for the standard deviation twice.
    init?(_ tensor: LazyTensor, measuresSpread: Bool = true) throws {
        guard let reading = ElementReading(tensor) else { return nil }
        var sums = ElementSums()
        try tensor.forEachChunk(of: ElementSums.chunkSize) { sums.append(try ElementSums(of: $0, reading.dtype)) }
        self.init(sums, reading)
        guard measuresSpread, let mean = sums.mean else { return }
        var squares = 0.0
        try tensor.forEachChunk(of: ElementSums.chunkSize) {
            squares += try ElementSums.squares(of: $0, reading.dtype, from: mean)
        }
        add(squares: squares, sums, reading)
    }

    /// All but the standard deviation. Of a tensor that is quantized as a whole these are the numbers that its
    /// integers stand for.
    init(_ sums: ElementSums, _ reading: ElementReading) {
        nanCount = sums.nanCount
        infinityCount = sums.infinityCount
        guard let mean = sums.mean else { return }
        (minimum, maximum, self.mean) = (sums.lowest, sums.highest, mean)
        guard let quantization = reading.quantization else { return }
        func real(_ integer: Double) -> Double { (integer - quantization.zeroPoint) * quantization.scale }
        (minimum, maximum, self.mean) = (real(sums.lowest), real(sums.highest), real(mean))
        if quantization.scale < 0 { swap(&minimum, &maximum) }
    }

    /// - Parameter squares: the sum of the squared distances from `sums.mean`.
    mutating func add(squares: Double, _ sums: ElementSums, _ reading: ElementReading) {
        guard sums.finiteCount > 1 else { return }
        let deviation = (squares / Double(sums.finiteCount - 1)).squareRoot()
        standardDeviation = deviation * (reading.quantization?.scale.magnitude ?? 1)
    }
}
