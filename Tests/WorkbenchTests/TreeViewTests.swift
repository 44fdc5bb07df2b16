import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Workbench

@Suite struct TreeViewTests {
    private func parsed(_ view: TreeView) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(view.json.utf8)) as? [String: Any])
    }

    /// The keys as the page's script puts them together.
    private func keys(_ view: TreeView) throws -> [String] {
        let rows = try #require(try parsed(view)["rows"] as? [[Any]])
        var previous: [UInt16] = []
        return try rows.map { row in
            let (shared, rest) = (try #require(row[0] as? Int), try #require(row[1] as? String))
            previous = previous.prefix(shared) + Array(rest.utf16)
            return String(decoding: previous, as: UTF16.self)
        }
    }

    private func view(_ keys: [String]) -> TreeView {
        TreeView(
            id: "tensors", title: "Tensors", noun: "tensor", columns: [.init(title: "Size", kind: .bytes)],
            rows: keys.map { TreeView.Row(key: $0, cells: [.bytes(4)]) })
    }

    @Test("keys come back from what they share with the one before, pairs of surrogates whole")
    func sharedKeys() throws {
        let names = ["a.b.weight", "a.b.bias", "", "a", "😀.x", "😁.x", "a.b"]
        #expect(try keys(view(names)) == names)
    }

    @Test("a hostile key neither ends the script nor turns the direction of writing")
    func hostileKeys() throws {
        let name = "</script><script>alert(1)</script>\"'&\u{202E}\u{2028}<!--\u{0}\\"
        let view = view([name])
        for forbidden in ["<", ">", "&", "\u{202E}", "\u{2028}", "\u{0}"] { #expect(!view.json.contains(forbidden)) }
        #expect(try keys(view) == ["</script><script>alert(1)</script>\"'&\\u{202e}\\u{2028}<!--\\u{0}\\"])
        let page = HTMLPage(
            title: name, verdict: nil, leads: [name], body: HTMLPage.list(name, [name]), data: [(view.id, view.json)],
            scripts: [TreeView.script]
        ).text
        #expect(page.components(separatedBy: "<script").count == 3)
        #expect(!page.contains("alert(1)</script>") && !page.contains("\u{202E}"))
    }

    @Test("numbers, words and histograms are cells that the script reads")
    func cells() throws {
        var histogram = ValueHistogram(0...1)
        let reading = try #require(ElementReading(parts: .float32))
        try [Float](repeating: 1, count: 3).withUnsafeBytes { try histogram.add($0, reading) }
        let view = TreeView(
            id: "t", title: "T", noun: "tensor",
            columns: [
                .init(title: "Type", kind: .word), .init(title: "Least", kind: .number),
                .init(title: "Values", kind: .histogram),
            ],
            rows: [
                .init(key: "a", cells: [.text("float32"), .number(.infinity), .histogram(histogram)]),
                .init(key: "b", cells: [.text("float32"), .number(-0.12345678), .none], isBad: true),
            ])
        let document = try parsed(view)
        let columns = try #require(document["columns"] as? [[String: Any]])
        #expect(columns[0]["words"] as? [String] == ["float32"])
        let rows = try #require(document["rows"] as? [[Any]])
        #expect(rows[0][4] as? String == "inf" && rows[1][4] as? Double == -0.1235)
        #expect(rows[0][5] as? String == String(repeating: "0", count: 23) + "_" && rows[1][5] as? Int == 0)
        #expect(rows[0][2] as? Int == 0 && rows[1][2] as? Int == 1)
    }

    @Test(
        "values whose range a Double cannot divide into bars are all in the first",
        arguments: [[0.0, Double.leastNonzeroMagnitude], [-1.7e308, 1.7e308], [3.0, 3.0]])
    func undivided(values: [Double]) throws {
        var histogram = ValueHistogram(values[0]...values[1])
        let reading = try #require(ElementReading(parts: .float64))
        try values.withUnsafeBytes { try histogram.add($0, reading) }
        #expect(histogram.counts.first == 2)
    }

    @Test("a page of ten thousand tensors with histograms is smaller than 2 MB")
    func size() throws {
        var source = SplitMix64(seed: 16)
        let reading = try #require(ElementReading(parts: .float32))
        let rows = try (0..<10_000).map { index in
            var histogram = ValueHistogram(-1...1)
            let values = (0..<64).map { _ in Float(Int64(bitPattern: source.next()) % 1000) / 1000 }
            try values.withUnsafeBytes { try histogram.add($0, reading) }
            return TreeView.Row(
                key: "model.decoder.layers.\(index / 12).self_attn.projection_\(index % 12).weight",
                cells: [
                    .bytes(16_777_216 + index), .text("(4096, \(1000 + index))"), .text("bfloat16"),
                    .histogram(histogram), .number(-0.123_456), .number(0.765_432), .number(1.234e-5),
                    .number(0.023_456), .text(""),
                ])
        }
        let view = TreeView(
            id: "tensors", title: "Tensors", noun: "tensor",
            columns: [
                .init(title: "Size", kind: .bytes), .init(title: "Shape", kind: .word),
                .init(title: "Type", kind: .word), .init(title: "Values", kind: .histogram),
                .init(title: "Least", kind: .number), .init(title: "Largest", kind: .number),
                .init(title: "Mean", kind: .number), .init(title: "Deviation", kind: .number),
                .init(title: "Not finite", kind: .text),
            ], rows: rows)
        let page = HTMLPage(
            title: "model", verdict: nil, body: view.html, data: [(view.id, view.json)], scripts: [TreeView.script])
        #expect(page.text.utf8.count < 2_000_000)
    }
}
