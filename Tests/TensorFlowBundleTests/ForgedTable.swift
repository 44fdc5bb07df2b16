import ByteIO

@testable import TensorFlowBundle

/// A table whose blocks say what a test wants, with checksums that hold.
struct ForgedTable {
    private(set) var bytes: [UInt8] = []
    private var index: [(key: String, handle: [UInt8])] = []

    static func varint(_ value: Int) -> [UInt8] {
        var value = UInt64(value)
        var bytes: [UInt8] = []
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7F) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    /// A block's content: each key takes what it can from the one before.
    static func content(_ entries: [(key: String, value: [UInt8])], restarts: Int = 1) -> [UInt8] {
        var bytes: [UInt8] = []
        var before: [UInt8] = []
        for entry in entries {
            let key = Array(entry.key.utf8)
            let shared = zip(key, before).prefix { $0 == $1 }.count
            bytes += varint(shared) + varint(key.count - shared) + varint(entry.value.count)
            bytes += key[shared...] + entry.value
            before = key
        }
        return bytes + [UInt8](repeating: 0, count: 4 * restarts) + fixed(UInt32(restarts))
    }

    private static func fixed(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    /// Adds a block as it is to lie in the file.
    mutating func add(_ content: [UInt8], lastKey: String, compression: UInt8 = 0) {
        index.append((lastKey, append(content, compression)))
    }

    /// Names the last block once more.
    mutating func addAgain(lastKey: String) {
        if let last = index.last { index.append((lastKey, last.handle)) }
    }

    private mutating func append(_ content: [UInt8], _ compression: UInt8) -> [UInt8] {
        let handle = Self.varint(bytes.count) + Self.varint(content.count)
        let checked = content + [compression]
        bytes += checked + Self.fixed(CRC32C(Bytes(checked)).masked)
        return handle
    }

    mutating func add(_ entries: [(key: String, value: [UInt8])]) {
        add(Self.content(entries), lastKey: entries.last?.key ?? "")
    }

    /// With the index of the blocks and the footer.
    mutating func finish() -> Bytes {
        let meta = append(Self.content([]), 0)
        let blocks = append(Self.content(index.map { ($0.key, $0.handle) }), 0)
        var footer = meta + blocks
        footer += [UInt8](repeating: 0, count: 40 - footer.count)
        return Bytes(bytes + footer + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB])
    }

    /// One shard, little-endian.
    static let header: (key: String, value: [UInt8]) = ("", [0x08, 1])

    /// A bundle's index of these entries, after the header.
    static func index(_ entries: [(key: String, value: [UInt8])], header: [UInt8] = [0x08, 1]) -> Bytes {
        var table = ForgedTable()
        table.add([("", header)] + entries)
        return table.finish()
    }
}
