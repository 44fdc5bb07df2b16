import CheckpointIO
import TensorCore

/// How many of a tensor's finite values lie in each of equal parts of their range.
struct ValueHistogram: Sendable, Equatable {
    let range: ClosedRange<Double>
    private(set) var counts = [Int](repeating: 0, count: barCount)

    static let barCount = 24
    /// Elements that are decoded at a time.
    private static let decodedCount = 1 << 13

    init(_ range: ClosedRange<Double>) { self.range = range }

    /// - Parameter chunk: whole little-endian elements.
    mutating func add(_ chunk: UnsafeRawBufferPointer, _ reading: ElementReading) throws {
        let dtype = reading.dtype
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: Self.decodedCount * dtype.valuesPerElement)
        defer { values.deallocate() }
        let lowest = range.lowerBound
        // Infinite for a single value and for the smallest numbers, 0 for the largest: all are in the first bar then.
        let scale = Double(Self.barCount) / (range.upperBound - lowest)
        let isDivided = scale > 0 && scale.isFinite
        let size = Self.decodedCount * dtype.byteWidth
        try counts.withUnsafeMutableBufferPointer { counts in
            for start in stride(from: 0, to: chunk.count, by: size) {
                let bytes = UnsafeRawBufferPointer(rebasing: chunk[start..<min(start + size, chunk.count)])
                let count = bytes.count / dtype.byteWidth * dtype.valuesPerElement
                let part = UnsafeMutableBufferPointer(rebasing: values[..<count])
                try reading.decode(bytes, into: part)
                for value in part where value.isFinite {
                    let position = isDivided ? (value - lowest) * scale : 0
                    counts[min(Int(max(position, 0)), Self.barCount - 1)] += 1
                }
            }
        }
    }

    mutating func append(_ other: ValueHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// Each bar as one of 64 letters, in digits of 63 to the highest bar; a bar that is not empty is at least 1.
    var letters: String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_")
        let highest = max(counts.max() ?? 0, 1)
        return String(
            counts.map { count in
                alphabet[count == 0 ? 0 : max(1, Int((63 * Double(count) / Double(highest)).rounded()))]
            })
    }
}

extension TensorStatistics {
    /// The range of the finite values; nil where there are none.
    var range: ClosedRange<Double>? {
        guard let minimum, let maximum, minimum <= maximum else { return nil }
        return minimum...maximum
    }
}
