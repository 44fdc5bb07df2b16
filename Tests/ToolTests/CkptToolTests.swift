import Foundation
import TestSupport
import Testing

@Suite struct CkptToolTests {
    private let file = fixture("checkpoints/state_dict.pth")

    /// The words after `ckpt` of the tools whose name is another.
    private static let words = ["ckpt-diff": "diff", "ckpt-scan": "scan", "ckpt-tree": "tree", "get-flops": "flops"]

    @Test("a command does what the tool does", arguments: ["ckpt-tree", "ckpt-scan"])
    func command(tool: String) throws {
        let (one, other) = (try ToolRun(tool, [file]), try ToolRun("ckpt", [Self.words[tool] ?? tool, file]))
        #expect(one.status == 0 && other.status == 0)
        #expect(!one.output.isEmpty && one.output == other.output)
        #expect(try ToolRun("ckpt", [tool, file]).output == one.output)
    }

    @Test("help and errors use the words that were typed", arguments: ToolRun.tools.filter { $0 != "ckpt" })
    func names(tool: String) throws {
        let word = Self.words[tool] ?? tool
        let help = try ToolRun("ckpt", [word, "--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("Usage: ckpt \(word) [options]"))
        #expect(!help.output.contains("\n  \(tool) "))
        // A tool of several commands lists those in place of examples.
        #expect(tool == "metafile" || help.output.contains("\n  ckpt \(word) "))
        let error = try ToolRun("ckpt", [word, "--no-such-option"])
        #expect(error.status == 2 && error.errors.hasPrefix("ckpt \(word): "))
    }

    @Test("a link named after a tool is that tool", arguments: ["ckpt-tree", "get-flops", "metafile"])
    func link(tool: String) throws {
        let folder = try TemporaryFolder()
        let link = folder.path("bin-\(tool)/\(tool)")
        try FileManager.default.createDirectory(
            atPath: folder.path("bin-\(tool)"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: ToolRun.path(of: "ckpt"))
        let run = try ToolRun(link, ["--help"])
        #expect(run.output == (try ToolRun(tool, ["--help"]).output))
    }

    @Test("help before a command is --help after it; help alone is the program's")
    func help() throws {
        for (words, same) in [
            (["help"], ["--help"]), (["help", "tree"], ["tree", "--help"]), (["help", "man"], ["man", "--help"]),
            (["help", "metafile", "check"], ["metafile", "check", "--help"]),
            (["metafile", "help"], ["metafile", "--help"]),
            (["metafile", "help", "check"], ["metafile", "check", "--help"]),
        ] {
            let run = try ToolRun("ckpt", words)
            #expect(run.status == 0 && run.errors.isEmpty, "\(words): \(run.errors)")
            #expect(try ToolRun("ckpt", same).output == run.output, "\(words)")
        }
    }

    @Test("a command of a command has the words of both")
    func family() throws {
        let run = try ToolRun("ckpt", ["metafile", "check", "--no-such-option"])
        #expect(run.status == 2 && run.errors.hasPrefix("ckpt metafile check: "))
    }

    @Test("an unknown command is an error with the nearest name, none is an error that says so")
    func unknown() throws {
        let run = try ToolRun("ckpt", ["convrt", file])
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors == "ckpt: unknown command 'convrt'; did you mean 'convert'? (see --help)\n")
        #expect(try ToolRun("ckpt", ["help", "convrt"]).errors == run.errors)
        let late = try ToolRun("ckpt", ["-q", "tree", file])
        #expect(late.status == 2 && late.errors == "ckpt: the command 'tree' must be the first word (see --help)\n")
        let page = try ToolRun("ckpt", ["man", "nonsense"])
        #expect(page.status == 2 && page.errors.contains("; there are tree, scan, "), "\(page.errors)")
        #expect(try ToolRun("ckpt", []).errors == "ckpt: COMMAND is missing (see --help)\n")
    }

    @Test("an error before a command is known is a report, too", arguments: ["ckpt", "metafile"])
    func report(tool: String) throws {
        for words in [["--json", "bogus"], ["bogus", "--json"]] {
            let run = try ToolRun(tool, words)
            #expect(run.status == 2)
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            #expect((report["error"] as? String)?.isEmpty == false)
        }
    }

    @Test("man --out makes the folder, with every page in it")
    func pages() throws {
        let folder = try TemporaryFolder()
        let pages = folder.path("share/man/man1")
        for _ in 1...2 { #expect(try ToolRun("ckpt", ["man", "--out", pages]).status == 0) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: pages).contains("ckpt-metafile-check.1"))
        try folder.write("file", "".utf8)
        let run = try ToolRun("ckpt", ["man", "--out", folder.path("file/man1")])
        #expect(run.status == 2 && run.errors.contains("cannot create '\(folder.path("file"))'"), "\(run.errors)")
    }

    @Test(
        "completion lists names that the program knows",
        arguments: [
            ("codebases", "timm"), ("datasets", "ImageNet"), ("models", "resnet50_8xb32_in1k"),
            ("reports", "verify-suite"),
            ("rules", "vit_timm"), ("tools", "ckpt-tree"),
        ])
    func names(list: String, name: String) throws {
        let run = try ToolRun("ckpt", ["completion", "--list", list])
        #expect(run.status == 0 && run.output.split(separator: "\n").contains(Substring(name)))
    }

    @Test("files are offered for the config to print and the goldens to compare")
    func filePlaces() throws {
        let script = try ToolRun("ckpt", ["completion", "fish"]).output.split(separator: "\n")
        let printing = script.filter { $0.contains("ckpt print-config") }
        #expect(printing.contains { $0.hasSuffix(" -F") }, "\(printing)")
        let compare = try #require(script.first { $0.contains(" -l compare ") })
        #expect(compare.contains(" -r -F "), "\(compare)")
    }
}
