import ByteIO
import JSON

/// The index of a checkpoint in several files, as Hugging Face's libraries write it: `weight_map` says for each
/// tensor which file beside the index holds it, `metadata` whatever else.
struct ShardIndex {
    /// Each tensor's shard, in the order of the index.
    let tensors: [(key: String, shard: String)]
    let metadata: [Checkpoint.MetadataItem]

    /// The bytes of all tensors, where `metadata` says it.
    var totalSize: Int? { metadata.first { $0.name == "total_size" }.flatMap { Int($0.value) } }

    static let maximumSize = 100_000_000

    /// Nil for JSON without a `weight_map`.
    init?(_ bytes: Bytes) throws(ShardError) {
        guard bytes.count <= Self.maximumSize else {
            throw .indexTooLong(size: bytes.count, limit: Self.maximumSize)
        }
        var tensors: [(key: String, shard: String)]?
        var metadata: [Checkpoint.MetadataItem] = []
        do throws(JSONError) {
            try bytes.withUnsafeBytes { (text) throws(JSONError) in
                var reader = JSONReader(text)
                var names: Set<String> = []
                try reader.beginObject()
                while let name = try reader.nextName() {
                    guard names.insert(name).inserted else {
                        throw JSONError(offset: reader.nameOffset, .duplicateName(name))
                    }
                    switch name {
                    case "weight_map": tensors = try Self.weightMap(&reader)
                    case "metadata": metadata = Self.items(of: try reader.value())
                    default: try reader.skipValue()
                    }
                }
                try reader.finish()
            }
        } catch {
            throw .index(error)
        }
        guard let tensors else { return nil }
        self.tensors = tensors
        self.metadata = metadata
    }

    private static func weightMap(_ reader: inout JSONReader) throws(JSONError) -> [(key: String, shard: String)] {
        var tensors: [(key: String, shard: String)] = []
        var keys = KeyTable(capacity: 64)
        try reader.beginObject()
        while let key = try reader.nextName() {
            guard keys.earlierPosition(of: key, orEnterAt: tensors.count) == nil else {
                throw JSONError(offset: reader.nameOffset, .duplicateName(key))
            }
            tensors.append((key, try reader.string()))
        }
        return tensors
    }

    /// Texts as they are, other values as JSON.
    private static func items(of value: JSONValue) -> [Checkpoint.MetadataItem] {
        guard case .object(let fields) = value else { return [] }
        return fields.map { field in
            if case .string(let text) = field.value { return .init(name: field.name, value: text) }
            return .init(name: field.name, value: String(field.value.text.dropLast()))
        }
    }
}
