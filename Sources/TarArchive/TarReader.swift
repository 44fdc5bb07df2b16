import ByteIO

/// Walks the headers of an archive, from its start to its end or to what is wrong with it.
struct TarReader {
    let bytes: Bytes
    private(set) var entries: [TarEntry] = []

    /// The extended headers of the next member, and those of all members that follow.
    private var next = PaxRecords()
    private var all = PaxRecords()
    /// Names that GNU tar puts into members of their own.
    private var longName: String?
    private var longLinkName: String?
    /// Where the first extended header stands that still waits for its member.
    private var pending: Int?

    /// The most that one extended header may take: paths, in practice.
    private static let maximumExtendedSize = 1 << 20

    init(_ bytes: Bytes) { self.bytes = bytes }

    mutating func read() throws(TarError) {
        var offset = 0
        while offset < bytes.count {
            guard let block = try? bytes.slice(at: offset, count: TarHeader.blockSize) else {
                throw .truncatedHeader(offset: offset, remaining: bytes.count - offset)
            }
            guard block.contains(where: { $0 != 0 }) else {
                if let pending { throw .danglingHeader(offset: pending) }
                return try verifyEnd(from: offset)
            }
            offset = try readMember(TarHeader(block, offset: offset), at: offset)
        }
        throw .noEnd(offset: offset)
    }

    /// Everything from the closing block on is zero.
    private func verifyEnd(from offset: Int) throws(TarError) {
        let found = bytes.withUnsafeBytes { $0[offset...].firstIndex { $0 != 0 } }
        if let found { throw .trailingData(offset: found) }
    }

    /// - Returns: the offset of the next header.
    private mutating func readMember(_ header: TarHeader, at offset: Int) throws(TarError) -> Int {
        let dataOffset = offset + TarHeader.blockSize
        switch header.typeFlag {
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            try next.read(extendedData(header, at: offset), offset: offset)
        case UInt8(ascii: "g"):
            try all.read(extendedData(header, at: offset), offset: offset)
            return try end(of: header.name, dataOffset, header.size)
        case UInt8(ascii: "L"): longName = Self.text(try extendedData(header, at: offset))
        case UInt8(ascii: "K"): longLinkName = Self.text(try extendedData(header, at: offset))
        default: return try readEntry(header, at: offset)
        }
        pending = pending ?? offset
        return try end(of: header.name, dataOffset, header.size)
    }

    private mutating func readEntry(_ header: TarHeader, at offset: Int) throws(TarError) -> Int {
        let name = next.path ?? longName ?? all.path ?? header.name
        let link = next.linkPath ?? longLinkName ?? all.linkPath ?? header.linkName
        let kind = TarEntry.Kind(header.typeFlag, name: name, target: link)
        guard header.typeFlag != UInt8(ascii: "S"), !next.isSparse, !all.isSparse else {
            throw .sparse(name: name, offset: offset)
        }
        let size = kind.hasData(header.typeFlag) ? next.size ?? all.size ?? header.size : 0
        let dataOffset = offset + TarHeader.blockSize
        let end = try end(of: name, dataOffset, size)
        entries.append(TarEntry(name: name, kind: kind, headerOffset: offset, dataOffset: dataOffset, size: size))
        (next, longName, longLinkName, pending) = (PaxRecords(), nil, nil, nil)
        return end
    }

    private func extendedData(_ header: TarHeader, at offset: Int) throws(TarError) -> Bytes {
        guard header.size <= Self.maximumExtendedSize else {
            throw .extendedHeaderSize(offset: offset, size: header.size, limit: Self.maximumExtendedSize)
        }
        return try data(of: header.name, offset + TarHeader.blockSize, header.size)
    }

    private func data(of name: String, _ offset: Int, _ size: Int) throws(TarError) -> Bytes {
        guard let data = try? bytes.slice(at: offset, count: size) else {
            throw .truncatedData(name: name, offset: offset, needed: size, remaining: bytes.count - offset)
        }
        return data
    }

    /// Where the block ends that the data ends in.
    private func end(of name: String, _ offset: Int, _ size: Int) throws(TarError) -> Int {
        let end = offset + (try data(of: name, offset, size)).count
        let (padded, overflow) = end.addingReportingOverflow(TarHeader.blockSize - 1)
        let next = padded / TarHeader.blockSize * TarHeader.blockSize
        guard !overflow, next <= bytes.count else { throw .noEnd(offset: bytes.count) }
        return next
    }

    private static func text(_ data: Bytes) -> String { String(decoding: data.prefix { $0 != 0 }, as: UTF8.self) }
}

extension TarEntry.Kind {
    fileprivate init(_ flag: UInt8, name: String, target: String) {
        switch flag {
        // Before POSIX, a directory was a file whose name ends so.
        case 0: self = name.utf8.last == UInt8(ascii: "/") ? .directory : .file
        case UInt8(ascii: "0"), UInt8(ascii: "7"): self = .file
        case UInt8(ascii: "1"): self = .hardLink(target: target)
        case UInt8(ascii: "2"): self = .symbolicLink(target: target)
        case UInt8(ascii: "5"): self = .directory
        default: self = .other(flag: flag)
        }
    }

    /// Whether data follows the header: not for links, directories, devices and pipes, whatever size they give.
    fileprivate func hasData(_ flag: UInt8) -> Bool {
        switch self {
        case .file: true
        case .directory, .hardLink, .symbolicLink: false
        case .other: !(UInt8(ascii: "3")...UInt8(ascii: "6")).contains(flag)
        }
    }
}
