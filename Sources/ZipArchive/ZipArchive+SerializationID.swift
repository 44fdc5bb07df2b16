import ByteIO

extension ZipArchive {
    /// The serialization id that PyTorch wrote into the archive, and the one that the records before it give. Equal
    /// ids mean equal records; another id than the records give means that somebody changed them after it was written.
    /// Nil where there is no such record, or where records are packed, which PyTorch never does.
    package func serializationIDs() -> (written: String, computed: String)? {
        let suffix = Array("/.data/serialization_id".utf8)
        guard let record = entries.last(where: { $0.nameBytes.count > suffix.count && $0.nameBytes.hasSuffix(suffix) }),
            let written = try? data(of: record).utf8Text
        else { return nil }
        let prefixCount = record.nameBytes.count - suffix.count + 1
        var identity = SerializationID()
        for entry in entries[..<record.index] {
            guard entry.method == .stored, entry.nameBytes.count > prefixCount,
                let name = try? entry.nameBytes.slice(prefixCount..<entry.nameBytes.count).utf8Text,
                let data = try? data(of: entry),
                let head = try? data.copy(at: 0, count: min(data.count, SerializationID.Head.size))
            else { return nil }
            identity.add(name: name, head: SerializationID.Head(head), crc: entry.crc)
        }
        return (written, identity.text)
    }
}

extension Bytes {
    fileprivate func hasSuffix(_ suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
