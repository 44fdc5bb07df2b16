import Foundation
import TestSupport
import Testing

/// What every tool says besides its result, and where it takes its input from.
@Suite struct ConsoleToolTests {
    private let clean = fixture("checkpoints/mmengine.pth")

    @Test("with -q a check that finds nothing says nothing, and one that does says what")
    func quiet() throws {
        for flag in ["-q", "--quiet"] {
            let run = try ToolRun("ckpt-scan", [flag, clean])
            #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
        }
        let found = try ToolRun("ckpt-scan", ["-q", fixture("checkpoints/object.pth")])
        #expect(found.status == 1 && found.output.contains("review"))
        let json = try ToolRun("ckpt-scan", ["-q", "--json", clean])
        #expect(try json.json()["files"] != nil)
    }

    @Test("with -q a conversion leaves out notes, and errors stay")
    func quietConversion() throws {
        let folder = try TemporaryFolder()
        let output = folder.path("out.safetensors")
        let words = [fixture("checkpoints/state_dict.pth"), output]
        let run = try ToolRun("convert", ["-q"] + words)
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
        #expect(try folder.names == ["out.safetensors"])
        #expect(try ToolRun("convert", words).errors.contains("note: "))
        #expect(try ToolRun("convert", ["-q", folder.path("none.pth"), output]).errors.contains("none.pth"))
    }

    @Test("with -q a route leaves out notes, and a warning of both its legs is said once")
    func quietRoute() throws {
        let folder = try TemporaryFolder()
        let words = ["--to", "timm", fixture("routes/vit_small_huggingface.safetensors"), folder.path("out.pth")]
        let loud = try ToolRun("convert", words)
        #expect(loud.status == 0 && loud.errors.contains("note: ") && loud.output.contains("huggingface → timm"))
        let run = try ToolRun("convert", ["-q"] + words)
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(run.errors.hasPrefix("convert: warning: no model is declared"), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test("with -v a tool says what the run took, on standard error")
    func verbose() throws {
        let run = try ToolRun("ckpt-tree", ["-v", clean])
        #expect(run.status == 0)
        #expect(run.errors.contains("took ") && run.errors.contains(" ms, ") && run.errors.contains(" MiB"))
        #expect(run.errors.contains("\(clean): torch zip, "))
        #expect(run.output == (try ToolRun("ckpt-tree", [clean]).output))
        #expect(try ToolRun("ckpt-tree", ["-q", "-v", clean]).status == 2)
    }

    @Test("help is as wide as COLUMNS says, up to 100")
    func width() throws {
        for (columns, longest) in [("60", 60), ("100", 100), ("300", 100)] {
            let help = try ToolRun("verify", ["--help"], environment: ["COLUMNS": columns])
            let options = help.output.split(separator: "\n").prefix { !$0.hasPrefix("Examples") }
            #expect(options.allSatisfy { $0.count <= longest })
            #expect(options.contains { $0.count > longest - 15 })
        }
    }

    @Test("- is standard input, of a pipe and of a file", arguments: ["cat IN | TOOL", "TOOL < IN"])
    func standardInput(line: String) throws {
        let folder = try TemporaryFolder()
        func run(_ tool: String, _ words: String) throws -> String {
            let command = "'\(ToolRun.path(of: "ckpt"))' \(tool) \(words)"
            return line.replacingOccurrences(of: "TOOL", with: command).replacingOccurrences(of: "IN", with: clean)
        }
        let tree = try shell(run("tree", "- --json --digest"))
        let direct = try ToolRun("ckpt-tree", [clean, "--json", "--digest"])
        #expect(tree == direct.output.replacingOccurrences(of: "\"\(clean)\"", with: "\"/dev/stdin\""))
        #expect(try shell(run("scan", "-")).hasPrefix("/dev/stdin: clean"))
        let output = folder.path("out.pth")
        _ = try shell(run("convert", "- \(output)"))
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: output)).count > 1000
                && ToolRun("ckpt-diff", [clean, output]).status == 0)
    }

    @Test("an empty standard input is an error that names it")
    func emptyInput() throws {
        let run = try ToolRun("ckpt-tree", ["-"])
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.contains("/dev/stdin"), "\(run.errors)")
    }

    private func shell(_ command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text
    }
}
