import ByteIO
import Foundation
import TarArchive
import TestSupport
import Testing
import ZipArchive

@Suite struct DocumentationTests {
    private static let catalogue = "Sources/Workbench/Workbench.docc"

    /// Every page that users read, by its path in the repository.
    static let pages: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: fixture("../" + catalogue))) ?? []
        let articles = names.filter { $0.hasSuffix(".md") }.sorted()
        return ["README.md", "CONTRIBUTING.md", "converters/README.md"] + articles.map { "\(catalogue)/\($0)" }
    }()

    @Test("every command of a page does what the page says", arguments: pages)
    func commands(page name: String) throws {
        let page = try DocumentationPage(name)
        let folder = try TemporaryFolder()
        for step in page.steps {
            switch step {
            case .copy(let source, let target): try copy(fixture(source), to: folder.path(target))
            case .extract(let paths): try extract(paths, to: folder)
            case .file(let file, let text): try write(file, Array(text.utf8), to: folder)
            case .prepare(let command), .run(let command):
                let run = try shell(command.command, in: folder.path)
                #expect(
                    run.status == command.status && command.printed(run.output),
                    "\(name):\(command.line): \(command.command)\nended with \(run.status) and printed\n\(run.output)")
            case .skip: break
            }
        }
    }

    @Test("the commands that no test runs are few, each with its reason")
    func skippedCommands() throws {
        var reasons: [String: Int] = [:]
        var run = 0
        for name in Self.pages {
            for step in try DocumentationPage(name).steps {
                if case .skip(let reason, _) = step { reasons[reason, default: 0] += 1 }
                if case .run = step { run += 1 }
            }
        }
        #expect(reasons == ["needs PyTorch": 4, "needs large weights": 4])
        #expect(run >= 90)
    }

    @Test("a block that has a tool's command is one that is run", arguments: pages)
    func unmarkedCommands(page name: String) throws {
        for line in try DocumentationPage(name).otherLines {
            let word = line.text.split(separator: " ").first.map(String.init) ?? ""
            #expect(!ToolRun.tools.contains(word), "\(name):\(line.number): \(line.text)")
        }
    }

    @Test("the page \"Getting started\" has the commands of scripts/demo")
    func demo() throws {
        let script = try String(contentsOfFile: fixture("../scripts/demo"), encoding: .utf8)
        let values = [
            ("\"", ""), (" || status=$?", ""), ("$weights", "fixtures/demo/mobilenet_v2_legacy.pt"),
            ("$golden", "fixtures/demo/mobilenet_v2_legacy_features.pth"),
            ("$converted", ".cache/demo/mobilenet_v2_mmpretrain.pth"),
        ]
        var demo: [String] = []
        for line in script.components(separatedBy: "\n") where line.hasPrefix("run ") {
            demo.append(
                values.reduce(String(line.dropFirst(4))) { text, value in
                    text.replacingOccurrences(of: value.0, with: value.1)
                })
        }
        var page: [String] = []
        for step in try DocumentationPage(Self.catalogue + "/GettingStarted.md").steps {
            if case .run(let command) = step { page.append(command.command) }
        }
        #expect(page == demo && page.count == 4)
    }

    @Test("the functions of the page \"Library\" are those of the example package")
    func library() throws {
        let example = try String(
            contentsOfFile: fixture("../Tests/ExamplePackage/Sources/example/main.swift"), encoding: .utf8)
        let page = try String(contentsOfFile: fixture("../\(Self.catalogue)/Library.md"), encoding: .utf8)
        let functions = page.components(separatedBy: "```swift\n").filter { $0.hasPrefix("func ") }
            .map { $0.components(separatedBy: "```")[0] }
        #expect(functions.count == 3)
        for function in functions { #expect(example.contains(function)) }
    }

    @Test("the functions of the page \"C library\" are those of the example in C")
    func libraryForC() throws {
        let example = try String(contentsOfFile: fixture("../Tests/ExamplePackage/c/example.c"), encoding: .utf8)
        let page = try String(contentsOfFile: fixture("../\(Self.catalogue)/CLibrary.md"), encoding: .utf8)
        let functions = page.components(separatedBy: "```c\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(functions.count == 2)
        for function in functions { #expect(example.contains(function)) }
    }

    @Test("every relative link leads to a file, and to one of its headings", arguments: pages)
    func links(page name: String) throws {
        let text = try String(contentsOfFile: fixture("../" + name), encoding: .utf8)
        let folder = name.split(separator: "/").dropLast().joined(separator: "/")
        for match in text.matches(of: /\]\(([^)#\s]+)(#[^)\s]*)?\)/) where !match.1.contains("://") {
            let path = fixture("../\(folder)/\(match.1)")
            let target = try? String(contentsOfFile: path, encoding: .utf8)
            #expect(FileManager.default.fileExists(atPath: path), "\(name): \(match.0)")
            if let fragment = match.2 {
                #expect(Self.anchors(of: target ?? "").contains(String(fragment.dropFirst())), "\(name): \(match.0)")
            }
        }
    }

    /// The anchors that a web page of the repository gives the headings.
    private static func anchors(of text: String) -> [String] {
        text.components(separatedBy: "\n").filter { $0.hasPrefix("#") }.map { line in
            let title = line.drop { $0 == "#" || $0 == " " }.lowercased()
            let kept = title.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
            return kept.replacingOccurrences(of: " ", with: "-")
        }
    }

    private func copy(_ source: String, to target: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder), isFolder.boolValue else {
            return try FileManager.default.copyItem(atPath: source, toPath: target)
        }
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: source) {
            try FileManager.default.copyItem(atPath: source + "/" + name, toPath: target + "/" + name)
        }
    }

    private func extract(_ paths: [String], to folder: TemporaryFolder) throws {
        for name in ["metafiles", "configs"] {
            let zip = try ZipArchive(MappedFile(path: fixture("\(name)/\(name).zip")).bytes)
            let tar = try TarArchive(zip.data(of: try #require(zip.entry(named: "\(name).tar"))))
            for file in tar.entries where paths.contains(where: { file.name == $0 || file.name.hasPrefix($0 + "/") }) {
                try write(file.name, Array(tar.data(of: file)), to: folder)
            }
        }
    }

    private func write(_ name: String, _ bytes: [UInt8], to folder: TemporaryFolder) throws {
        let parent = URL(fileURLWithPath: folder.path(name)).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try folder.write(name, bytes)
    }

    /// What a shell prints on its terminal, both streams in one.
    private func shell(_ command: String, in folder: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let tools = URL(fileURLWithPath: ToolRun.path(of: "verify")).deletingLastPathComponent().path
        process.environment = [
            "PATH": tools + ":/usr/bin:/bin", "HOME": "/nonexistent", "SOURCE_DATE_EPOCH": "1795910400",
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        let scratch = try TemporaryFolder()
        let output = try scratch.write("output", [])
        let handle = FileHandle(forWritingAtPath: output)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8))
    }
}
