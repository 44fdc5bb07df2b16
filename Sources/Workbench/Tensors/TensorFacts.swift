import CheckpointIO
import TensorCore

/// A tensor and what has been found out by reading it.
struct TensorFacts: Sendable {
    let tensor: LazyTensor
    var statistics: TensorStatistics?
    /// nil unless it is wanted, and where no value is finite.
    var histogram: ValueHistogram?
    /// SHA-256, in hexadecimal.
    var digest: String?
    /// Why the elements were not read: the tensor has none, or spreads too far. Other tensors are not concerned.
    var unread: String?

    /// Nothing is known yet.
    init(_ tensor: LazyTensor) { self.tensor = tensor }

    init(
        _ tensor: LazyTensor, statistics: Bool, spread: Bool = true, histogram: Bool = false, digest: Bool
    ) throws {
        self.init(tensor)
        do {
            if statistics { self.statistics = try TensorStatistics(tensor, measuresSpread: spread) }
            if histogram, let range = self.statistics?.range, let reading = ElementReading(tensor) {
                var counted = ValueHistogram(range)
                try tensor.forEachChunk(of: ElementSums.chunkSize) { try counted.add($0, reading) }
                self.histogram = counted
            }
            if digest { self.digest = try TensorDigest.sha256(of: tensor) }
        } catch let error as CheckpointError {
            switch error.reason {
            case .noElements, .spreadTooFar: unread = error.reason.description
            default: throw error
            }
        }
    }
}
