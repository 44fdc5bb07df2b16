import ByteIO
import CheckpointIO

/// A file that was just written, opened again.
struct WrittenFile {
    let checkpoint: Checkpoint
    let byteCount: Int

    init(_ path: String) throws {
        checkpoint = try Checkpoint.open(path)
        byteCount = try MappedFile(path: path).bytes.count
    }
}
