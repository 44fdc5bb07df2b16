import PlatformC

/// A file that grows record by record while long work is done, so that the work can go on after a kill.
///
/// What was appended survives the process; the end of the file may be torn where the machine stopped, so that records
/// need a check of their own.
package final class RecordLog {
    private let file: FileDescriptor

    /// Begins a new file, in place of one that is there.
    /// - Throws: `IOError`
    package convenience init(creating path: String) throws(IOError) {
        try self.init(path, O_TRUNC | O_CREAT, keeping: 0)
    }

    /// Goes on with a file after its first `count` bytes; the rest is cut off.
    /// - Throws: `IOError`
    package convenience init(continuing path: String, after count: Int) throws(IOError) {
        try self.init(path, 0, keeping: count)
    }

    private init(_ path: String, _ flags: Int32, keeping count: Int) throws(IOError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | flags, 0o666)
        guard descriptor >= 0 else { throw IOError(.create, path) }
        file = FileDescriptor(descriptor: descriptor, path: path)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw IOError(.inspect, path) }
        if let kind = irregularKind(status) { throw IOError(.create, path, .notRegular(kind)) }
        guard ftruncate(descriptor, off_t(count)) == 0, lseek(descriptor, 0, SEEK_END) == off_t(count) else {
            throw IOError(.write, path)
        }
    }

    /// - Throws: `IOError`
    package func append(_ bytes: [UInt8]) throws(IOError) {
        guard !bytes.isEmpty else { return }
        var bytes = bytes
        let failure = bytes.withUnsafeMutableBytes { buffer -> IOError? in
            var vectors = [iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)]
            do throws(IOError) { try file.write(&vectors) } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    /// Removes a file that is not needed any more.
    package static func remove(_ path: String) { unlink(path) }
}
