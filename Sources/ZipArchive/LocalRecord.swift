import ByteIO

/// A record of an archive whose directory is missing, by its local header.
package struct LocalRecord: Sendable, Equatable {
    package let name: String
    package let method: ZipMethod
    /// The offset of the first byte of data.
    package let dataOffset: Int
    /// How many bytes the data takes; nil where only a descriptor after the data says it, as PyTorch writes.
    package let compressedSize: Int?
}

extension ZipArchive {
    /// The records from `start` on, as far as headers say where the next one begins; at most `limit`.
    package static func localRecords(of bytes: Bytes, from start: Int = 0, limit: Int = 1 << 16) -> [LocalRecord] {
        var records: [LocalRecord] = []
        var offset = start
        while records.count < limit, let header = try? LocalHeader(bytes, at: offset) {
            let isLate = header.flags & ZipRecord.hasDescriptor != 0
            let size = isLate ? nil : header.compressedSize.flatMap { Int(exactly: $0) }
            records.append(
                LocalRecord(
                    name: String(decoding: header.nameBytes, as: UTF8.self), method: ZipMethod(code: header.method),
                    dataOffset: header.dataOffset, compressedSize: size))
            guard let size else { break }
            let (end, overflow) = header.dataOffset.addingReportingOverflow(size)
            guard !overflow, end < bytes.count else { break }
            offset = end
        }
        return records
    }
}
