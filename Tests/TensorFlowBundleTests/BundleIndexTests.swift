import ByteIO
import Testing

@testable import TensorFlowBundle

struct BundleIndexTests {
    @Test("every name of a checkpoint is an entry, the slices of a variable are not")
    func entries() throws {
        let index = try BundleIndex(Fixtures.bytes("partitioned/model.ckpt.index"))
        #expect(index.entries.map(\.key) == ["columns", "deep", "rows", "whole"])
        #expect(index.entries.map(\.shape) == [[2, 130], [3, 4, 5], [7, 3], [2, 2]])
        #expect(index.entries.map(\.parts.count) == [2, 4, 3, 0])
        #expect(index.entries[2].parts.map(\.slice.starts) == [[0, 0], [3, 0], [5, 0]])
        #expect(index.entries[2].parts.map(\.slice.lengths) == [[3, 3], [2, 3], [2, 3]])
    }

    @Test("the header counts the data files")
    func shards() throws {
        let index = try BundleIndex(Fixtures.bytes("sharded/model.index"))
        #expect(index.shardCount == 2)
        #expect(index.byteOrder == .little)
        #expect(index.entries.map(\.shard) == [0, 0, 1, 1])
    }

    @Test("the data of every tensor has the checksum of its entry")
    func checksums() throws {
        let data = try Fixtures.bytes("saver/model.ckpt.data-00000-of-00001")
        let entries = try BundleIndex(Fixtures.bytes("saver/model.ckpt.index")).entries
        #expect(entries.count == 17)
        for entry in entries { try entry.verify(entry.data(in: data)) }
        let flipped = Bytes(data.map { $0 ^ 1 })
        #expect(throws: BundleError.self) { try entries[0].verify(entries[0].data(in: flipped)) }
    }

    @Test("a big-endian checkpoint says so in its header")
    func bigEndian() throws {
        #expect(try BundleIndex(ForgedTable.index([], header: [0x08, 1, 0x10, 1])).byteOrder == .big)
    }

    @Test("a checkpoint before TensorFlow 0.12 is told apart by its header")
    func version1() {
        #expect(throws: BundleError.version1) { try BundleIndex(ForgedTable.index([], header: [0x0A, 0])) }
    }

    static let headers: [([UInt8], String)] = [
        ([], "counts 0 data files"), ([0x08], "is damaged"), ([0x08, 1, 0x10, 7], "has the unknown byte order 7"),
        ([0x08, 1, 0x1A, 2, 0x10, 2], "asks for a reader of version 2, where this one is of version 1"),
        ([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], "counts 2147483647 data files"),
    ]

    @Test("a header that makes no sense is an error that says why", arguments: headers)
    func header(bytes: [UInt8], reason: String) {
        #expect(throws: BundleError.header(reason)) { try BundleIndex(ForgedTable.index([], header: bytes)) }
    }

    /// Of a float32 tensor of two elements with other fields in place.
    static func entry(_ fields: [UInt8]) -> [UInt8] { [0x08, 1, 0x12, 4, 0x12, 2, 0x08, 2, 0x28, 8] + fields }

    static let flaws: [([UInt8], BundleError.EntryFlaw)] = [
        (entry([0x08]), .malformed), (entry([0x08, 99]), .unknownType(99)),
        (entry([0x28, 7]), .size(needed: 8, found: 7)),
        (entry([0x18, 1]), .shard(1, of: 1)), (entry([0x12, 2, 0x18, 1]), .unknownRank),
        (entry([0x12, 4, 0x12, 2, 0x08]), .malformed),
        (entry([0x3A, 0]), .slice("number 0 does not lie in the shape [2]")),
        (entry([0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]), .negative(field: "offset", -1)),
        (
            entry([0x12, 13, 0x12, 11, 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]), .shape([-1])
        ),
        (
            entry([0x12, 12, 0x12, 10, 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]), .shape([.max])
        ),
        (entry([0x3A, 4, 0x0A, 2, 0x10, 1]), .slice("number 0 is missing")),
        (entry([0x3A, 4, 0x0A, 2, 0x10, 3]), .slice("number 0 does not lie in the shape [2]")),
    ]

    @Test("an entry that makes no sense is an error that names its key", arguments: flaws)
    func entry(message: [UInt8], flaw: BundleError.EntryFlaw) {
        #expect(throws: BundleError.entry(key: "w", flaw)) { try BundleIndex(ForgedTable.index([("w", message)])) }
    }

    @Test("bytes beyond the data file are an error with the file's size")
    func outOfBounds() throws {
        let entry = try #require(BundleIndex(ForgedTable.index([("w", Self.entry([]))])).entries.first)
        #expect(throws: BundleError.entry(key: "w", .outOfBounds(offset: 0, size: 8, limit: 7))) {
            try entry.data(in: [1, 2, 3, 4, 5, 6, 7])
        }
    }
}
