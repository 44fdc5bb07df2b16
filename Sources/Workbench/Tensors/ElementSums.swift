import TensorCore

/// What a first look at elements finds.
///
/// They are summed in chunks, so that the error does not grow with their number. Chunks may be looked at in any order
/// and by several threads; appended in their own order they give the same figures.
struct ElementSums: Sendable {
    private(set) var finiteCount = 0
    private(set) var sum = 0.0
    private(set) var lowest = Double.infinity
    private(set) var highest = -Double.infinity
    private(set) var nanCount = 0
    private(set) var infinityCount = 0

    /// In bytes, but for the last of a tensor; a multiple of every element's width.
    static let chunkSize = 1 << 20
    /// Elements that are decoded at a time.
    private static let decodedCount = 1 << 13

    /// The sums of no elements.
    init() {}

    /// - Parameter chunk: whole little-endian elements.
    init(of chunk: UnsafeRawBufferPointer, _ dtype: DType) throws(DecodingError) {
        try Self.forEachPart(of: chunk, dtype) { values in
            // In variables of its own, the compiler keeps them in registers.
            var (finite, nans, sum, lowest, highest) = (0, 0, sum, lowest, highest)
            for value in values {
                if value.isFinite {
                    finite += 1
                    sum += value
                    lowest = min(lowest, value)
                    highest = max(highest, value)
                } else if value.isNaN {
                    nans += 1
                }
            }
            (self.sum, self.lowest, self.highest) = (sum, lowest, highest)
            finiteCount += finite
            nanCount += nans
            infinityCount += values.count - finite - nans
        }
    }

    /// The mean of the finite elements; nil where there are none.
    var mean: Double? { finiteCount == 0 ? nil : sum / Double(finiteCount) }

    /// Appends the chunk that follows.
    mutating func append(_ next: ElementSums) {
        finiteCount += next.finiteCount
        sum += next.sum
        lowest = min(lowest, next.lowest)
        highest = max(highest, next.highest)
        nanCount += next.nanCount
        infinityCount += next.infinityCount
    }

    /// The squared distances of a chunk's finite elements from `mean`, added up.
    static func squares(
        of chunk: UnsafeRawBufferPointer, _ dtype: DType, from mean: Double
    ) throws(DecodingError) -> Double {
        var squares = 0.0
        try forEachPart(of: chunk, dtype) { values in
            var sum = squares
            for value in values where value.isFinite { sum += (value - mean) * (value - mean) }
            squares = sum
        }
        return squares
    }

    private static func forEachPart(
        of chunk: UnsafeRawBufferPointer, _ dtype: DType, _ body: (UnsafeBufferPointer<Double>) -> Void
    ) throws(DecodingError) {
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: decodedCount * dtype.valuesPerElement)
        defer { values.deallocate() }
        let size = decodedCount * dtype.byteWidth
        for start in stride(from: 0, to: chunk.count, by: size) {
            let bytes = UnsafeRawBufferPointer(rebasing: chunk[start..<min(start + size, chunk.count)])
            let count = bytes.count / dtype.byteWidth * dtype.valuesPerElement
            let part = UnsafeMutableBufferPointer(rebasing: values[..<count])
            try dtype.decode(bytes, into: part)
            body(UnsafeBufferPointer(part))
        }
    }
}
