import PlatformC

/// A file operation that the system refused.
package struct IOError: Error, Equatable, Sendable {
    /// What was tried; the raw value completes "cannot …".
    package enum Operation: String, Sendable {
        case open
        case inspect
        case map
        case read
        case create
        case write
        case copy = "copy into"
        case sync
        case rename
        case remove
    }

    package let operation: Operation
    /// The file as the user named it.
    package let path: String
    package let reason: Reason

    /// Why the system refused.
    package enum Reason: Equatable, Sendable {
        /// The value of `errno`.
        case system(Int32)
        /// The path leads to something that is not a regular file: `a directory`, `a device` …
        case notRegular(String)
        /// The name has bytes that are not text, so that nothing here can say it to the system.
        case nameNotUTF8
        /// `needed` bytes are to be written, where the file system has `free` left.
        case noRoom(needed: Int, free: Int)
        /// The file ended at `size`, where it held `expected` bytes before.
        case shrunk(expected: Int, size: Int)
        /// Another file has that path now.
        case replaced
        /// Something has that path already, and is to stay.
        case exists
    }

    /// The path of a standard stream.
    package static let stream = "-"

    /// Whether nothing has that path.
    package var isMissingFile: Bool { reason == .system(ENOENT) || reason == .system(ENOTDIR) }
    /// Whether the path leads to a folder where a file was wanted.
    package var isFolder: Bool { reason == .notRegular("a directory") }

    package init(_ operation: Operation, _ path: String, _ reason: Reason) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    /// The failure that `errno` describes now.
    init(_ operation: Operation, _ path: String) {
        self.init(operation, path, .system(errno))
    }
}

extension IOError: CustomStringConvertible {
    package var description: String {
        let path =
            if path == Self.stream {
                operation == .read ? "standard input" : operation == .write ? "to standard output" : "standard output"
            } else {
                "'\(path)'"
            }
        return switch reason {
        case .system(let code): "cannot \(operation.rawValue) \(path): \(String(cString: strerror(code)))"
        case .notRegular(let kind): "cannot \(operation.rawValue) \(path): it is \(kind), not a regular file"
        case .nameNotUTF8: "cannot \(operation.rawValue) \(path): its name is not UTF-8: rename it"
        case .noRoom(let needed, let free):
            "cannot \(operation.rawValue) \(path): it takes \(needed) bytes, and the disk has \(free) left"
        case .shrunk(let expected, let size):
            "cannot \(operation.rawValue) \(path): it ends at \(size) bytes, where \(expected) were expected"
        case .exists: "cannot \(operation.rawValue) \(path): it exists already"
        case .replaced: "cannot \(operation.rawValue) \(path): it was replaced by another file meanwhile"
        }
    }
}
