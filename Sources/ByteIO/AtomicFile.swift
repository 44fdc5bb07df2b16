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
/// killed leaves nothing behind. It takes its name in one step where no file has that name yet. To replace a file
/// takes two, and a kill just between them leaves a hidden, complete `.….partial`. Where the file system has no
/// files without names, the bytes go to such a hidden file from the start, which `discard()` and `deinit` remove;
/// only a kill leaves it there, and it is never mistaken for the output.
///
/// The destination keeps its mode if it exists (else 0666 less the umask), is reached through symbolic links,
/// and may be the very file that the bytes are copied from.
public final class AtomicFile {
    /// The destination as given.
    public var path: String { target.path }
    /// How many bytes have been written: the offset of the next one.
    public private(set) var position = 0

    private var target: OutputTarget
    private let file: FileDescriptor
    /// The temporary file's name while it has one.
    private var temporaryPath: String?
    private var isOpen = true

    private let buffer: UnsafeMutableRawBufferPointer
    private var buffered = 0
    /// How many bytes have reached the file; `position` is ahead of it by what is buffered.
    private var flushed = 0
    /// Up to here the system has been asked to write to the disk.
    private var writtenBack = 0
    private var copiesInKernel = true

    /// The file is written in whole multiples of this where possible. Writes of 256 kB and 1 MB were slower, by up
    /// to four times on a busy machine.
    private static let bufferSize = 1 << 16
    /// A unit of the page cache and of the file systems that share blocks between files.
    private static let blockSize = 4096
    /// Runs of a mapped file from this size on are worth a system call of their own.
    private static let kernelCopyThreshold = 1 << 16
    /// So much is written between two requests to begin with the disk, which leaves little to wait for in `commit()`.
    private static let writebackInterval = 1 << 24

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
        try fill(count: source.count) { (part, done) throws(IOError) in
            part.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[done..<done + part.count]))
        }
    }

    public func write(_ source: [UInt8]) throws(IOError) {
        try source.span.bytes.withUnsafeBytes { (bytes) throws(IOError) in try write(bytes) }
    }

    /// Appends `source`. What lies in a mapped file is read from that file, so that it never becomes resident;
    /// blocks that lie at the same place within a block here as there are copied, or shared, by the file system.
    public func copy(_ source: Bytes) throws(IOError) {
        guard let region = source.fileRegion else {
            return try source.withUnsafeBytes { (bytes) throws(IOError) in try write(bytes) }
        }
        var done = 0
        if region.count >= Self.kernelCopyThreshold, (region.offset - position) % Self.blockSize == 0 {
            done = (Self.blockSize - position % Self.blockSize) % Self.blockSize
            try read(region, 0..<done)
            try flush()
            done += try copyInKernel(region, from: done, count: (region.count - done) / Self.blockSize * Self.blockSize)
        }
        try read(region, done..<region.count)
    }

    /// Appends a part of `region` through the buffer.
    private func read(_ region: FileRegion, _ range: Range<Int>) throws(IOError) {
        try fill(count: range.count) { (part, done) throws(IOError) in
            try region.file.read(into: part, at: region.offset + range.lowerBound + done)
        }
    }

    /// Copies what the kernel will copy of a part of `region`; returns how much that was.
    private func copyInKernel(_ region: FileRegion, from start: Int, count: Int) throws(IOError) -> Int {
        var done = 0
        while copiesInKernel, done < count {
            let offset = region.offset + start + done
            let copied = file.copyInKernel(
                from: region.file, at: offset, count: min(count - done, Self.writebackInterval))
            if copied > 0 {
                done += copied
                position += copied
                advance(by: copied)
            } else if copied == 0 {
                throw IOError(.read, region.path, .shrunk(expected: region.offset + region.count, size: offset))
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

    // MARK: Buffering

    /// Appends `count` bytes that `body` writes part by part; `done` tells it how many parts' bytes there were before.
    private func fill(
        count: Int, _ body: (_ part: UnsafeMutableRawBufferPointer, _ done: Int) throws(IOError) -> Void
    ) throws(IOError) {
        var done = 0
        while done < count {
            // The buffer is full where the file reaches a multiple of its size.
            let room = Self.bufferSize - position % Self.bufferSize
            let length = min(room, count - done)
            try body(UnsafeMutableRawBufferPointer(rebasing: buffer[buffered..<buffered + length]), done)
            buffered += length
            position += length
            done += length
            if length == room { try flush() }
        }
    }

    private func flush() throws(IOError) {
        guard buffered > 0 else { return }
        try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<buffered]))
        advance(by: buffered)
        buffered = 0
    }

    /// Counts what has reached the file, and has the disk begin with it.
    private func advance(by count: Int) {
        flushed += count
        if flushed - writtenBack >= Self.writebackInterval {
            file.startWriteback(from: writtenBack, count: flushed - writtenBack)
            writtenBack = flushed
        }
    }

    // MARK: Ending

    /// The bytes written so far, mapped: for a look at the file before it takes its name.
    public func contents() throws(IOError) -> Bytes {
        try flush()
        return Bytes(try ByteStorage(mapping: file, count: position))
    }

    /// Gives the file another destination in the same folder: for a name that says what is in the file.
    /// - Throws: `IOError` if what lies at `path` cannot be replaced.
    public func redirect(to path: String) throws(IOError) {
        precondition(isOpen, "the file is already committed or discarded")
        target = try OutputTarget(path: path)
    }

    /// Makes the file durable and puts it at its path, replacing what was there.
    /// - Throws: `IOError`; the destination is then as it was before. One failure comes later, with the whole
    ///   file in place: that its folder could not be synced.
    public func commit() throws(IOError) {
        try makeDurable()
        try takeName()
        try target.syncFolder()
    }

    /// Brings every byte to the disk; what fails discards the file.
    func makeDurable() throws(IOError) {
        precondition(isOpen, "the file is already committed or discarded")
        try orDiscard { () throws(IOError) in
            try flush()
            if let mode = target.existingMode, fchmod(file.descriptor, mode) != 0 { throw IOError(.create, path) }
            guard fsync(file.descriptor) == 0 else { throw IOError(.sync, path) }
        }
    }

    /// Puts the durable file at its path; what fails discards it.
    func takeName() throws(IOError) {
        precondition(isOpen, "the file is already committed or discarded")
        try orDiscard { () throws(IOError) in
            if temporaryPath == nil {
                if target.existingMode == nil, file.link(to: target.resolvedPath) { return }
                temporaryPath = try target.name(file)
            }
            guard let temporaryPath, rename(temporaryPath, target.resolvedPath) == 0 else {
                throw IOError(.rename, path)
            }
        }
        isOpen = false
    }

    /// Makes the entries of the destination's folder durable.
    func syncFolder() throws(IOError) { try target.syncFolder() }

    /// Removes the file that lies at the destination, if one does.
    func removeDestination() throws(IOError) {
        guard unlink(target.resolvedPath) == 0 || errno == ENOENT else { throw IOError(.remove, path) }
    }

    private func orDiscard(_ body: () throws(IOError) -> Void) throws(IOError) {
        do throws(IOError) {
            try body()
        } catch {
            discard()
            throw error
        }
    }

    /// Gives the output up; nothing of it remains.
    public func discard() {
        guard isOpen else { return }
        isOpen = false
        if let temporaryPath { unlink(temporaryPath) }
    }
}
