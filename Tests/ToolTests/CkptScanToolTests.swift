import Foundation
import TestSupport
import Testing

@Suite struct CkptScanToolTests {
    @Test("a clean file is exit code 0, and one line")
    func clean() throws {
        let run = try ToolRun("ckpt-scan", [fixture("checkpoints/mmengine.pth")])
        #expect(run.status == 0)
        #expect(run.output.split(separator: "\n").count == 1)
        #expect(run.errors.isEmpty)
    }

    @Test("a finding is exit code 1", arguments: ["hostile/scan/inst.pkl", "checkpoints/object.pth"])
    func finding(_ name: String) throws { #expect(try ToolRun("ckpt-scan", [fixture(name)]).status == 1) }

    @Test("a file that cannot be read is exit code 2, and the others are reported")
    func unreadable() throws {
        let run = try ToolRun("ckpt-scan", [fixture("none.pth"), fixture("hostile/scan/inst.pkl"), "--json"])
        #expect(run.status == 2)
        #expect(run.errors.contains("none.pth"))
        let files = try #require(try run.json()["files"] as? [[String: Any]])
        #expect(files.compactMap { $0["verdict"] as? String } == ["dangerous"])
        #expect(files.compactMap { $0["error"] as? String }.count == 1)
    }

    @Test("--json and --sarif exclude each other, and a file must be named")
    func usage() throws {
        #expect(try ToolRun("ckpt-scan", ["--json", "--sarif", "x"]).status == 2)
        #expect(try ToolRun("ckpt-scan", []).status == 2)
    }

    @Test("--sarif prints a log that parses, one result for each finding")
    func sarif() throws {
        let run = try ToolRun("ckpt-scan", ["--sarif", fixture("hostile/scan/partial.pkl")])
        let runs = try #require(try run.json()["runs"] as? [[String: Any]])
        #expect((runs.first?["results"] as? [Any])?.count == 3)
    }

    @Test("names from a file cannot drive the terminal")
    func printable() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.pkl", Data("cevil\u{1B}[2J\nx\n.".utf8))
        let other = try folder.write(
            "y.pkl", Data("\u{8C}\u{5}a\u{1B}[2J\u{8C}\u{1}x".unicodeScalars.map { UInt8($0.value) } + [0x93, 0x2E]))
        let run = try ToolRun("ckpt-scan", [path, other])
        #expect(run.status == 1)
        #expect(!run.output.utf8.contains(0x1B))
    }
}
