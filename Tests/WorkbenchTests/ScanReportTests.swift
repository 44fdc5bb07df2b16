import CommandLineKit
import PickleScan
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
        #expect(file.map(\.name) == ["file", "verdict", "format", "findings", "globals"])
        #expect(file[1].value == "dangerous")
        #expect(finding.map(\.name).prefix(5) == ["global", "verdict", "where", "offset", "reason"])
        #expect(finding.prefix(4).map(\.value) == ["posix.system", "dangerous", "archive/data.pkl", .int(0xDB)])
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
