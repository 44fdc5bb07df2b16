import PlatformC
import Synchronization

/// An open file descriptor and the path it came from; closed with its last owner.
///
/// The system limits how many files may be open. A file that is only read may therefore be closed while nobody uses it;
/// it is opened again for its next use, which fails if its path leads to another file by then.
final class FileDescriptor: Sendable {
    /// The path as the user named it, for errors.
    let path: String
    private let state: Mutex<State>
    /// Which file it was when it was opened for reading; nil for a file that stays open.
    private let identity: Identity?

    private struct State {
        /// −1 while the file is closed.
        var descriptor: Int32
        /// Calls of `withDescriptor` that have not returned.
        var users = 0
    }

    private struct Identity: Equatable {
        let device: UInt64
        let node: UInt64
        let size: Int64

        init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            node = UInt64(status.st_ino)
            size = Int64(status.st_size)
        }
    }

    /// A file that stays open.
    init(descriptor: Int32, path: String) {
        state = Mutex(State(descriptor: descriptor))
        self.path = path
        identity = nil
    }

    /// A file that is only read.
    /// - Parameter status: what `fstat` reports for it.
    init(reading descriptor: Int32, path: String, _ status: stat) {
        state = Mutex(State(descriptor: descriptor))
        self.path = path
        identity = Identity(status)
        OpenFiles.shared.add(self)
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    /// Valid for files that stay open; for a file that is only read, use `withDescriptor`.
    var descriptor: Int32 { state.withLock { $0.descriptor } }

    /// Calls `body` with the descriptor, which stays open during the call. `errno` is left as `body` sets it.
    /// - Throws: `IOError` if the file had been closed and cannot be opened again, or its path leads to another file now.
    func withDescriptor<Result>(_ body: (Int32) -> Result) throws(IOError) -> Result {
        var isNew = false
        var failure: IOError?
        let descriptor = state.withLock { state -> Int32 in
            if state.descriptor < 0 {
                do throws(IOError) {
                    state.descriptor = try reopened()
                    isNew = true
                } catch {
                    failure = error
                    return -1
                }
            }
            state.users += 1
            return state.descriptor
        }
        if let failure { throw failure }
        if isNew { OpenFiles.shared.add(self) }
        let result = body(descriptor)
        let code = errno
        state.withLock { $0.users -= 1 }
        errno = code
        return result
    }

    private func reopened() throws(IOError) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw IOError(.open, path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Identity(status) == identity else {
            close(descriptor)
            throw IOError(.read, path, .replaced)
        }
        return descriptor
    }

    /// Closes the file unless it is in use.
    /// - Returns: whether it is closed now.
    fileprivate func closeIfIdle() -> Bool {
        state.withLock { state in
            guard state.users == 0 else { return false }
            if state.descriptor >= 0 { close(state.descriptor) }
            state.descriptor = -1
            return true
        }
    }

    /// What is left for such a user on the file system, in bytes; nil where that is not known.
    var freeByteCount: Int? {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { return nil }
        let (count, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? nil : Int(clamping: count)
    }

    /// Writes the first `count` bytes of the file to another descriptor, which may be a pipe.
    func copy(count: Int, toStream other: Int32) throws(IOError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(count, 1 << 20), alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < count {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, count - offset)])
            try read(into: part, at: offset)
            offset += part.count
            var rest = UnsafeRawBufferPointer(part)
            while !rest.isEmpty {
                let written = systemWrite(other, rest.baseAddress, rest.count)
                if written >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                } else if errno != EINTR {
                    throw IOError(.write, IOError.stream)
                }
            }
        }
    }

    /// Reads exactly `buffer.count` bytes at `offset` of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(IOError) {
        var done = 0
        while done < buffer.count {
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = try withDescriptor { pread($0, target.baseAddress, target.count, off_t(offset + done)) }
            if count > 0 {
                done += count
            } else if count == 0 {
                throw IOError(.read, path, .shrunk(expected: offset + buffer.count, size: offset + done))
            } else if errno != EINTR {
                throw IOError(.read, path)
            }
        }
    }

    /// Writes all that `vectors` point to, in order, at the descriptor's position; uses them up.
    func write(_ vectors: inout [iovec]) throws(IOError) {
        var first = 0
        while first < vectors.count {
            let count = vectors[first...].withUnsafeBufferPointer { rest in
                writev(descriptor, rest.baseAddress, Int32(min(rest.count, Self.vectorLimit)))
            }
            if count < 0 {
                if errno != EINTR { throw IOError(.write, path) }
                continue
            }
            var done = count
            while first < vectors.count, done >= vectors[first].iov_len {
                done -= vectors[first].iov_len
                first += 1
            }
            if done > 0 {
                vectors[first].iov_base += done
                vectors[first].iov_len -= done
            }
        }
    }

    /// `IOV_MAX` of all systems.
    private static let vectorLimit = 1_024
}

/// The files that are open for reading, in the order in which they were opened.
private final class OpenFiles: Sendable {
    static let shared = OpenFiles()

    /// How many stay open: systems allow a process 256 or more.
    private static let limit = 96

    private struct Entry {
        weak var file: FileDescriptor?
    }

    private let entries = Mutex<[Entry]>([])

    func add(_ file: FileDescriptor) {
        entries.withLock { entries in
            entries.append(Entry(file: file))
            guard entries.count > Self.limit else { return }
            entries.removeAll { $0.file == nil }
            var excess = entries.count - Self.limit
            entries.removeAll { entry in
                guard excess > 0, let old = entry.file, old !== file, old.closeIfIdle() else { return false }
                excess -= 1
                return true
            }
        }
    }
}
