import ByteIO

/// Everything that some reader could take for an entry of a zip archive, however damaged or contradictory that is.
///
/// Readers disagree: Python believes the last end record and allows for bytes before the archive, PyTorch takes
/// offsets as they are, neither minds what local headers say of sizes or PyTorch of checksums, and tools that stream
/// see local headers only. A survey looks at the directories of all end records and at the local headers between
/// their entries, checks nothing, and says where they disagree. `ZipArchive` reads archives that are sound.
package struct ZipSurvey: Sendable {
    /// An entry as one of the views has it.
    package struct Record: Sendable {
        /// The name in the directory; in the local header where no directory lists it.
        package let nameBytes: Bytes
        package let headerOffset: Int
        package let method: ZipMethod
        package let flags: UInt16
        package let crc: UInt32
        /// How many bytes the data unpacks to, if that is true.
        package let size: UInt64
        /// The data as it lies there, cut where the archive ends.
        package let packed: Bytes
        /// The first bytes of `packed`, read with the header: to look at them costs no page of a mapped file.
        package let head: Bytes
        /// False for a local header that no directory lists.
        package let isListed: Bool

        package var name: String { String(decoding: nameBytes, as: UTF8.self) }
    }

    /// Where two views disagree, or something is out of place.
    package enum Flaw: Sendable, Equatable {
        /// Bytes before the archive, which its offsets may or may not count.
        case leadingBytes(Int)
        /// Bytes after the end record and its comment.
        case trailingBytes(Int, offset: Int)
        /// More than one end record, so that readers may see different archives.
        case severalEndRecords(offsets: [Int])
        /// The directory ends where the end record says that more entries follow.
        case directoryCut(offset: Int, listed: Int, declared: UInt64)
        case noDirectory
        /// An entry's local header is missing or gives other facts.
        case mismatch(name: String, offset: Int, field: String)
        /// A local header that no directory lists.
        case unlisted(name: String, offset: Int)
        case duplicate(name: String, offset: Int)
        case encrypted(name: String, offset: Int)
        /// Data between the entries that is not part of any.
        case gap(offset: Int, count: Int)
        case tooManyRecords(limit: Int)
    }

    package private(set) var records: [Record] = []
    package private(set) var flaws: [Flaw] = []
    /// The distinct comments of the archive's end records and entries that are not empty, up to a limit.
    package private(set) var comments: [Bytes] = []

    private let bytes: Bytes
    /// Where the runs of bytes that entries take begin and end.
    private var extents: [Range<Int>] = []
    private var names: Set<Bytes> = []
    private var seen: Set<Reading> = []
    /// How many bytes of records may still be given: entries of an archive do not overlap.
    private var room: Int
    private var hasDirectory = true

    /// A place and how its bytes are read.
    private struct Reading: Hashable {
        let headerOffset: Int
        let method: UInt16
        let compressedSize: UInt64
    }

    private static let maximumComments = 64

    /// Records beyond these are not looked for.
    package static let maximumRecords = 1 << 20

    package init(_ bytes: Bytes) {
        self.bytes = bytes
        room = 1 << 24 + 8 * min(bytes.count, 1 << 56)
        surveyDirectories()
        surveyGaps()
    }

    /// Whether an end record lies in the last 64 kB: whether readers that look from the end see an archive.
    package static func hasEndRecord(_ bytes: Bytes) -> Bool { !endRecords(bytes).isEmpty }

    // MARK: Directories

    /// The offsets of what reads as an end record, the last one first.
    private static func endRecords(_ bytes: Bytes) -> [Int] {
        let last = bytes.count - ZipRecord.endSize
        guard last >= 0 else { return [] }
        return bytes.withUnsafeBytes { buffer in
            stride(from: last, through: max(0, last - 0xffff), by: -1).filter { offset in
                buffer[offset] == 0x50
                    && UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                        == ZipRecord.end
            }
        }
    }

    private mutating func surveyDirectories() {
        let ends = Self.endRecords(bytes)
        guard let first = ends.first else {
            flaws.append(.noDirectory)
            hasDirectory = false
            return
        }
        var directories: [Int] = []
        for end in ends.prefix(16) {
            // An archive inside an entry of this one has its own end.
            if extents.contains(where: { $0.contains(end) }) { continue }
            let found = survey(endAt: end)
            if found > 0 || end == first { directories.append(end) }
            if let count = try? bytes.load(UInt16.self, at: end + 20) {
                note(comment: slice(end + ZipRecord.endSize, UInt64(count)))
            }
        }
        if directories.count > 1 { flaws.append(.severalEndRecords(offsets: directories)) }
        if let comment = try? bytes.load(UInt16.self, at: first + 20) {
            let end = first + ZipRecord.endSize + Int(comment)
            if end < bytes.count { flaws.append(.trailingBytes(bytes.count - end, offset: end)) }
            extents.append(first..<min(end, bytes.count))
        }
    }

    /// Reads the directories that the end record at `offset` may mean; returns how many entries they have.
    private mutating func survey(endAt offset: Int) -> Int {
        guard let count = try? bytes.load(UInt16.self, at: offset + 10),
            let size = try? bytes.load(UInt32.self, at: offset + 12),
            let start = try? bytes.load(UInt32.self, at: offset + 16)
        else { return 0 }
        var places: [(offset: Int, shift: Int, declared: UInt64)] = []
        func add(_ size: UInt64, _ start: UInt64, _ count: UInt64, end: Int) {
            guard let size = Int(exactly: size), let start = Int(exactly: start) else { return }
            // As PyTorch takes it, and as Python does: relative to where the directory must begin to end here.
            if start <= end, !places.contains(where: { $0.offset == start }) { places.append((start, 0, count)) }
            let moved = end - size
            if size <= end, moved != start, !places.contains(where: { $0.offset == moved }) {
                places.append((moved, moved - start, count))
            }
        }
        var directoryEnd = offset
        if let zip64 = try? Zip64EndRecord(bytes, before: offset) {
            directoryEnd = zip64.offset
            let fields = zip64.fields
            add(fields.directorySize, fields.directoryOffset, fields.entryCount, end: zip64.offset)
            extents.append(zip64.offset..<offset)
        }
        add(UInt64(size), UInt64(start), UInt64(count), end: directoryEnd)
        var total = 0
        for place in places {
            let found = survey(directoryAt: place.offset, end: offset, shift: place.shift)
            if found > 0, place.shift > 0 { note(.leadingBytes(place.shift)) }
            if found > 0, UInt64(found) != place.declared {
                flaws.append(.directoryCut(offset: place.offset, listed: found, declared: place.declared))
            }
            total += found
        }
        return total
    }

    private mutating func survey(directoryAt start: Int, end: Int, shift: Int) -> Int {
        guard let upToEnd = try? bytes.slice(at: 0, count: end) else { return 0 }
        var offset = start
        var found = 0
        while records.count < Self.maximumRecords,
            let entry = DirectoryFacts(upToEnd, at: offset)
        {
            let (header, overflow) = entry.headerOffset.addingReportingOverflow(UInt64(bitPattern: Int64(shift)))
            if let header = Int(exactly: header), !overflow || shift < 0 { enter(entry, header) }
            offset = entry.end
            found += 1
        }
        if found > 0 { extents.append(start..<offset) }
        if records.count == Self.maximumRecords { note(.tooManyRecords(limit: Self.maximumRecords)) }
        return found
    }

    private mutating func enter(_ entry: DirectoryFacts, _ headerOffset: Int) {
        let reading = Reading(
            headerOffset: headerOffset, method: entry.method, compressedSize: entry.compressedSize)
        let isNew = seen.insert(reading).inserted
        note(comment: entry.comment)
        guard let local = LocalFacts(bytes, at: headerOffset) else {
            if isNew {
                flaws.append(.mismatch(name: entry.name, offset: headerOffset, field: "place of the local header"))
            }
            return
        }
        let data = isNew ? self.data(local.dataOffset, entry.compressedSize) : Bytes()
        let record = Record(
            nameBytes: entry.nameBytes, headerOffset: headerOffset, method: ZipMethod(code: entry.method),
            flags: entry.flags | local.flags, crc: entry.crc, size: entry.size, packed: data,
            head: local.head(ofDataOf: data.count), isListed: true)
        guard isNew else { return }
        records.append(record)
        extents.append(headerOffset..<local.dataOffset + data.count)
        if !names.insert(entry.nameBytes).inserted {
            flaws.append(.duplicate(name: entry.name, offset: headerOffset))
        }
        if record.flags & (1 << 0 | 1 << 5 | 1 << 6 | 1 << 13) != 0 {
            flaws.append(.encrypted(name: entry.name, offset: headerOffset))
        }
        compare(entry, local, headerOffset, data)
    }

    private mutating func compare(
        _ entry: DirectoryFacts, _ local: LocalFacts, _ offset: Int, _ data: Bytes
    ) {
        func mismatch(_ field: String) { flaws.append(.mismatch(name: entry.name, offset: offset, field: field)) }
        let isLate = local.flags & ZipRecord.hasDescriptor != 0
        func differs(_ directory: UInt64, _ local: UInt64) -> Bool { directory != local && !(isLate && local == 0) }
        if local.nameBytes != entry.nameBytes { mismatch("name") }
        if local.method != entry.method { mismatch("compression method") }
        if differs(entry.compressedSize, local.compressedSize) { mismatch("compressed size") }
        if differs(entry.size, local.size) { mismatch("size") }
        if differs(UInt64(entry.crc), UInt64(local.crc)) { mismatch("CRC-32") }
        // The other reading of the same data.
        if local.method != entry.method || differs(entry.compressedSize, local.compressedSize) {
            let count = isLate && local.compressedSize == 0 ? entry.compressedSize : local.compressedSize
            records.append(
                Record(
                    nameBytes: local.nameBytes, headerOffset: offset, method: ZipMethod(code: local.method),
                    flags: local.flags, crc: local.crc, size: local.size, packed: self.data(local.dataOffset, count),
                    head: local.head(ofDataOf: data.count), isListed: false))
        }
    }

    // MARK: Gaps

    /// A data descriptor, PyTorch's padding and what else may lie between two entries.
    private static let plainGap = 64

    /// Looks for local headers where no directory says that there are any.
    private mutating func surveyGaps() {
        extents.sort { $0.lowerBound < $1.lowerBound }
        var position = 0
        var gaps: [Range<Int>] = []
        for extent in extents {
            if extent.lowerBound > position { gaps.append(position..<extent.lowerBound) }
            position = max(position, extent.upperBound)
        }
        if position < bytes.count { gaps.append(position..<bytes.count) }
        for gap in gaps where gap.count > ZipRecord.localHeaderSize { surveyGap(gap) }
    }

    private mutating func surveyGap(_ gap: Range<Int>) {
        var position = gap.lowerBound
        var isEmpty = true
        while records.count < Self.maximumRecords, let header = nextHeader(in: position..<gap.upperBound) {
            // A header may be wrong about its size, or about being one: the next counts wherever it lies.
            position = header + 4
            guard let local = LocalFacts(bytes, at: header) else { continue }
            isEmpty = false
            let isSizeKnown = local.flags & ZipRecord.hasDescriptor == 0 || local.compressedSize > 0
            let room = UInt64(max(gap.upperBound - local.dataOffset, 0))
            let data = self.data(local.dataOffset, isSizeKnown ? min(local.compressedSize, room) : room)
            records.append(
                Record(
                    nameBytes: local.nameBytes, headerOffset: header, method: ZipMethod(code: local.method),
                    flags: local.flags, crc: isSizeKnown ? local.crc : 0, size: local.size, packed: data,
                    head: local.head(ofDataOf: data.count), isListed: false))
            if hasDirectory {
                flaws.append(.unlisted(name: String(decoding: local.nameBytes, as: UTF8.self), offset: header))
            }
        }
        let isZero = gap.count <= Self.plainGap || (try? bytes.slice(gap))?.allSatisfy { $0 == 0 } ?? true
        if isEmpty, !isZero { flaws.append(.gap(offset: gap.lowerBound, count: gap.count)) }
    }

    private func nextHeader(in range: Range<Int>) -> Int? {
        bytes.withUnsafeBytes { buffer in
            var position = range.lowerBound
            while position + ZipRecord.localHeaderSize <= range.upperBound {
                guard let found = buffer[position..<range.upperBound - 3].firstIndex(of: 0x50) else { return nil }
                let signature = buffer.loadUnaligned(fromByteOffset: found, as: UInt32.self)
                if UInt32(littleEndian: signature) == ZipRecord.localHeader { return found }
                position = found + 1
            }
            return nil
        }
    }

    /// The data of a record; its beginning only, where records that overlap have taken too much.
    private mutating func data(_ offset: Int, _ count: UInt64) -> Bytes {
        let data = slice(offset, room > 0 ? count : min(count, 1 << 12))
        if room > 0 {
            room -= data.count
            if room <= 0 { flaws.append(.tooManyRecords(limit: records.count)) }
        }
        return data
    }

    private func slice(_ offset: Int, _ count: UInt64) -> Bytes {
        let room = max(bytes.count - offset, 0)
        return (try? bytes.slice(at: offset, count: Int(min(count, UInt64(room))))) ?? Bytes()
    }

    private mutating func note(comment: Bytes) {
        guard !comment.isEmpty, comments.count < Self.maximumComments, !comments.contains(comment) else { return }
        comments.append(comment)
    }

    private mutating func note(_ flaw: Flaw) {
        if !flaws.contains(flaw) { flaws.append(flaw) }
    }
}
