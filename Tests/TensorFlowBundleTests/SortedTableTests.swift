import ByteIO
import Testing

@testable import TensorFlowBundle

struct SortedTableTests {
    @Test("entries of several blocks come in order, with the keys that prefixes make")
    func blocks() throws {
        var table = ForgedTable()
        table.add([("", [1]), ("model/layer1/kernel", [2]), ("model/layer1/bias2", [3])].sorted { $0.0 < $1.0 })
        table.add([("model/layer2/bias", [4]), ("model/layer2/kernel", [])])
        let read = try SortedTable(table.finish())
        #expect(
            read.entries.map(\.keyText) == [
                "", "model/layer1/bias2", "model/layer1/kernel", "model/layer2/bias", "model/layer2/kernel",
            ])
        #expect(read.entries.map { Array($0.value) } == [[1], [3], [2], [4], []])
        #expect(read[Array("model/layer2/bias".utf8)] == [4])
        #expect(read[Array("model/layer2".utf8)] == nil)
    }

    @Test("a block may be packed by snappy")
    func snappy() throws {
        var table = ForgedTable()
        let content = ForgedTable.content([("", [1]), ("key", [2])])
        // Literals only: what a packer that finds nothing to copy writes.
        table.add(
            ForgedTable.varint(content.count) + [UInt8(content.count - 1) << 2] + content, lastKey: "key",
            compression: 1)
        #expect(try SortedTable(table.finish()).entries.map(\.keyText) == ["", "key"])
    }

    @Test("a block that is named twice is an error: it would be unpacked as often")
    func repeatedBlock() throws {
        var table = ForgedTable()
        table.add(ForgedTable.content([]), lastKey: "a")
        table.addAgain(lastKey: "b")
        let bytes = table.finish()
        let error = #expect(throws: BundleError.self) { try SortedTable(bytes) }
        #expect(error?.description.hasSuffix("names no block for 'b'") ?? false)
    }

    @Test("the first footer's magic number is the signature")
    func signature() throws {
        for name in Fixtures.indices { #expect(try SortedTable.hasSignature(Fixtures.bytes(name))) }
        #expect(!SortedTable.hasSignature(Bytes(utf8: "short")))
    }
}
