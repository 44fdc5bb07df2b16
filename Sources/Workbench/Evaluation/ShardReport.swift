import ByteIO
import JSON

/// The report of a part of an evaluation, as `--json` printed it.
struct ShardReport {
    let path: String
    let model: String
    let shard: Shard
    let identity: EvaluationIdentity
    /// The hits of each metric, in the order of the config's evaluator.
    let hits: [(name: String, count: Int)]
    let evaluated, total, undefined: Int
    let refusals: [EvaluationReport.Refusal]
    let notes: [String]
    /// Where the predictions were written; nil for nowhere.
    let predictions: String?

    /// A report has no more bytes than this: a line for each image that could not be read is most of one.
    private static let maximumBytes = 1 << 30

    /// - Throws: `IOError`; `WorkbenchError.evaluation` for what is not the report of a shard.
    init(path: String) throws {
        func wrong(_ reason: String) -> WorkbenchError {
            .evaluation("\(path): not what evaluate --shard --json prints: \(reason)")
        }
        let bytes = try MappedFile(path: path).bytes
        guard bytes.count <= Self.maximumBytes else { throw wrong("it has more than \(Self.maximumBytes) bytes") }
        let json: JSONValue
        do throws(JSONError) {
            json = try bytes.withUnsafeBytes { (text) throws(JSONError) in try JSONValue(parsing: text) }
        } catch {
            throw wrong("\(error)")
        }
        if case .string(let error)? = json["error"] { throw wrong("it is an error: \(error)") }
        guard case .string(let text)? = json["shard"], let shard = Shard(text) else {
            throw wrong("it has no 'shard'")
        }
        guard let identity = json["digests"].flatMap(EvaluationIdentity.init) else {
            throw wrong("it has no 'digests'")
        }
        guard case .string(let model)? = json["model"], case .object(let fields)? = json["hits"], !fields.isEmpty,
            let evaluated = json["images"]?.count, let total = json["total"]?.count,
            let undefined = json["undefined"]?.count, case .array(let unreadable)? = json["unreadable"],
            case .array(let notes)? = json["notes"]
        else { throw wrong("it lacks a field") }
        hits = try fields.map { field in
            guard let count = field.value.count, count <= evaluated else {
                throw wrong("'hits' of \(field.name) is not a number of images")
            }
            return (field.name, count)
        }
        guard evaluated <= total, unreadable.count == total - evaluated else {
            throw wrong("\(evaluated) images and \(unreadable.count) unreadable ones are not \(total)")
        }
        refusals = try unreadable.map { entry in
            guard case .string(let path)? = entry["img_path"], case .string(let reason)? = entry["error"] else {
                throw wrong("an entry of 'unreadable' has no img_path or no error")
            }
            return .init(path: path, reason: reason)
        }
        self.path = path
        self.model = model
        self.shard = shard
        self.identity = identity
        (self.evaluated, self.total, self.undefined) = (evaluated, total, undefined)
        self.notes = notes.compactMap { if case .string(let note) = $0 { note } else { nil } }
        if case .string(let output)? = json["predictions"] { predictions = output } else { predictions = nil }
    }
}

extension JSONValue {
    /// An integer from 0 to 2³² − 1; sums of them do not overflow.
    fileprivate var count: Int? {
        if case .int(let number) = self, UInt32(exactly: number) != nil { number } else { nil }
    }
}
