import ByteIO

/// Writes the archive that `torch.save` of PyTorch 2.15 writes: its records, their order, names and bytes.
///
/// One `addPickle`, then a storage after the other, then `finish()`; the caller commits the file.
package struct PyTorchArchiveWriter: ~Copyable {
    /// The folder that all records lie in.
    package let prefix: String
    private var zip: ZipWriter
    private var identity = SerializationID()
    private var storageCount = 0
    /// The CRC-32 of the record that was added last.
    package private(set) var lastChecksum: UInt32 = 0
    /// What has come of the storage that is open, up to the bytes that the serialization id looks at.
    private var head: [UInt8] = []

    /// - Parameter output: a file that nothing has been written to.
    /// - Parameter prefix: see `prefix(forPath:)`.
    package init(output: AtomicFile, prefix: String) {
        self.prefix = prefix
        self.zip = ZipWriter(output: output)
    }

    /// The prefix that PyTorch takes for a file: the base name without its last extension, or `archive` if the
    /// path is not ASCII or nothing remains, and for `-`, which is a stream: what `torch.save` takes for one.
    package static func prefix(forPath path: String) -> String {
        guard path != "-", path.utf8.allSatisfy({ $0 < 0x80 }) else { return "archive" }
        let name = path.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? ""
        let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name
        return stem.isEmpty ? "archive" : String(stem)
    }

    /// Writes `data.pkl` and the three records that say how to read the storages.
    /// - Parameter byteOrder: the order of the storages' elements.
    package mutating func addPickle(_ pickle: Bytes, byteOrder: ByteOrder = .little) throws(IOError) {
        try addRecord("data.pkl", pickle)
        try addRecord(".format_version", Bytes(utf8: "1"))
        try addRecord(".storage_alignment", Bytes(utf8: "64"))
        try addRecord("byteorder", Bytes(utf8: byteOrder.rawValue))
    }

    /// Appends the next storage: `data/0`, `data/1` …
    /// - Parameter crc: the CRC-32 of `data` if known. 0 counts as not known, as it does in archives.
    /// - Returns: the number of the storage, by which the pickle refers to it.
    @discardableResult
    package mutating func addStorage(_ data: Bytes, crc: UInt32? = nil) throws(IOError) -> Int {
        defer { storageCount += 1 }
        try addRecord("data/\(storageCount)", data, crc: crc == 0 ? nil : crc)
        return storageCount
    }

    /// Begins the next storage, whose bytes come part by part: `append(_:)` until it is whole, then `endStorage()`.
    /// - Parameter size: how many bytes will come.
    package mutating func beginStorage(size: Int) throws(IOError) {
        head = []
        try zip.begin(name: "\(prefix)/data/\(storageCount)", size: size)
    }

    /// Appends to the storage that is open.
    package mutating func append(_ part: UnsafeRawBufferPointer) throws(IOError) {
        head += part.prefix(SerializationID.Head.size - head.count)
        try zip.append(part)
    }

    /// Ends the storage that is open.
    /// - Precondition: as many bytes came as `beginStorage` said.
    /// - Returns: the number of the storage.
    @discardableResult
    package mutating func endStorage() throws(IOError) -> Int {
        defer { storageCount += 1 }
        let crc = try zip.end()
        identity.add(name: "data/\(storageCount)", head: SerializationID.Head(Bytes(head)), crc: crc)
        return storageCount
    }

    /// Appends a record of another name, which must be new.
    /// - Parameter name: without the prefix.
    package mutating func addRecord(_ name: String, _ data: Bytes, crc: UInt32? = nil) throws(IOError) {
        // Before the data goes where its pages are released.
        let head = SerializationID.Head(data)
        let crc = try zip.add(name: "\(prefix)/\(name)", data: data, crc: crc)
        identity.add(name: name, head: head, crc: crc)
        lastChecksum = crc
    }

    /// Writes `version`, the serialization id and the directory.
    package consuming func finish() throws(IOError) {
        try addRecord("version", Bytes(utf8: "3\n"))
        try addRecord(".data/serialization_id", Bytes(utf8: identity.text))
        try zip.finish()
    }
}
