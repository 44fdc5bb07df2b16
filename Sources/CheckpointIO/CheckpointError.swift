import TensorCore

/// Why a checkpoint cannot be read or written: one sentence that starts with the file.
public struct CheckpointError: Error, Equatable, Sendable {
    /// The path as given.
    public let path: String
    public let reason: Reason

    public init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    public enum Reason: Equatable, Sendable {
        /// The content is no checkpoint, or none that is read yet; the text says what it is.
        case notCheckpoint(String)
        /// A tensor needs more bytes than its storage holds.
        case shortStorage(key: Key, storage: String, needed: Int, held: Int)
        /// The file has no bytes for a storage.
        case missingStorage(key: Key, storage: String, needed: Int)
        /// Shape, strides and offset that no tensor can have.
        case layout(key: Key, LayoutError)
        /// The dotted path leads to no dictionary; `candidates` are the keys at the last container reached.
        case noContainer(path: String, candidates: [String])
    }
}

extension CheckpointError: CustomStringConvertible {
    public var description: String { "\(path): \(reason)" }
}

extension CheckpointError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notCheckpoint(let text): text
        case .shortStorage(let key, let storage, let needed, let held):
            "'\(key)' needs \(grouped(needed)) bytes of storage \(storage), which holds \(grouped(held))"
        case .missingStorage(let key, let storage, let needed):
            "'\(key)' needs \(grouped(needed)) bytes of storage \(storage), which the file does not hold"
        case .layout(let key, let error): "'\(key)': \(error)"
        case .noContainer(let path, let candidates):
            "there is no dictionary at '\(path)'"
                + (candidates.isEmpty ? "" : "; found \(candidates.prefix(8).joined(separator: ", "))")
        }
    }
}

/// `1234567` as `1,234,567`.
func grouped(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}
