import CheckpointIO
import TensorCore

/// A tensor and what has been found out by reading it.
struct TensorFacts: Sendable {
    let tensor: LazyTensor
    var statistics: TensorStatistics?
    /// SHA-256, in hexadecimal.
    var digest: String?

    init(_ tensor: LazyTensor, statistics: Bool, digest: Bool) throws {
        self.tensor = tensor
        if statistics { self.statistics = try TensorStatistics(tensor) }
        if digest { self.digest = try TensorDigest.sha256(of: tensor) }
    }
}
