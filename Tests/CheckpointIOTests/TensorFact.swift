import ByteIO
import TensorCore
import TestSupport

@testable import CheckpointIO

/// What a reference library says of a tensor, whatever the format of its file.
struct TensorFact: Decodable, Equatable {
    let key: String
    let dtype: String
    let shape: [Int]
    let sha256: String

    static func all(of checkpoint: Checkpoint) throws -> [TensorFact] {
        try checkpoint.tensors.map {
            TensorFact(
                key: $0.key.text, dtype: $0.tensor.dtype.rawValue, shape: $0.tensor.shape,
                sha256: digest(of: try $0.tensor.contiguousBytes()))
        }
    }
}
