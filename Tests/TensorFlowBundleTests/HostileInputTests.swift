import ByteIO
import Testing

@testable import TensorFlowBundle

struct HostileInputTests {
    @Test("an index cut short anywhere is an error", arguments: Fixtures.indices)
    func truncated(file: String) throws {
        let whole = try Fixtures.bytes(file)
        for count in 0..<whole.count {
            #expect(throws: BundleError.self, "\(file) cut to \(count) bytes") {
                try BundleIndex(whole.slice(at: 0, count: count))
            }
        }
    }

    @Test(
        "an index with one byte changed is an error, or reads as before", arguments: Fixtures.indices,
        [UInt8(1), 0x80, 0xFF])
    func changed(file: String, mask: UInt8) throws {
        var bytes = Array(try Fixtures.bytes(file))
        let expected = try summary(Bytes(bytes))
        for offset in bytes.indices {
            bytes[offset] ^= mask
            if let found = try? summary(Bytes(bytes)) {
                #expect(found == expected, "\(file) with byte \(offset) changed by \(mask)")
            }
            bytes[offset] ^= mask
        }
    }

    /// Every field of every entry.
    private func summary(_ bytes: Bytes) throws -> [String] {
        try BundleIndex(bytes).entries.map { entry in
            "\(entry.key) \(entry.type) \(entry.shape) \(entry.shard) \(entry.offset) \(entry.size) \(entry.checksum)"
                + " \(entry.parts.map { "\($0.slice) \($0.entry.offset)" })"
        }
    }

    @Test("any change inside an entry is survived even where the checksum holds", arguments: [UInt8(1), 0x80, 0xFF])
    func forgedContent(mask: UInt8) throws {
        for file in Fixtures.indices {
            let table = try SortedTable(Fixtures.bytes(file))
            var content = ForgedTable.content(table.entries.map { ($0.keyText, Array($0.value)) })
            for offset in content.indices {
                content[offset] ^= mask
                var forged = ForgedTable()
                forged.add(content, lastKey: "~")
                _ = try? BundleIndex(forged.finish())
                content[offset] ^= mask
            }
        }
    }

    @Test("keys that share long beginnings cannot take memory without measure")
    func expandedKeys() {
        let long = String(repeating: "k", count: 20_000)
        var table = ForgedTable()
        table.add([ForgedTable.header] + (10_000..<20_000).map { ("\(long)\($0)", []) })
        #expect {
            try BundleIndex(table.finish())
        } throws: {
            if case .expandedKeys? = $0 as? BundleError { true } else { false }
        }
    }

    @Test("a key that stands twice, and one out of order, are errors")
    func order() {
        #expect(throws: BundleError.order(key: "a", after: "b")) {
            try BundleIndex(ForgedTable.index([("b", []), ("a", [])]))
        }
        var table = ForgedTable()
        table.add([ForgedTable.header, ("a", [])])
        table.add([("a", [])])
        #expect(throws: BundleError.self) { try BundleIndex(table.finish()) }
    }

    @Test("a table without the header is an error")
    func noHeader() {
        var table = ForgedTable()
        table.add([("a", [])])
        #expect(throws: BundleError.header("is missing")) { try BundleIndex(table.finish()) }
    }

    @Test("a list of restarts longer than its block is an error")
    func restarts() {
        var table = ForgedTable()
        table.add([0xFF, 0xFF, 0xFF, 0xFF], lastKey: "a")
        #expect(throws: BundleError.block(offset: 0, size: 4, .restarts)) { try BundleIndex(table.finish()) }
    }

    @Test("an unknown compression is an error with its number")
    func compression() {
        var table = ForgedTable()
        table.add(ForgedTable.content([ForgedTable.header]), lastKey: "a", compression: 2)
        #expect {
            try BundleIndex(table.finish())
        } throws: {
            if case .block(_, _, .unknownCompression(2))? = $0 as? BundleError { true } else { false }
        }
    }

    static let strings: [[UInt8]] = [
        [], [1], [1, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ]

    @Test("damaged string data is an error", arguments: strings)
    func damagedStrings(data: [UInt8]) throws {
        let message: [UInt8] = [0x08, 7, 0x12, 0, 0x28, UInt8(data.count)]
        let entry = try #require(BundleIndex(ForgedTable.index([("s", message)])).entries.first)
        #expect(throws: BundleError.self) { try entry.strings(Bytes(data), .little) }
    }

    @Test("a tensor of more strings than bytes takes no memory for them")
    func manyStrings() throws {
        let message: [UInt8] = [0x08, 7, 0x12, 8, 0x12, 6, 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x28, 3]
        let entry = try #require(BundleIndex(ForgedTable.index([("s", message)])).entries.first)
        #expect(throws: BundleError.entry(key: "s", .strings)) { try entry.strings([1, 2, 3], .little) }
    }
}
