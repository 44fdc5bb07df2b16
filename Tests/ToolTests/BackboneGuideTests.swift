import Foundation
import TestSupport
import Testing

/// The page `AddingABackbone.md`, as somebody follows it.
@Suite struct BackboneGuideTests {
    /// A line that begins with `$`, and what it is said to print.
    private struct Step {
        let command: String
        var lines: [String] = []
        var status: Int32 = 0
    }

    private enum Block {
        /// A file by its name, which its first line is.
        case file(String, String)
        case steps([Step])
    }

    private static func page() throws -> [Block] {
        let path = fixture("../Sources/Workbench/Workbench.docc/AddingABackbone.md")
        var blocks: [Block] = []
        let parts = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n```")
        for part in parts where !part.hasPrefix("\n") {
            var lines = part.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            switch lines.removeFirst() {
            case "console":
                var steps: [Step] = []
                for line in lines {
                    if line.hasPrefix("$ ") {
                        steps.append(Step(command: String(line.dropFirst(2))))
                    } else if line.hasPrefix("[exit code ") {
                        steps[steps.count - 1].status = Int32(line.dropFirst(11).dropLast()) ?? -1
                    } else if !line.isEmpty {
                        steps[steps.count - 1].lines.append(line)
                    }
                }
                blocks.append(.steps(steps))
            case "python", "yaml":
                let name = try #require(lines.first?.hasPrefix("# ") == true ? lines.first : nil).dropFirst(2)
                blocks.append(.file(String(name), lines.joined(separator: "\n") + "\n"))
            default: break
            }
        }
        return blocks
    }

    @Test("every command of the page \"Adding a backbone\" does what the page says")
    func walk() throws {
        let folder = try TemporaryFolder()
        let guide = folder.path("guide")
        try FileManager.default.copyItem(atPath: fixture("guide"), toPath: guide)
        // The page brings its config.
        try FileManager.default.removeItem(atPath: guide + "/configs")
        try FileManager.default.createDirectory(
            atPath: guide + "/configs/vit_pico", withIntermediateDirectories: true)
        var commands = 0
        for block in try Self.page() {
            switch block {
            case .file(let name, let text): try folder.write("guide/" + name, text.utf8)
            case .steps(let steps):
                for step in steps {
                    let run = try shell(step.command, in: guide)
                    #expect(run.status == step.status, "\(step.command)\n\(run.output)")
                    for line in step.lines { #expect(run.output.contains(line), "\(step.command)\n\(run.output)") }
                    commands += 1
                }
            }
        }
        #expect(commands >= 20)
        let names = try FileManager.default.contentsOfDirectory(atPath: guide)
        #expect(names.contains("report.html") && names.contains("report.xml") && names.contains("steps"))
    }

    private func shell(_ command: String, in folder: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let tools = URL(fileURLWithPath: ToolRun.path(of: "verify")).deletingLastPathComponent().path
        process.environment = ["PATH": tools + ":/usr/bin:/bin", "HOME": "/nonexistent"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        let path = folder + "/output.txt"
        try Data().write(to: URL(fileURLWithPath: path))
        process.standardOutput = FileHandle(forWritingAtPath: path)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: path, encoding: .utf8))
    }
}
