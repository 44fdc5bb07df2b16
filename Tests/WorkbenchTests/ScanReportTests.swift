import CommandLineKit
import PickleScan
import PlatformC
import TestSupport
import Testing

@testable import Workbench

@Suite struct ScanReportTests {
    @Test("the JSON report has the fields that others read")
    func json() throws {
        let report = ScanReport([fixture("hostile/checkpoints/runs_code.pth")])
        guard case .object(let root) = report.json, case .array(let files)? = root.first?.value,
            case .object(let file)? = files.first, case .array(let findings) = file[3].value,
            case .object(let finding)? = findings.first
        else {
            Issue.record("not an object of files")
            return
        }
        #expect(root.map(\.name) == ["files"])
        #expect(file.map(\.name) == ["file", "verdict", "format", "findings", "globals", "weights_only"])
        #expect(file[1].value == "dangerous")
        #expect(finding.map(\.name).prefix(5) == ["global", "verdict", "where", "offset", "reason"])
        #expect(finding.prefix(4).map(\.value) == ["posix.system", "dangerous", "archive/data.pkl", .int(0xDB)])
    }

    @Test("a finding names its global as written and by its other name, in JSON and in the text")
    func names() throws {
        let report = ScanReport([fixture("hostile/checkpoints/runs_code.pth")])
        let finding = try #require(report.files.first?.scan.findings.first)
        #expect(finding.json.text.contains("\"written\": \"posix.system\""))
        #expect(finding.json.text.contains("\"is\": \"os.system\""))
        #expect(report.text(.plain).contains("; the same as os.system"))
    }

    @Test("--globals says what weights_only refuses, by key path, and JSON has every one")
    func refusals() {
        let report = ScanReport([fixture("scan/lightning.ckpt")])
        let text = report.text(.plain, listsGlobals: true)
        #expect(text.contains("torch.load(weights_only=True) refuses"))
        #expect(text.contains("    torch.nn.modules.loss.CrossEntropyLoss at hyper_parameters.loss\n"))
        #expect(report.json.text.contains("\"key\": \"hyper_parameters.cfg._content.aug\""))
        #expect(!report.text(.plain).contains("refuses"))
    }

    @Test("a folder's files are scanned in the order of their names, links to folders are not followed")
    func folder() {
        let report = ScanReport([fixture("hostile/checkpoints")])
        let paths = report.files.map(\.path)
        #expect(paths.count > 10)
        #expect(paths == paths.sorted())
        #expect(report.failures.isEmpty)
    }

    @Test("a file that is missing is a failure, and the others are scanned")
    func missing() {
        let report = ScanReport([fixture("nothing.pth"), fixture("zip/state_dict.pth")])
        #expect(report.failures.count == 1)
        #expect(report.files.count == 1)
        #expect(report.verdict == .clean)
    }

    @Test("the JSON report has an error for each file that cannot be read, and one of its own")
    func missingInJSON() {
        let path = fixture("nothing.pth")
        let error = "cannot open '\(path)': No such file or directory"
        guard case .object(let root) = ScanReport([path, fixture("zip/state_dict.pth")]).json,
            case .array(let files)? = root.first?.value
        else {
            Issue.record("not an object of files")
            return
        }
        #expect(root.last == .init(name: "error", value: .string(error)))
        #expect(files.count == 2)
        #expect(files.last == ["file": .string(path), "error": .string(error)])
    }

    @Test("a file whose name is not UTF-8 is a failure that shows the name, not left out")
    func unusableName() throws {
        let folder = try TemporaryFolder()
        let descriptor = (Array(folder.path.utf8) + Array("/x".utf8) + [0xFF, 0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { open($0, O_CREAT | O_WRONLY, 0o600) } ?? -1 }
        }
        #expect(descriptor >= 0)
        close(descriptor)
        let report = ScanReport([folder.path])
        #expect(report.files.isEmpty)
        #expect(
            report.failures.map(\.description) == [
                "cannot open '\(folder.path)/x\\xff': its name is not UTF-8: rename it"
            ])
    }

    @Test("the text has a line for each file, the findings below it and a total")
    func text() {
        let report = ScanReport([fixture("zip/state_dict.pth"), fixture("hostile/checkpoints/runs_code.pth")])
        let lines = report.text(.plain).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasSuffix("state_dict.pth: clean, zip archive, 4 globals"))
        #expect(lines[1].hasSuffix("runs_code.pth: dangerous"))
        #expect(lines[2].hasPrefix("  dangerous  posix.system called with ('touch /tmp/hostile',): "))
        #expect(lines[3] == "2 files: 1 dangerous, 1 clean")
    }

    @Test("a SARIF log names tool, rule, place and level of each finding")
    func sarif() {
        let text = ScanReport([fixture("hostile/checkpoints/runs_code.pth")]).sarif.text
        for part in [
            "\"version\": \"2.1.0\"", "\"name\": \"ckpt-scan\"", "\"ruleId\": \"pickle-global\"",
            "\"level\": \"error\"",
            "\"fullyQualifiedName\": \"archive/data.pkl\"", "\"uri\": \"file:///",
        ] { #expect(text.contains(part)) }
    }
}
