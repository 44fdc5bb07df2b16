import ByteIO
import TensorCore
import TestSupport

@testable import CheckpointIO

/// How huggingface_hub splits a state dict of `fixtures/output`: `shards.json`.
struct ShardFacts: Decodable {
    struct File: Decodable {
        let file: String
        let keys: [String]
        let sha256: String
    }

    let files: [File]
    /// Rows of a key and its file.
    let weightMap: [[String]]
    let totalSize: Int

    enum CodingKeys: String, CodingKey {
        case files
        case weightMap = "weight_map"
        case totalSize = "total_size"
    }

    static func all(of name: String) throws -> [(limit: Int, facts: ShardFacts)] {
        let splits = try fixture("output/shards.json", as: [String: [String: ShardFacts]].self)
        return (splits[name] ?? [:]).compactMap { limit, facts in Int(limit).map { ($0, facts) } }
    }
}

/// A state dict of `fixtures/output`.
func outputFixture(_ name: String) throws -> StateDict {
    try Checkpoint.open(fixture("output/\(name).pth")).stateDict()
}
