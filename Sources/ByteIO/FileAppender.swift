import Dispatch
import PlatformC

/// Writes batches at the end of a file, and has the disk begin with them early, on another thread: to hand it what it
/// is to write takes long.
struct FileAppender {
    let file: FileDescriptor
    /// How many bytes have reached the file.
    private var written = 0
    /// Up to here the system has been asked to write to the disk.
    private var writtenBack = 0
    private var copiesInKernel = true
    private var vectors: [iovec] = []
    private let disk = DispatchQueue(label: "FileAppender.disk")

    /// So much is written between two requests to begin with the disk, which leaves little to wait for at the end.
    private static let writebackInterval = 1 << 24
    /// Blocks that the kernel does not copy by itself are written so many bytes at a time.
    private static let windowSize = 1 << 20

    init(_ file: FileDescriptor) { self.file = file }

    mutating func append(_ batch: WriteBatch) throws(IOError) {
        var pieces = batch.pieces[...]
        while let piece = pieces.first {
            if case .blocks(let blocks) = piece {
                pieces.removeFirst()
                try append(blocks: blocks)
            } else {
                let end = pieces.firstIndex { if case .blocks = $0 { true } else { false } } ?? pieces.endIndex
                try append(pieces[..<end], of: batch)
                pieces = pieces[end...]
            }
        }
    }

    /// Sets room on the disk aside for that many bytes, at which the file's size stays. Only a hint.
    func reserve(_ count: Int) { file.reserve(count) }

    /// Makes what was written durable.
    func sync() throws(IOError) {
        guard fsync(file.descriptor) == 0 else { throw IOError(.sync, file.path) }
    }

    // MARK: Memory

    private mutating func append(_ pieces: ArraySlice<WriteBatch.Piece>, of batch: WriteBatch) throws(IOError) {
        vectors.removeAll(keepingCapacity: true)
        var count = 0
        for piece in pieces {
            batch.withMemory(of: piece) {
                vectors.append(iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count))
                count += $0.count
            }
        }
        do throws(IOError) {
            try file.write(&vectors)
        } catch {
            throw error.reason == .system(EFAULT) ? Self.cutFile(of: pieces) ?? error : error
        }
        advance(by: count)
    }

    /// What a mapping that is no longer backed by its file means.
    private static func cutFile(of pieces: ArraySlice<WriteBatch.Piece>) -> IOError? {
        for case .kept(let bytes) in pieces {
            var status = stat()
            guard let region = bytes.fileRegion, (try? region.file.withDescriptor { fstat($0, &status) }) == 0 else {
                continue
            }
            let end = region.offset + region.count
            if Int(status.st_size) < end {
                return IOError(.read, region.path, .shrunk(expected: end, size: Int(status.st_size)))
            }
        }
        return nil
    }

    // MARK: Blocks

    /// Has the kernel copy the blocks, or the file system share them; what it doesn't is written.
    private mutating func append(blocks: Bytes) throws(IOError) {
        var done = 0
        while copiesInKernel, done < blocks.count, let region = blocks.fileRegion {
            let offset = region.offset + done
            let count = file.copyInKernel(
                from: region.file, at: offset, count: min(blocks.count - done, Self.writebackInterval))
            if count > 0 {
                done += count
                advance(by: count)
            } else if count == 0 {
                throw IOError(.read, region.path, .shrunk(expected: region.offset + region.count, size: offset))
            } else {
                switch errno {
                case EINTR: break
                case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM, EBADF: copiesInKernel = false
                default: throw IOError(.copy, file.path)
                }
            }
        }
        while done < blocks.count {
            let count = min(blocks.count - done, Self.windowSize)
            let window = blocks.part(done..<done + count)
            let batch = WriteBatch()
            batch.append(keeping: window)
            batch.populatePages()
            try append(batch)
            batch.removeAll()
            done += count
        }
    }

    /// Counts what has reached the file, and has the disk begin with it.
    private mutating func advance(by count: Int) {
        written += count
        if written - writtenBack >= Self.writebackInterval {
            let range = writtenBack..<written
            disk.async { [file] in file.startWriteback(from: range.lowerBound, count: range.count) }
            writtenBack = written
        }
    }
}
