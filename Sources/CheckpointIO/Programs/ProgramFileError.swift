import JSON

/// Why an exported program cannot be opened: the rest of a sentence that starts with the file.
package enum ProgramFileError: Error, Equatable, Sendable {
    /// A record of the archive that is not the JSON that it should be.
    case json(record: String, JSONError)
    /// A record lacks a field, or has another than it should.
    case record(String, problem: String)
    /// The major number of the schema is not one that is read.
    case schema(major: Int, minor: Int, known: [Int], torch: String?)
    case tooLong(record: String, bytes: Int, limit: Int)
    case missingRecord(String)
}

extension ProgramFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .json(let record, let error): return "\(record) \(error)"
        case .record(let record, let problem): return "\(record): \(problem)"
        case .schema(let major, let minor, let known, let torch):
            let writer = torch.map { ", which PyTorch \($0) wrote" } ?? ""
            let versions = known.map(String.init).joined(separator: " and ")
            return
                "the program has version \(major).\(minor) of the schema\(writer); what is read is version \(versions)"
        case .tooLong(let record, let bytes, let limit):
            return "\(record) has \(grouped(bytes)) bytes, the limit is \(grouped(limit))"
        case .missingRecord(let record): return "the archive holds no '\(record)'"
        }
    }
}
