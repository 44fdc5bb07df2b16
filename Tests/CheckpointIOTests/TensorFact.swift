import ByteIO
import FoundationEssentials
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

/// The facts in a JSON file of a folder of fixtures.
func facts<Facts: Decodable>(_ type: Facts.Type, in topic: String, _ name: String = "facts.json") throws -> Facts {
    let json = try MappedFile(path: fixture(topic + "/" + name)).bytes
    return try JSONDecoder().decode(type, from: Data(json))
}
