import ByteIO
import CheckpointIO
import CommandLineKit
import TensorCore
import TestSupport
import Testing

@testable import Workbench

/// Tensors that are more than elements in a storage, as `ckpt-tree` shows them.
@Suite struct TensorListingTests {
    private var reading: TreeOptions {
        var options = TreeOptions()
        options.showsStatistics = true
        options.showsDigests = true
        return options
    }

    private func listing(_ file: String, _ options: TreeOptions = TreeOptions()) throws -> TensorListing {
        try TensorListing(of: Checkpoint.open(fixture(file)), options)
    }

    @Test("the parts of a tensor are rows after it that name it")
    func parts() throws {
        let rows = try listing("values/sparse.pth").tensors
        #expect(rows.prefix(4).map(\.named.key.text) == ["coo", "coo.indices", "coo.values", "uncoalesced"])
        #expect(rows.prefix(4).map(\.whole?.text) == [nil, "coo", "coo", nil])
    }

    @Test("a tensor without bytes, and one that spreads too far, says so and leaves the others alone")
    func unread() throws {
        let meta = try listing("values/meta.pth", reading).tensors
        #expect(meta.first?.facts.unread == "a tensor on the device meta has a shape and no bytes")
        #expect(meta.last?.facts.unread == nil && meta.last?.facts.digest != nil)
        let spread = try listing("hostile/checkpoints/expanded_terabytes.pth", reading).tensors
        #expect(spread.first?.facts.unread == "a tensor spreads 16 bytes over 70,368,744,177,664")
    }

    @Test("the figures of a quantized tensor are those of the numbers that it stands for")
    func quantized() throws {
        let rows = try listing("values/quantized.pth", reading).tensors
        let statistics = try #require(rows.first?.facts.statistics)
        // -1 ... 1.75 in steps of a quarter, which the scale of an eighth holds exactly.
        #expect(statistics.minimum == -1 && statistics.maximum == 1.75 && statistics.mean == 0.375)
        #expect(statistics.standardDeviation.map { ($0 - 13.0.squareRoot() / 4).magnitude < 1e-12 } == true)
    }

    @Test("a text that many values share is listed up to a multiple of the file, and what is left out is counted")
    func sharedTexts() throws {
        func unicode(_ text: String) -> [UInt8] {
            [UInt8(ascii: "X")] + withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian, Array.init)
                + Array(text.utf8)
        }
        // A dictionary of one text of 40 kB, memoized, under 3,001 keys.
        var pickle: [UInt8] =
            [0x80, 4] + Array("}(".utf8) + unicode("k") + unicode(String(repeating: "A", count: 40_000))
        pickle.append(0x94)
        for number in 0..<3000 { pickle += unicode("\(number)") + [UInt8(ascii: "h"), 0] }
        pickle += Array("u.".utf8)
        let checkpoint = try Checkpoint.open(Bytes(pickle), path: "shared.pkl")
        let text = try TensorListing(of: checkpoint, TreeOptions()).json.text
        #expect(text.utf8.count < 5 << 20 + 64 * pickle.count)
        #expect(text.contains(" values left out: the list would take more than "))
    }

    @Test("a tree shows the parts of a tensor under it, without counting them as tensors")
    func tree() throws {
        var options = TreeOptions()
        options.showsNumbers = true
        options.showsDTypes = true
        let text = try CheckpointTree(of: Checkpoint.open(fixture("values/sparse.pth")), options)
            .text(.plain)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        #expect(
            lines.prefix(5).map(String.init) == [
                "   ", "(0)├─ coo float32 sparse_coo", "   │  ├─ indices int64", "   │  └─ values float32",
                "(1)├─ uncoalesced float32 sparse_coo",
            ])
    }

    @Test("two paths that join to one key are both shown")
    func twins() throws {
        let text = try CheckpointTree(of: Checkpoint.open(fixture("checkpoints/colliding.pth")), TreeOptions())
            .text(.plain)
        #expect(String(decoding: text, as: UTF8.self).split(separator: "weight").count == 3)
    }

    @Test("a list of a part has both, too")
    func twinsOfAPart() throws {
        var options = TreeOptions()
        options.node = "a"
        let keys = try listing("checkpoints/colliding.pth", options).tensors.map(\.named.key.text)
        #expect(keys == ["a.b.weight", "a.b.weight"])
    }
}
