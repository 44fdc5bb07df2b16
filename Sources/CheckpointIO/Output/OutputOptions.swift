/// How a checkpoint is laid out in files.
package struct OutputOptions: Sendable {
    package var format: OutputFormat
    /// How many bytes of tensors a file takes before the next is begun; nil for one file. What is split is a state
    /// dict: nothing around it is written.
    package var maxShardSize: Int?
    /// Whether bytes of storages that no written tensor sees are left out. safetensors never holds such bytes.
    package var isCompact: Bool
    /// Whether records are copied without being read: their checksums are kept, right or wrong.
    package var trustsChecksums: Bool
    /// Whether a file that exists already is left alone: then none is written.
    package var keepsExisting: Bool

    package init(
        _ format: OutputFormat = .torchZip, maxShardSize: Int? = nil, isCompact: Bool = false,
        trustsChecksums: Bool = false, keepsExisting: Bool = false
    ) {
        self.keepsExisting = keepsExisting
        self.trustsChecksums = trustsChecksums
        self.format = format
        self.maxShardSize = maxShardSize
        self.isCompact = isCompact
    }
}
