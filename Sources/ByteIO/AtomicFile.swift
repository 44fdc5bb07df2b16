import PlatformC

/// An output file that comes into being whole, at `commit()`, or not at all.
///
/// The bytes go to a file without a name in the destination's folder (Linux, `O_TMPFILE`): a process that is
/// killed leaves nothing behind. It takes its name in one step where no file has that name yet. To replace a file
/// takes two, and a kill just between them leaves a hidden, complete `.….partial`. Where the file system has no
/// files without names, the bytes go to such a hidden file from the start, which `discard()` and `deinit` remove, and
/// in a tool Ctrl-C does (`HiddenFiles`); only SIGKILL leaves it there, and it is never mistaken for the output.
///
/// The destination keeps its mode if it exists (else 0666 less the umask), is reached through symbolic links,
/// and may be the very file that the bytes are copied from.
package final class AtomicFile {
    /// The destination as given.
    package var path: String { target.path }
    /// How many bytes have been written: the offset of the next one.
    package private(set) var position = 0

    private var target: OutputTarget
    private let file: FileDescriptor
    /// The temporary file's name while it has one.
    private var temporaryPath: String?
    private var isOpen = true

    private let queue: WriteQueue
    /// What comes next; it is written when it is full.
    private var batch = WriteBatch()
    /// How many bytes were written when the system was last told to make them durable.
    private var syncedPosition: Int?

    /// A unit of the page cache and of the file systems that share blocks between files.
    private static let blockSize = 4096
    /// Runs of a mapped file from this size on are worth a system call of their own.
    private static let kernelCopyThreshold = 1 << 16
    /// What stays in its place in memory, or in a mapped file, is passed on in parts of this size.
    private static let windowSize = 1 << 20

    /// Whether nothing may be at the destination when the file takes its name.
    private let isNew: Bool

    /// - Parameter isNew: whether a file that is at `path`, now or at `commit()`, stays, which is an error.
    /// - Throws: `IOError` if the folder takes no new file, or what lies at `path` cannot be replaced.
    package init(path: String, isNew: Bool = false) throws(IOError) {
        if isNew { try Self.checkFree(path) }
        let target = try OutputTarget(path: path)
        self.isNew = isNew
        (file, temporaryPath) = try target.createTemporary()
        self.target = target
        queue = WriteQueue(file)
    }

    /// A file that never takes a name: `send(to:)` passes it on.
    /// - Parameters:
    ///   - folder: where its bytes are until then.
    ///   - path: what errors call it.
    /// - Throws: `IOError` if the folder takes no new file.
    package init(unnamedIn folder: String, path: String) throws(IOError) {
        let target = OutputTarget(unnamedIn: folder, path: path)
        isNew = true
        do throws(IOError) {
            (file, temporaryPath) = try target.createTemporary()
        } catch {
            throw IOError(error.operation, folder, error.reason)
        }
        if let temporaryPath { unlink(temporaryPath) }
        temporaryPath = nil
        self.target = target
        queue = WriteQueue(file)
    }

    deinit { discard() }

    /// - Throws: `IOError` if something is at `path`.
    package static func checkFree(_ path: String) throws(IOError) {
        var status = stat()
        guard stat(path, &status) != 0 else { throw IOError(.create, path, .exists) }
        guard errno == ENOENT else { throw IOError(.create, path) }
    }

    /// Writes a file as a whole, replacing what is at `path`.
    /// - Throws: `IOError`; what was there is then as it was, as after `commit()`.
    package static func write(_ source: UnsafeRawBufferPointer, to path: String) throws(IOError) {
        let file = try AtomicFile(path: path)
        try file.write(source)
        try file.commit()
    }

    /// As `write(_:to:)`.
    package static func write(_ source: [UInt8], to path: String) throws(IOError) {
        try source.span.bytes.withUnsafeBytes { (bytes) throws(IOError) in try write(bytes, to: path) }
    }

    // MARK: Writing

    // What is written goes to another thread: an error may be thrown by a later call.

    /// Has the disk set room aside for that many bytes, which will all be written: that takes less time then.
    /// - Parameter newCount: how many of them lie in no file yet. Others the file system may share, so that they need
    ///   no room.
    /// - Throws: `IOError` if the disk has no room for the new ones.
    package func reserve(byteCount: Int, newCount: Int) throws(IOError) {
        if let free = file.freeByteCount, newCount > free {
            throw IOError(.write, path, .noRoom(needed: newCount, free: free))
        }
        queue.reserve(byteCount)
    }

    package func write(_ source: UnsafeRawBufferPointer) throws(IOError) {
        try append(count: source.count) { (part, done) throws(IOError) in
            part.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[done..<done + part.count]))
        }
    }

    package func write(_ source: [UInt8]) throws(IOError) {
        try source.span.bytes.withUnsafeBytes { (bytes) throws(IOError) in try write(bytes) }
    }

    /// Appends `source`, which is written from where it lies. What lies in a mapped file does not stay resident;
    /// blocks that lie at the same place within a block here as there are copied, or shared, by the file system.
    package func copy(_ source: Bytes) throws(IOError) {
        guard source.count >= Self.kernelCopyThreshold, let region = source.fileRegion,
            (region.offset - position) % Self.blockSize == 0
        else { return try pass(source) }
        let head = (Self.blockSize - position % Self.blockSize) % Self.blockSize
        let end = head + (source.count - head) / Self.blockSize * Self.blockSize
        try pass(source.part(0..<head))
        let blocks = source.part(head..<end)
        batch.append(blocks: blocks)
        // The caller may have looked at how they begin.
        batch.append(resident: blocks.part(0..<Self.blockSize))
        position += blocks.count
        if batch.isFull { try submit() }
        try pass(source.part(end..<source.count))
    }

    /// As `copy(_:)`, and shows the bytes to `body` in order, part by part, while they are at hand.
    package func copy(_ source: Bytes, reading body: (UnsafeRawBufferPointer) -> Void) throws(IOError) {
        var done = 0
        while done < source.count {
            let window = source.part(done..<min(done + Self.windowSize, source.count))
            window.populatePages()
            window.withUnsafeBytes(body)
            batch.append(resident: window)
            try copy(window)
            done += window.count
        }
    }

    /// Appends bytes as they lie: long ones without copying them.
    private func pass(_ source: Bytes) throws(IOError) {
        guard source.count >= Self.blockSize else { return try append(short: source) }
        var done = 0
        while done < source.count {
            let window = source.part(done..<min(done + Self.windowSize, source.count))
            batch.append(keeping: window)
            position += window.count
            done += window.count
            if batch.isFull { try submit() }
        }
    }

    /// Appends a few bytes. Those of a mapped file are read from it: nothing but what the caller has touched of their
    /// pages is in memory for their sake.
    private func append(short source: Bytes) throws(IOError) {
        guard let region = source.fileRegion else {
            return try source.withUnsafeBytes { (bytes) throws(IOError) in try write(bytes) }
        }
        batch.append(resident: source)
        try append(count: source.count) { (part, done) throws(IOError) in
            try region.file.read(into: part, at: region.offset + done)
        }
    }

    /// Appends `count` bytes that `body` writes part by part; `done` tells it how many bytes there were before.
    private func append(
        count: Int, _ body: (_ part: UnsafeMutableRawBufferPointer, _ done: Int) throws(IOError) -> Void
    ) throws(IOError) {
        var done = 0
        while done < count {
            let length = try batch.append(upTo: count - done) { (part) throws(IOError) in try body(part, done) }
            position += length
            done += length
            if batch.isFull { try submit() }
        }
    }

    private func submit() throws(IOError) {
        guard !batch.isEmpty else { return }
        batch = queue.submit(batch)
        try queue.checkFailure()
    }

    // MARK: Ending

    /// The bytes written so far, mapped: for a look at the file before it takes its name.
    package func contents() throws(IOError) -> Bytes {
        try submit()
        try queue.drain()
        return Bytes(try ByteStorage(mapping: file, count: position))
    }

    /// Gives the file another destination in the same folder: for a name that says what is in the file.
    /// - Throws: `IOError` if what lies at `path` cannot be replaced.
    package func redirect(to path: String) throws(IOError) {
        precondition(isOpen, "the file is already committed or discarded")
        target = try OutputTarget(path: path)
    }

    /// Has the system begin to make durable what was written, while the caller looks at it: `commit()` waits for less.
    package func startSync() throws(IOError) {
        guard syncedPosition != position else { return }
        try submit()
        queue.startSync()
        syncedPosition = position
    }

    /// Writes all of the file to an open descriptor and gives the file up.
    package func send(to descriptor: Int32) throws(IOError) {
        try submit()
        try queue.drain()
        try file.copy(count: position, toStream: descriptor)
        discard()
    }

    /// Makes the file durable and puts it at its path, replacing what was there.
    /// - Throws: `IOError`; the destination is then as it was before. One failure comes later, with the whole
    ///   file in place: that its folder could not be synced.
    package func commit() throws(IOError) {
        try makeDurable()
        try takeName()
        try target.syncFolder()
    }

    /// Brings every byte to the disk; what fails discards the file.
    func makeDurable() throws(IOError) {
        precondition(isOpen, "the file is already committed or discarded")
        try orDiscard { () throws(IOError) in
            if let mode = target.existingMode {
                guard fchmod(file.descriptor, mode) == 0 else { throw IOError(.create, path) }
                syncedPosition = nil
            }
            try startSync()
            try queue.drain()
        }
    }

    /// Puts the durable file at its path; what fails discards it.
    func takeName() throws(IOError) {
        precondition(isOpen, "the file is already committed or discarded")
        try orDiscard { () throws(IOError) in
            if temporaryPath == nil {
                if isNew || target.existingMode == nil, file.link(to: target.resolvedPath) { return }
                if isNew, errno == EEXIST { throw IOError(.create, path, .exists) }
                temporaryPath = try target.name(file)
            }
            if isNew { try target.reserve() }
            guard let temporaryPath, rename(temporaryPath, target.resolvedPath) == 0 else {
                let error = IOError(.rename, path)
                if isNew { unlink(target.resolvedPath) }
                throw error
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
    package func discard() {
        guard isOpen else { return }
        isOpen = false
        queue.stop()
        if let temporaryPath { unlink(temporaryPath) }
    }
}
