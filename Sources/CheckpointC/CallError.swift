import TensorCore

/// What a caller in C passed that no call takes. What is wrong with a file is a `CheckpointError`.
enum CallError: Error, Equatable {
    /// A pointer that must not be NULL, by the parameter's name.
    case null(String)
    case encoding(String)
    case index(UInt, count: Int)
    /// A buffer of fewer bytes or numbers (`unit`) than the tensor takes.
    case buffer(key: Key, unit: String, needed: Int, size: UInt)
    case dtype(String)
    /// More axes than `limit`.
    case rank(key: Key, UInt, limit: UInt)
    case extent(key: Key, Int64)
    case size(key: Key, needed: Int?, size: UInt)
}

extension CallError: CustomStringConvertible {
    var description: String {
        switch self {
        case .null(let name): "\(name) is NULL"
        case .encoding(let name): "\(name) is not UTF-8"
        case .index(let index, let count): "there is no tensor \(index): the file has \(count), counted from 0"
        case .buffer(let key, let unit, let needed, let size):
            "'\(key)' takes \(needed) \(unit), and the buffer has \(size)"
        case .dtype(let name): "there is no type '\(name)'; the names are PyTorch's, such as float32"
        case .rank(let key, let rank, let limit): "'\(key)' has \(rank) axes, more than \(limit)"
        case .extent(let key, let extent): "'\(key)' has the extent \(extent)"
        case .size(let key, let needed?, let size): "'\(key)' takes \(needed) bytes, and \(size) are given"
        case .size(let key, nil, _): "'\(key)' takes more bytes than memory has"
        }
    }
}
