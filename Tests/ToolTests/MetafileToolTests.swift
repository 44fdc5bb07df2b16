import Foundation
import TestSupport
import Testing

@Suite struct MetafileToolTests {
    /// A repository with the config of a small model, and a metafile that lacks its figures.
    private struct Repository {
        let folder: TemporaryFolder
        var metafile: String { folder.path("configs/a/metafile.yml") }

        static let model = """
            model = dict(type='ImageClassifier',
                backbone=dict(type='ResNet', depth=18, stem_channels=8, base_channels=8),
                neck=dict(type='GlobalAveragePooling'),
                head=dict(type='LinearClsHead', num_classes=6, in_channels=64))

            """

        /// - Parameter metadata: what Metadata of the one model is, a mapping of flow style.
        init(_ metadata: String) throws {
            folder = try TemporaryFolder()
            try FileManager.default.createDirectory(
                atPath: folder.path("configs/a"), withIntermediateDirectories: true)
            try folder.write("model-index.yml", "Import:\n  - configs/a/metafile.yml\n".utf8)
            try folder.write("configs/a/README.md", [])
            try folder.write("configs/a/c.py", Self.model.utf8)
            try folder.write(
                "configs/a/metafile.yml",
                """
                Collections:
                  - Name: A
                    Paper: {Title: T, URL: https://x.org}
                    README: configs/a/README.md

                Models:
                  - Name: a-tiny_8xb32_in1k # the only one
                    Metadata:
                \(metadata)    In Collection: A
                    Config: configs/a/c.py
                    Weights: https://x.org/a-tiny_8xb32_in1k_20200101-0123abcd.pth

                """.utf8)
        }
    }

