import ByteIO

/// A run of a checkpoint's bytes that has a checksum of its own, outside of any archive.
struct RecordChecksum: Sendable {
    /// The file that the bytes lie in.
    let file: String
    /// What the file calls them.
    let name: String
    /// The key of the tensor that they belong to.
    let key: String
    /// The offset of the first byte in the file.
    let offset: Int
    let byteCount: Int
    /// Reads the bytes; gives what is wrong with them as the end of a sentence, nil where they are as they were written.
    let flaw: @Sendable () -> String?
}
