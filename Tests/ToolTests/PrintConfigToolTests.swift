import Foundation
import TestSupport
import Testing

@Suite struct PrintConfigToolTests {
    /// A folder with a config and its base.
    private func configs() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(
            "base.py",
            Data("model = dict(type='A', depth=18)\npipeline = [dict(type='Resize', scale=256)]\nlr = 1e-5\n".utf8))
        try folder.write(
            "config.py", Data("_base_ = 'base.py'\nmodel = dict(depth=50)\nnew = '{{ fileBasename }}'\n".utf8))
        return folder
    }

    @Test("a config is printed with what it inherits, and the text loads to the same")
    func printed() throws {
        let folder = try configs()
        let run = try ToolRun("print-config", [folder.path("config.py")])
        let expected = """
            model = dict(type='A', depth=50)
            pipeline = [dict(type='Resize', scale=256)]
            lr = 1e-05
            new = 'config.py'

            """
        #expect(run.status == 0)
        #expect(run.output == expected)
        #expect(run.errors == "")
        let again = try ToolRun("print-config", [folder.write("again.py", Data(run.output.utf8))])
        #expect(again.output == expected)
    }

    @Test("overrides take several words, before and after the file")
    func overrides() throws {
        let folder = try configs()
        let words = ["model.depth=101", "pipeline.0.scale=(1,2)"]
        for arguments in [
            [folder.path("config.py"), "--cfg-options"] + words, ["--cfg-options"] + words + [folder.path("config.py")],
            [folder.path("config.py"), "--cfg-options=" + words[0], "--cfg-options", words[1]],
        ] {
            let run = try ToolRun("print-config", arguments)
            #expect(
                run.output.hasPrefix(
                    "model = dict(type='A', depth=101)\npipeline = [dict(type='Resize', scale=(1, 2))]\n"))
        }
    }

    @Test("the report has the files, bases first, and the values")
    func json() throws {
        let folder = try configs()
        let report = try ToolRun("print-config", ["config.py", "--json"], folder: folder.path).json()
        #expect(report["file"] as? String == "config.py")
        #expect(report["files"] as? [String] == ["base.py", "config.py"])
        let config = try #require(report["config"] as? [String: Any])
        #expect((config["model"] as? [String: Any])?["depth"] as? Int == 50)
    }

    @Test("the environment fills templates")
    func environment() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.py", Data("root = '{{$CONFIG_TOOL_ROOT:data}}/x'\n".utf8))
        #expect(try ToolRun("print-config", [path]).output == "root = 'data/x'\n")
        let run = try ToolRun("print-config", [path], environment: ["CONFIG_TOOL_ROOT": "/data"])
        #expect(run.output == "root = '/data/x'\n")
    }

    @Test(
        "what cannot be read is one line with its place, and an error in JSON",
        arguments: [
            ("x = y\n", [], "a.py:1:5: the name 'y' is not defined"),
            ("_base_ = 'none.py'\n", [], "a.py:1:10: the base cannot be read: none.py: there is no such file"),
            (
                "import os\nos.remove('a.py')\n", [],
                "a.py:2:1: 'os.remove' is not supported: a config is read as data, nothing is run"
            ),
            (
                "x = 1\n", ["--cfg-options", "a-b=1"],
                "the top-level key 'a-b' is not a name: no Python file can set it"
            ),
        ] as [(String, [String], String)])
    func refused(source: String, arguments: [String], message: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("a.py", Data(source.utf8))
        let run = try ToolRun("print-config", ["a.py"] + arguments, folder: folder.path)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors == "print-config: \(message)\n")
        let report = try ToolRun("print-config", ["a.py", "--json"] + arguments, folder: folder.path)
        #expect(report.status == 2)
        #expect(try report.json()["error"] as? String == message)
        #expect(try folder.names == ["a.py"])
    }

    @Test("a folder and an override without a value are errors")
    func usage() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("d.py"), withIntermediateDirectories: true)
        #expect(try ToolRun("print-config", [folder.path("d.py")]).errors.contains("d.py: it is a folder"))
        #expect(try ToolRun("print-config", ["a.py", "--cfg-options"]).errors.contains("--cfg-options K=V"))
        #expect(try ToolRun("print-config", ["a.py", "--cfg-options", "b"]).status == 2)
    }
}
