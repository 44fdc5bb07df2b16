/// Where the records of an archive lie that PyTorch writes, from their names and sizes alone.
package struct PyTorchArchiveLayout {
    /// The data of every record begins at a multiple of this.
    package let alignment: Int
    /// Where the next record begins.
    package private(set) var end = 0
    private var directory = LittleEndianBuffer()
    private var count: UInt64 = 0

    package init(alignment: Int = 64) { self.alignment = alignment }

    /// No file is larger; sizes that a damaged file declares may be.
    private static let limit = 1 << 60

    /// - Parameter name: with the folder.
    package mutating func add(_ name: String, size: Int) {
        let record = RecordHeader(name: Array(name.utf8), size: UInt64(size), offset: UInt64(end), crc: 0)
        var header = LittleEndianBuffer()
        record.appendLocal(alignment: alignment, to: &header)
        record.appendDescriptor(to: &header)
        record.appendDirectoryEntry(to: &directory)
        let (sum, overflow) = (end + header.bytes.count).addingReportingOverflow(size)
        end = overflow ? Self.limit : min(sum, Self.limit)
        count += 1
    }

    /// The size of the archive with these records.
    package var byteCount: Int {
        let records = EndRecords(
            entryCount: count, directoryOffset: UInt64(end), directorySize: UInt64(directory.bytes.count))
        return end + directory.bytes.count + records.bytes.count
    }
}
