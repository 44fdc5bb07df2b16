#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An output file that comes into being whole, at `commit()`, or not at all.
///
/// The bytes go to a file without a name in the destination's folder (Linux, `O_TMPFILE`): a process that is
/// killed leaves nothing behind. Where the file system has no such files, they go to a hidden temporary file,
/// which `discard()` and `deinit` remove; only a kill leaves it there, and it is never mistaken for the output.
///
/// The destination keeps its mode if it exists (else 0666 less the umask), is reached through symbolic links,
/// and may be the very file that the bytes are copied from.
public final class AtomicFile {
    /// The destination as given.
    public var path: String { target.path }
    /// How many bytes have been written: the offset of the next one.
    public private(set) var position = 0

    private let target: OutputTarget
    private let file: FileDescriptor
    /// The temporary file's name while it has one.
    private var temporaryPath: String?
    private var isOpen = true

    private var buffer: UnsafeMutableRawBufferPointer
    private var buffered = 0
    private var copiesInKernel = true

    /// Runs of a mapped file from this size on are copied by the kernel; shorter ones go through the buffer.
    private static let kernelCopyThreshold = 1 << 16
    private static let bufferSize = 1 << 20

    /// - Throws: `IOError` if the folder takes no new file, or what lies at `path` cannot be replaced.
    public init(path: String) throws(IOError) {
        let target = try OutputTarget(path: path)
        (file, temporaryPath) = try target.createTemporary()
        self.target = target
        self.buffer = .allocate(byteCount: Self.bufferSize, alignment: 4096)
    }

    deinit {
        discard()
        buffer.deallocate()
    }

    // MARK: Writing

    public func write(_ source: UnsafeRawBufferPointer) throws(IOError) {
        if source.count >= buffer.count {
            try flush()
            try file.write(source)
        } else {
            try reserve(source.count)
            UnsafeMutableRawBufferPointer(rebasing: buffer[buffered...]).copyMemory(from: source)
            buffered += source.count
        }
        position += source.count
    }

    public func write(_ source: [UInt8]) throws(IOError) {
        try source.span.bytes.withUnsafeBytes { (bytes) throws(IOError) in try write(bytes) }
    }

    /// Appends `source`. What lies in a mapped file is copied from that file without passing through this
    /// process's memory where the system can do so, and never becomes resident.
    public func copy(_ source: Bytes) throws(IOError) {
        guard let region = source.fileRegion else {
            return try source.withUnsafeBytes { (bytes) throws(IOError) in try write(bytes) }
        }
        var done = 0
        if region.count >= Self.kernelCopyThreshold {
            try flush()
            done = try copyInKernel(region)
            position += done
        }
        while done < region.count {
            let length = min(region.count - done, buffer.count)
            try reserve(length)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[buffered..<buffered + length])
            try region.file.read(into: part, at: region.offset + done)
            buffered += length
            position += length
            done += length
        }
    }

    /// Copies what the kernel will copy of `region`; returns how much that was.
    private func copyInKernel(_ region: FileRegion) throws(IOError) -> Int {
        var done = 0
        while copiesInKernel, done < region.count {
            let length = min(region.count - done, 1 << 30)
            let count = file.copyInKernel(from: region.file, at: region.offset + done, count: length)
            if count > 0 {
                done += count
            } else if count == 0 {
                throw IOError(
                    .read, region.path,
                    .shrunk(expected: region.offset + region.count, size: region.offset + done))
            } else {
                switch errno {
                case EINTR: break
                case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM, EBADF: copiesInKernel = false
                default: throw IOError(.copy, path)
                }
            }
        }
        return done
    }

    /// Makes room for `count` bytes, at most the buffer's size.
    private func reserve(_ count: Int) throws(IOError) {
        if count > buffer.count - buffered { try flush() }
    }

    private func flush() throws(IOError) {
        guard buffered > 0 else { return }
        try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<buffered]))
        buffered = 0
    }

    // MARK: Ending

    /// Makes the file durable and puts it at its path, replacing what was there.
    /// - Throws: `IOError`; the destination is then as it was before. One failure comes later, with the whole
    ///   file in place: that its folder could not be synced.
    public func commit() throws(IOError) {
        precondition(isOpen, "the file is already committed or discarded")
        do throws(IOError) {
            try flush()
            if let mode = target.existingMode, fchmod(file.descriptor, mode) != 0 { throw IOError(.create, path) }
            guard fsync(file.descriptor) == 0 else { throw IOError(.sync, path) }
            if temporaryPath == nil { temporaryPath = try target.name(file) }
            guard let temporaryPath, rename(temporaryPath, target.resolvedPath) == 0 else {
                throw IOError(.rename, path)
            }
        } catch {
            discard()
            throw error
        }
        isOpen = false
        try target.syncFolder()
    }

    /// Gives the output up; nothing of it remains.
    public func discard() {
        guard isOpen else { return }
        isOpen = false
        if let temporaryPath { unlink(temporaryPath) }
    }
}
