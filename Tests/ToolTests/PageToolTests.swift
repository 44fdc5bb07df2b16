import Foundation
import TestSupport
import Testing

/// `--html` of `ckpt-tree` and `ckpt-diff`, and what no report replaces; `scripts/look_at_report.py` uses their pages in a browser.
@Suite struct PageToolTests {
    private let left = fixture("difference/left.pth")
    private let right = fixture("difference/right.pth")

    private func data(_ page: String) throws -> [String: Any] {
        let start = try #require(page.range(of: "id=\"tensors-data\">"))
        let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
        let json = Data(page[start.upperBound..<end.lowerBound].utf8)
        return try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    }

    @Test("the page of a checkpoint has every tensor with its size, range and histogram")
    func tree() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("page.html")
        let run = try ToolRun("ckpt-tree", [left, "--html", path])
        let quiet = try ToolRun("ckpt-tree", [left, "--html", folder.path("alone.html"), "--quiet"])
        #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
        #expect(try folder.contents("alone.html") == folder.contents("page.html"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.output == ToolRun("ckpt-tree", [left]).output)
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let data = try data(page)
        let columns = try #require(data["columns"] as? [[String: Any]]).map { $0["title"] as? String }
        #expect(columns.prefix(5) == ["Size", "Shape", "Type", "Values", "Least"])
        let listing = try ToolRun("ckpt-tree", [left, "--json"]).json()
        let tensors = try #require(listing["tensors"] as? [[String: Any]])
        let rows = try #require(data["rows"] as? [[Any]])
        #expect(rows.count == tensors.count)
        #expect(rows.contains { ($0[6] as? String)?.utf8.count == 24 })
        #expect(page.contains("NaN or infinity") && page.contains("default-src 'none'"))
        #expect(!page.contains("src=") && !page.contains("href=") && !page.contains("url("))
    }

    @Test("the page of a comparison has every pair, and says whether they differ")
    func difference() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("page.html")
        let run = try ToolRun("ckpt-diff", [left, right, "--html", path, "--json"])
        #expect(run.status == 1)
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let report = try run.json()
        let rows = try #require(try data(page)["rows"] as? [[Any]])
        let count = ["tensors", "only_left", "only_right"].reduce(0) { $0 + ((report[$1] as? [Any])?.count ?? 0) }
        #expect(rows.count == count && page.contains(">they differ<"))
    }

    @Test("a page never replaces an input, and after an error there is none")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let copy = try folder.write("copy.pth", Data(contentsOf: URL(filePath: left)))
        for (tool, words) in [("ckpt-tree", [copy]), ("ckpt-diff", [copy, right]), ("ckpt-diff", [right, copy])] {
            let run = try ToolRun(tool, words + ["--html", copy])
            #expect(run.status == 2 && run.errors.contains("is an input, which --html would replace"), "\(run.errors)")
        }
        #expect(try Data(contentsOf: URL(filePath: copy)) == Data(contentsOf: URL(filePath: left)))
        let path = folder.path("page.html")
        #expect(try ToolRun("ckpt-tree", [folder.path("missing.pth"), "--html", path]).status == 2)
        #expect(try ToolRun("ckpt-tree", [left, "--html", folder.path("none/page.html")]).status == 2)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try ToolRun("ckpt-tree", [left, "--html", path, "--check"]).errors.contains("exclude each other"))
    }

    @Test("a report of verify never replaces an input, not even to say so", arguments: ["--html", "--junit"])
    func inputs(option: String) throws {
        let folder = try TemporaryFolder()
        let contents = try Data(contentsOf: URL(filePath: fixture("comparison/golden.pth")))
        let (input, other) = (try folder.write("golden.pth", contents), fixture("comparison/again.pth"))
        for (words, error) in [
            (["--compare", input, other], "is an input, which \(option) would replace"),
            (["--compare", other, input], "is an input, which \(option) would replace"),
            ([input, "--model", "resnet18", "--golden", other], "is an input, which \(option) would replace"),
            ([input, "--no-such-option"], "unknown option"),
        ] {
            let run = try ToolRun("verify", words + [option, input])
            #expect(run.status == 2 && run.errors.contains(error), "\(words): \(run.errors)")
            #expect(try Data(contentsOf: URL(filePath: input)) == contents, "\(words)")
        }
    }

    @Test("nor does one replace the file that standard input is", arguments: ["--html", "--junit"])
    func standardInput(option: String) throws {
        let folder = try TemporaryFolder()
        let contents = try Data(contentsOf: URL(filePath: fixture("comparison/golden.pth")))
        let input = try folder.write("golden.pth", contents)
        for words in ["- --model resnet18 --golden \(input)", "- --no-such-option", "- --model resnet18"] {
            let line = "\(ToolRun.path(of: "verify")) \(words) \(option) \(input) < \(input)"
            #expect(try ToolRun("/bin/sh", ["-c", line]).status == 2)
            #expect(try Data(contentsOf: URL(filePath: input)) == contents, "\(words)")
        }
    }
}
