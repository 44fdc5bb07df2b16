import ByteIO

/// Writes stored records in the layout of PyTorch's own zip writer, byte for byte.
///
/// That layout: every record's data starts at a multiple of `alignment`, thanks to an `FB` extra field that is
/// there even when empty; sizes and CRC are in a descriptor after the data; version numbers, times and
/// attributes are 0; a zip64 end record is always there.
/// Source: `caffe2/serialize/inline_container.cc` of PyTorch 2.15 and the miniz that it uses.
package struct ZipWriter: ~Copyable {
    private let output: AtomicFile
    private let alignment: Int
    /// The central directory as far as it is known.
    private var directory = LittleEndianBuffer()
    private var entryCount = 0
    /// Is filled anew for each header.
    private var scratch = LittleEndianBuffer()
    /// The record whose data comes part by part.
    private var open: (name: [UInt8], size: Int, offset: Int, checksum: CRC32)?

    /// - Parameter output: takes the archive from its present position on, which must be 0 for the offsets to hold.
    package init(output: AtomicFile, alignment: Int = 64) {
        precondition(output.position == 0 && alignment > 0)
        self.output = output
        self.alignment = alignment
    }

    /// Appends a stored record. Data in a mapped file is copied by the kernel, and read here only if its CRC is not
    /// known.
    /// - Parameter name: at most 65,535 bytes of UTF-8.
    /// - Parameter crc: the CRC-32 of `data`, or nil to have it computed.
    /// - Returns: the CRC-32 of `data`.
    @discardableResult
    package mutating func add(name: String, data: Bytes, crc: UInt32? = nil) throws(IOError) -> UInt32 {
        var header = RecordHeader(
            name: Array(name.utf8), size: UInt64(data.count), offset: UInt64(output.position), crc: crc ?? 0)
        try writeLocal(header)
        if crc == nil {
            var checksum = CRC32()
            try output.copy(data) { checksum.update($0) }
            header.crc = checksum.value
        } else {
            try output.copy(data)
        }
        try finish(header)
        return header.crc
    }

    /// Begins a stored record whose data comes part by part: `append(_:)` until it is whole, then `end()`.
    /// - Parameter name: at most 65,535 bytes of UTF-8.
    /// - Parameter size: how many bytes will come.
    package mutating func begin(name: String, size: Int) throws(IOError) {
        precondition(open == nil, "a record is open already")
        let header = RecordHeader(name: Array(name.utf8), size: UInt64(size), offset: UInt64(output.position), crc: 0)
        open = (header.name, size, output.position, CRC32())
        try writeLocal(header)
    }

    /// Appends to the record that is open.
    package mutating func append(_ part: UnsafeRawBufferPointer) throws(IOError) {
        open?.checksum.update(part)
        try output.write(part)
    }

    /// Ends the record that is open.
    /// - Precondition: as many bytes came as `begin` said.
    /// - Returns: their CRC-32.
    @discardableResult
    package mutating func end() throws(IOError) -> UInt32 {
        guard let record = open, record.checksum.count == record.size else {
            preconditionFailure("the record is not whole")
        }
        open = nil
        let header = RecordHeader(
            name: record.name, size: UInt64(record.size), offset: UInt64(record.offset), crc: record.checksum.value)
        try finish(header)
        return header.crc
    }

    private mutating func writeLocal(_ header: RecordHeader) throws(IOError) {
        scratch.removeAll()
        header.appendLocal(alignment: alignment, to: &scratch)
        try output.write(scratch.bytes)
    }

    /// Writes what follows the data of a record, and takes it up into the directory.
    private mutating func finish(_ header: RecordHeader) throws(IOError) {
        scratch.removeAll()
        header.appendDescriptor(to: &scratch)
        try output.write(scratch.bytes)
        header.appendDirectoryEntry(to: &directory)
        entryCount += 1
    }

    /// Writes the central directory. The file is not committed yet.
    package consuming func finish() throws(IOError) {
        let offset = output.position
        try output.write(directory.bytes)
        try output.write(
            EndRecords(
                entryCount: UInt64(entryCount), directoryOffset: UInt64(offset),
                directorySize: UInt64(directory.bytes.count)
            ).bytes)
    }
}
