import JSON

/// Why several files do not make one checkpoint.
package enum ShardError: Error, Equatable, Sendable {
    /// The index is not the JSON that it should be.
    case index(JSONError)
    case indexTooLong(size: Int, limit: Int)
    /// The index names a file that does not lie beside it, such as `../model.bin`.
    case outside(shard: String)
    /// A file that holds `tensors` of the index's is not there.
    case missing(shard: String, tensors: Int)
    /// A file of these is not a state dict.
    case noStateDict(shard: String)
    /// The index puts a tensor into a file that does not hold it.
    case missingTensor(key: String, shard: String)
    case duplicateTensor(key: String, first: String, second: String)
    /// The index names no tensor.
    case noTensors
    /// The index leaves out files of a numbered set that it names others of.
    case unnamed(shard: String, named: Int, count: Int)
    /// Some files of a numbered set are not there.
    case incomplete(missing: [String], count: Int)
}

extension ShardError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .index(let error): "the index is damaged \(error)"
        case .indexTooLong(let size, let limit):
            "the index has \(grouped(size)) bytes, more than the \(grouped(limit)) that one may have"
        case .outside(let shard): "the index names '\(shard)', which is not a file beside it"
        case .missing(let shard, let tensors):
            "the shard '\(shard)' is missing, which holds \(grouped(tensors)) of the tensors"
        case .noStateDict(let shard): "the shard '\(shard)' holds no state dict"
        case .missingTensor(let key, let shard):
            "the index puts '\(key)' into the shard '\(shard)', which does not hold it"
        case .duplicateTensor(let key, let first, let second):
            "'\(key)' is in two shards, '\(first)' and '\(second)'"
        case .noTensors: "the index names no tensor"
        case .unnamed(let shard, let named, let count):
            "the index names \(named) of \(count) shards and not '\(shard)'"
        case .incomplete(let missing, let count):
            "\(missing.count) of \(count) shards are missing: \(missing.prefix(4).joined(separator: ", "))"
                + (missing.count > 4 ? " …" : "")
        }
    }
}
