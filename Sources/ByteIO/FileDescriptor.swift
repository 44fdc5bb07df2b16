#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file descriptor and the path it came from; closed with its last owner.
final class FileDescriptor: Sendable {
    let descriptor: Int32
    /// The path as the user named it, for errors.
    let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// What is left for such a user on the file system, in bytes; nil where that is not known.
    var freeByteCount: Int? {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { return nil }
        let (count, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? nil : Int(clamping: count)
    }

    /// Reads exactly `buffer.count` bytes at `offset` of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(IOError) {
        var done = 0
        while done < buffer.count {
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, target.baseAddress, target.count, off_t(offset + done))
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