    /// FLOPs and Parameters of the model, from `get-flops`.
    private func figures(_ repository: Repository) throws -> (flops: Int, parameters: Int) {
        let report = try ToolRun("get-flops", [repository.folder.path("configs/a/c.py"), "--json"]).json()
        return (try #require(report["flops"] as? Int), try #require(report["parameters"] as? Int))
    }

    @Test("fill writes what is missing, --diff shows it, and check finds nothing wrong after that")
    func fill() throws {
        let repository = try Repository("      Epochs: 3\n")
        let (flops, parameters) = try figures(repository)
        let before = try repository.folder.contents("configs/a/metafile.yml")
        let diff = try ToolRun("metafile", ["fill", repository.metafile, "--diff"])
        #expect(diff.status == 0, "\(diff.errors)")
        #expect(diff.output.hasPrefix("--- "))
        #expect(diff.output.contains("\n+      FLOPs: \(flops)\n+      Parameters: \(parameters)\n"))
        #expect(try repository.folder.contents("configs/a/metafile.yml") == before)
        let filled = try ToolRun("metafile", ["fill", repository.metafile, "-i"])
        #expect(filled.status == 0, "\(filled.errors)")
        #expect(filled.output == "a-tiny_8xb32_in1k: FLOPs, Parameters\n")
        let text = String(decoding: try repository.folder.contents("configs/a/metafile.yml"), as: UTF8.self)
        #expect(text.contains("# the only one\n    Metadata:\n      Epochs: 3\n      FLOPs: \(flops)\n"))
        let check = try ToolRun(
            "metafile", ["check", repository.folder.path("model-index.yml"), "--skip", "modelindex"])
        #expect(check.status == 0, "\(check.output)")
        #expect(check.output == "1 model in 1 file: 0 errors, 0 warnings\n")
    }

    @Test("where nothing is missing, fill says so and changes nothing", arguments: [[], ["-i"], ["--diff"]])
    func complete(words: [String]) throws {
        let repository = try Repository("      Epochs: 3\n")
        #expect(try ToolRun("metafile", ["fill", repository.metafile, "-i"]).status == 0)
        let before = try repository.folder.contents("configs/a/metafile.yml")
        let run = try ToolRun("metafile", ["fill", repository.metafile] + words)
        #expect(run.status == 0)
        #expect(run.output == (words.isEmpty ? String(decoding: before, as: UTF8.self) : ""))
        #expect(run.errors == "metafile fill: \(repository.metafile): nothing is missing\n")
        #expect(try repository.folder.contents("configs/a/metafile.yml") == before)
        let json = try ToolRun("metafile", ["fill", repository.metafile, "--json"] + words).json()
        #expect(json["changed"] as? Bool == false)
    }

    @Test("--recount replaces a figure that is wrong; without it, it stays")
    func recount() throws {
        let repository = try Repository("      FLOPs: 7\n      Parameters: 9\n")
        let (flops, parameters) = try figures(repository)
        let kept = try ToolRun("metafile", ["fill", repository.metafile, "--diff"])
        #expect(kept.status == 0 && kept.output == "")
        let run = try ToolRun("metafile", ["fill", repository.metafile, "--recount", "--json", "-i"])
        #expect(run.status == 0, "\(run.errors)")
        let filled = try #require(try run.json()["filled"] as? [[String: Any]])
        #expect(filled.first?["fields"] as? [String] == ["FLOPs", "Parameters"])
        let text = String(decoding: try repository.folder.contents("configs/a/metafile.yml"), as: UTF8.self)
        #expect(text.contains("FLOPs: \(flops)\n      Parameters: \(parameters)\n"))
    }

    @Test("a wrong figure is a finding with its place in every format, and the status is 1")
    func formats() throws {
        let repository = try Repository("      FLOPs: 7\n      Parameters: 9\n")
        let parameters = try figures(repository).parameters
        func run(_ words: [String]) throws -> ToolRun {
            let run = try ToolRun("metafile", ["check", repository.metafile, "--skip", "modelindex"] + words)
            #expect(run.status == 1, "\(run.errors)")
            return run
        }
        #expect(
            try run([]).output.contains("\(repository.metafile):9:14: error: a-tiny_8xb32_in1k: FLOPs: 7 is stated"))
        let findings = try #require(try run(["--json"]).json()["findings"] as? [[String: Any]])
        #expect(findings.map { $0["rule"] as? String } == ["recount", "recount"])
        #expect(findings.map { $0["severity"] as? String } == ["error", "error"])
        #expect((findings[1]["message"] as? String)?.hasPrefix("Parameters: 9 is stated, the config gives ") == true)
        let lines = try run(["--format", "github"]).output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[1].hasPrefix("::error file=\(repository.metafile),line=10,col=19,title=metafile recount::"))
        let log = try run(["--format", "sarif"]).json()
        #expect(log["version"] as? String == "2.1.0")
        let first = try #require((log["runs"] as? [[String: Any]])?.first)
        let results = try #require(first["results"] as? [[String: Any]])
        #expect(results.map { $0["ruleId"] as? String } == ["recount", "recount"])
        let place = try #require(
            ((results[0]["locations"] as? [[String: Any]])?.first)?["physicalLocation"] as? [String: Any])
        #expect((place["region"] as? [String: Int])?["startLine"] == 9)
        #expect(parameters > 9)
        #expect(try ToolRun("metafile", ["check", repository.metafile, "--no-configs"]).status == 0)
    }

    @Test(
        "a file that cannot be read is in every report, and the status is 2",
        arguments: ["text", "json", "sarif", "github"])
    func unreadable(format: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("nosuch.yml")
        let run = try ToolRun("metafile", ["check", path, "--format", format])
        #expect(run.status == 2)
        #expect(run.errors.contains(path))
        if format == "github" {
            #expect(run.output.hasPrefix("::error title=metafile::") && run.output.contains(path))
        } else if format != "text" {
            #expect(run.output.contains("nosuch.yml"))
        }
    }

    @Test("new writes a metafile that check accepts and the stub of its README, and never over a file")
    func new() throws {
        let repository = try Repository("      Epochs: 3\n")
        let (flops, parameters) = try figures(repository)
        try FileManager.default.createDirectory(
            atPath: repository.folder.path("configs/b"), withIntermediateDirectories: true)
        let config = try repository.folder.write("configs/b/b-tiny_8xb32_in1k.py", Repository.model.utf8)
        let (metafile, readme) = (
            repository.folder.path("configs/b/metafile.yml"), repository.folder.path("configs/b/README.md")
        )
        let run = try ToolRun("metafile", ["new", config, "--out", metafile])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "\(metafile): written\n\(readme): written\n")
        #expect(run.errors.contains("README is 'configs/b/README.md', from the root"))
        let text = String(decoding: try repository.folder.contents("configs/b/metafile.yml"), as: UTF8.self)
        #expect(text.contains("      FLOPs: \(flops)\n      Parameters: \(parameters)\n"))
        #expect(FileManager.default.fileExists(atPath: readme))
        let index = try ToolRun("metafile", ["index", repository.folder.path, "-i"])
        #expect(index.status == 0, "\(index.errors)")
        let check = try ToolRun("metafile", ["check", metafile, "--skip", "modelindex"])
        #expect(check.status == 0, "\(check.output)")
        let again = try ToolRun("metafile", ["new", config, "--out", metafile])
        #expect(again.status == 2)
        #expect(again.errors.contains("it exists; `metafile fill` adds to it"))
    }

    @Test("index makes the index, says what it lacks, and brings it up to date")
    func index() throws {
        let repository = try Repository("      Epochs: 3\n")
        let path = repository.folder.path
        #expect(
            try ToolRun("metafile", ["index", path]).output == "\(path)/model-index.yml: checked, 1 metafile\n")
        try repository.folder.write("model-index.yml", "Import:\n  - configs/z/metafile.yml\n".utf8)
        let wrong = try ToolRun("metafile", ["index", path, "--json"])
        #expect(wrong.status == 1)
        let report = try wrong.json()
        #expect(report["missing"] as? [String] == ["configs/a/metafile.yml"])
        #expect(report["stale"] as? [String] == ["configs/z/metafile.yml"])
        #expect(try ToolRun("metafile", ["index", path, "-i"]).status == 0)
        #expect(try ToolRun("metafile", ["index", path]).status == 0)
        try FileManager.default.removeItem(atPath: path + "/model-index.yml")
        #expect(try ToolRun("metafile", ["index", path]).output == "\(path)/model-index.yml: made, 1 metafile\n")
        #expect(
            String(decoding: try repository.folder.contents("model-index.yml"), as: UTF8.self)
                == "Import:\n  - configs/a/metafile.yml\n")
    }
}
