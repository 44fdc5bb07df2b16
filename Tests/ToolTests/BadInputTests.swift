import Foundation
import TestSupport
import Testing

/// Whatever is wrong with the input, each tool says so in one line, exits with 2 and leaves no file.
@Suite struct BadInputTests {
    /// A file that is not a checkpoint, and a word that the error must hold.
    struct BadFile: Sendable, CustomTestStringConvertible {
        let name: String
        let word: String
        let make: @Sendable (TemporaryFolder) throws -> String

        var testDescription: String { name }
    }

    static let files = [
        BadFile(name: "missing", word: "No such file") { $0.path + "/missing.pth" },
        BadFile(name: "a folder", word: "folder") { $0.path },
        BadFile(name: "empty", word: "empty") { try $0.write("empty.pth", Data()) },
        BadFile(name: "garbage", word: "garbage.pth") { folder in
            try folder.write(
                "garbage.pth", Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }))
        },
        BadFile(name: "a cut zip", word: "cut.pth") { folder in
            let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("checkpoints/state_dict.pth")))
            return try folder.write("cut.pth", whole.prefix(whole.count / 2))
        },
        BadFile(name: "a cut legacy file", word: "cut") { folder in
            let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("checkpoints/state_dict_legacy.pth")))
            return try folder.write("old.pth", whole.dropLast(40))
        },
        BadFile(name: "a Git LFS pointer", word: "LFS") { folder in
            let text =
                "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 9\n"
            return try folder.write("pointer.pth", Data(text.utf8))
        },
        BadFile(name: "an HTML page", word: "HTML") { folder in
            try folder.write("page.pth", Data("<!DOCTYPE html><html><body>404</body></html>".utf8))
        },
    ]

    /// Every way that a tool reads a checkpoint: `BAD` is the file, `GOOD` another one, `DIR` an empty folder.
    static let readers = [
        "ckpt-diff BAD GOOD", "ckpt-diff GOOD BAD", "ckpt-tree BAD", "ckpt-tree BAD --json",
        "ckpt-tree BAD --nonfinite", "convert BAD DIR/out.pth", "convert --rules vgg BAD DIR/out.pth",
        "convert --rules vgg --against BAD GOOD DIR/out.pth",
        "evaluate BAD --model vgg16 --data DIR --out DIR/out.json", "publish BAD DIR/out",
        "reparameterize --model repvgg-A0 BAD DIR/out.pth", "shape-diff BAD --model vgg16",
        "shape-diff GOOD --against BAD", "verify BAD --model vgg16 --golden GOOD",
        "verify GOOD --model vgg16 --golden BAD",
    ]

    @Test("a file that cannot be read is one line on standard error and nothing else", arguments: files, readers)
    func unreadable(file: BadFile, line: String) throws {
        let (folder, outputs) = (try TemporaryFolder(), try TemporaryFolder())
        let path = try file.make(folder)
        let before = try folder.names
        let run = try Self.run(line, bad: path, outputs)
        #expect(run.status == 2)
        if line.hasSuffix("--json") {
            let message = try #require(try run.json()["error"] as? String)
            #expect(run.errors == "ckpt-tree: \(message)\n")
        } else {
            #expect(run.output == "")
        }
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(run.errors.hasPrefix(line.prefix { $0 != " " } + ": "))
        #expect(run.errors.contains(path) && run.errors.contains(file.word), "\(run.errors)")
        #expect(try folder.names == before)
        #expect(try outputs.names == [])
    }

    /// Runs a tool with a good checkpoint for `GOOD`.
    private static func run(_ line: String, bad path: String, _ outputs: TemporaryFolder) throws -> ToolRun {
        let words = line.split(separator: " ").map {
            $0.replacingOccurrences(of: "BAD", with: path).replacingOccurrences(
                of: "GOOD", with: VerifyToolTests.golden
            )
            .replacingOccurrences(of: "DIR", with: outputs.path)
        }
        return try ToolRun(words[0], Array(words.dropFirst()))
    }

    @Test("the scanner says of a file that is not there, or that it cannot look into, what it is")
    func scanner() throws {
        let folder = try TemporaryFolder()
        let missing = try ToolRun("ckpt-scan", [folder.path("missing.pth")])
        #expect(missing.status == 2)
        #expect(missing.errors == "ckpt-scan: cannot open '\(folder.path("missing.pth"))': No such file or directory\n")
        #expect(missing.output == "")
        let archive = try ToolRun("ckpt-scan", [fixture("hostile/scan/seven.pth")])
        #expect(archive.status == 1)
        #expect(archive.output.contains("dangerous"))
    }

    /// A config that is not a model, and what the error says after the file's name.
    static let configs: [(text: [UInt8], words: String)] = [
        (Array("model = dict(".utf8), ":1:13: expected the end of '(', found the end of the file"),
        (Array("<!DOCTYPE html>".utf8), ":1:2: unexpected character '!'"),
        ([0xFF, 0xFE], ":1:1: the text is not UTF-8"),
        (Array("import os\nos.remove('bad.py')\n".utf8), ":2:1: 'os.remove' is not supported"),
        (Array("_base_ = 'none.py'\n".utf8), ":1:10: the base cannot be read: "),
        (Array("x = y\n".utf8), ":1:5: the name 'y' is not defined"),
    ]
    /// What is read without an error, and is not a model that is built in.
    static let otherConfigs: [(text: [UInt8], words: String)] = [
        ([], ": it has no 'model'"), (Array("model = 3\n".utf8), ":1:1: 'model' is not a dictionary"),
        (Array("model = dict(type='MAE')\n".utf8), ":1:14: model: 'MAE' is not built in: only ImageClassifier is"),
        (Array("model = dict(type='ImageClassifier')\n".utf8), ":1:1: model: has no 'backbone'"),
        (
            Array("model = dict(type='ImageClassifier', backbone=dict(type='ResNet', depth=19))\n".utf8),
            ":1:67: model.backbone: there is no ResNet of depth 19"
        ),
    ]
    /// Every way that a tool reads a config.
    static let configReaders = [
        "ckpt-tree BAD", "ckpt-tree --config BAD", "convert --rules vgg --config BAD GOOD DIR/out.pth",
        "get-flops BAD", "get-flops --config BAD", "reparameterize BAD GOOD DIR/out.pth",
        "shape-diff GOOD --config BAD",
        "verify GOOD --config BAD --golden GOOD",
    ]

    @Test(
        "a config that cannot be read is one line with file, line and column",
        arguments: configs,
        configReaders + ["print-config BAD", "preprocess BAD GOOD --out DIR/x.npy", "evaluate BAD GOOD --data DIR"])
    func unreadableConfig(config: (text: [UInt8], words: String), line: String) throws {
        try expectError(config, line)
    }

    @Test("a config of no model that is built in is one line that says so", arguments: otherConfigs, configReaders)
    func otherConfig(config: (text: [UInt8], words: String), line: String) throws { try expectError(config, line) }

    private func expectError(_ config: (text: [UInt8], words: String), _ line: String) throws {
        let (folder, outputs) = (try TemporaryFolder(), try TemporaryFolder())
        let path = try folder.write("bad.py", config.text)
        let run = try Self.run(line, bad: path, outputs)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("\(line.prefix { $0 != " " }): \(path)\(config.words)"), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(try outputs.names == [] && folder.names == ["bad.py"])
    }

    @Test("no tool is left out")
    func tools() throws {
        let lines = Self.readers + Self.configReaders + ["ckpt", "ckpt-scan", "metafile", "preprocess", "print-config"]
        #expect(Set(lines.map { String($0.prefix { $0 != " " }) }) == Set(ToolRun.tools))
        let sources = URL(fileURLWithPath: fixture("../Sources"))
        let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter {
            FileManager.default.fileExists(atPath: sources.path + "/\($0)/main.swift") && !$0.hasPrefix("bench-")
                && !$0.hasPrefix("bundle-")
        }
        #expect(folders.sorted() == ToolRun.tools)
    }

    @Test("an unknown option is an error that names it, of every tool", arguments: ToolRun.tools)
    func unknownOption(tool: String) throws {
        let run = try ToolRun(tool, ["--no-such-option"])
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("\(tool): ") && run.errors.contains("'--no-such-option'"), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    /// Arguments of a tool that are wrong, with `IN` for a good checkpoint and `DIR` for an empty folder, and a word
    /// that the error must hold.
    static let requests: [(line: String, word: String)] = [
        ("convert --rules vgh IN DIR/out.pth", "there is no rule file 'vgh'; did you mean 'vgg'"),
        ("convert --rules DIR/none.rules IN DIR/out.pth", "none.rules"),
        ("convert --rules DIR IN DIR/out.pth", "directory"),
        ("convert IN DIR/no/folder/out.pth", "No such file or directory"),
        ("convert IN /proc/out.pth", "/proc/out.pth"),
        ("convert --max-shard-size 5XB IN DIR/out.pth", "a size such as 5GB"),
        ("convert --state-key model IN DIR/out.pth", "the file holds no dictionary at 'model'"),
        ("convert IN DIR/out.txt", "extension '.txt'"),
        ("convert IN DIR/out", "no extension"),
        ("convert IN", "OUT is missing"),
        ("convert --set depth=16 IN DIR/out.pth", "--set needs --rules"),
        ("convert --rules vgg --set depth IN DIR/out.pth", "PARAM=VALUE"),
        ("convert --rules vgg --set depth=12 IN DIR/out.pth", "depth"),
        ("convert --rules vgg --model vgg61 IN DIR/out.pth", "vgg61"),
        ("convert base=IN DIR/out.pth", "cannot open 'base="),
        ("convert --rules merge_lora base=IN x=IN DIR/out.pth", "the rules read base, lora"),
        ("convert --rules vgg --state-key nowhere IN DIR/out.pth", "nowhere"),
        ("convert --suggest --strip-prefix auto --model vgg16 IN", "not --strip-prefix"),
        ("evaluate IN --model vgg16", "--data FOLDER is missing"),
        ("evaluate IN --data DIR", "--model NAME or CONFIG.py is missing"),
        ("evaluate some.py --data DIR", "CKPT is missing"),
        ("evaluate IN --model vgg16 --data DIR --out DIR/out.txt", "name a .json file"),
        ("metafile", "check|fill|new|index is missing"),
        ("metafile chck DIR", "unknown command 'chck'; did you mean 'check'?"),
        ("metafile check DIR --skip nothing", "--skip must be one of metadata, "),
        ("metafile fill DIR/none.yml", "No such file or directory"),
        ("metafile index DIR", "no folder below its 'configs' has a metafile.yml"),
        ("shape-diff IN --model resnet5O", "resnet50"),
        ("shape-diff IN --cfg-options a=1", "--cfg-options needs a config"),
        ("verify IN --model nothing-like-it --golden IN", "nothing-like-it"),
        ("verify IN --model vgg16 --golden IN --junit DIR/no/report.xml", "golden"),
        ("ckpt-tree IN --depth x", "--depth needs a whole number"),
        ("ckpt-tree IN --state-key nowhere", "nowhere"),
        ("ckpt-tree IN --colour always", "did you mean '--color'?"),
        ("ckpt-tree", "FILE is missing"),
    ]

    @Test("a request that makes no sense is an error that says what is wrong with it", arguments: requests)
    func nonsense(line: String, word: String) throws {
        let folder = try TemporaryFolder()
        let words = line.split(separator: " ").map {
            $0.replacingOccurrences(of: "IN", with: fixture("checkpoints/state_dict.pth"))
                .replacingOccurrences(of: "DIR", with: folder.path)
        }
        let run = try ToolRun(words[0], Array(words.dropFirst()))
        #expect(run.status == 2, "\(run.output)")
        #expect(run.output == "")
        #expect(run.errors.contains(word), "\(run.errors)")
        #expect(try folder.names.isEmpty)
    }

    @Test("everything that is wrong with a rule file is named by file and line")
    func ruleErrors() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("bad.rules", Data("rules bad: a test\na.{p} -> b.{q}\nnonsense here\n".utf8))
        let run = try ToolRun(
            "convert", ["--rules", rules, fixture("checkpoints/state_dict.pth"), folder.path + "/out.pth"])
        #expect(run.status == 2)
        #expect(run.errors.contains("\(rules):2"))
        #expect(run.errors.contains("\(rules):3"))
        #expect(try folder.names == ["bad.rules"])
    }

    @Test("a rule file full of mistakes fills no screen")
    func manyRuleErrors() throws {
        let folder = try TemporaryFolder()
        let name = String(repeating: "a", count: 100_000)
        let text = "rules bad: a test\n{\(name)} -> b\n" + String(repeating: "under a -> b\n", count: 1000)
        let rules = try folder.write("bad.rules", Data(text.utf8))
        let run = try ToolRun(
            "convert", ["--rules", rules, fixture("checkpoints/state_dict.pth"), folder.path + "/out.pth"])
        #expect(run.status == 2)
        #expect(run.errors.utf8.count < 10_000)
        #expect(run.errors.hasSuffix("convert: error: and 981 more\n"), "\(run.errors.suffix(200))")
    }

    @Test("a key too many or too few is an error that names it, its line and the output that is not written")
    func wrongKeys() throws {
        let folder = try TemporaryFolder()
        let output = folder.path + "/out.pth"
        let run = try ToolRun("convert", ["--rules", "vgg", fixture("checkpoints/state_dict.pth"), output])
        #expect(run.status == 2)
        #expect(run.errors.contains("vgg.rules:"))
        #expect(run.errors.hasSuffix("; \(output) is not written\n"))
        #expect(try folder.names.isEmpty)
    }

    @Test("a full device is an error, not a silent loss")
    func fullDevice() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "'\(ToolRun.path(of: "ckpt-tree"))' '\(fixture("checkpoints/state_dict.pth"))' > /dev/full",
        ]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 2)
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text == "ckpt-tree: cannot write to standard output: No space left on device\n")
    }

    @Test("help and version are answered by every tool", arguments: ToolRun.tools)
    func help(tool: String) throws {
        let help = try ToolRun(tool, ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("Usage: \(tool) [options]"))
        #expect(help.output.contains("Exit codes:"))
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(try ToolRun(tool, ["--version"]).output.hasPrefix("\(tool) "))
    }
}
