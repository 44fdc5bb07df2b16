import Testing

@testable import CommandLineKit

@Suite struct WorkflowCommandTests {
    @Test("what would end a property or the line is escaped")
    func escapes() {
        let command = WorkflowCommand(
            .warning, file: "a,b:c%d.yml", line: 3, column: 7, title: "x: y, z", message: "50 %: one,\r\ntwo")
        #expect(
            command.text
                == "::warning file=a%2Cb%3Ac%25d.yml,line=3,col=7,title=x%3A y%2C z::50 %25: one,%0D%0Atwo\n")
    }

    @Test("what concerns the whole run has no file")
    func run() { #expect(WorkflowCommand(title: "verify", message: "no").text == "::error title=verify::no\n") }
}

@Suite struct ReportFormatTests {
    private static let command = Command(
        name: "x", version: "1", summary: "x", positionals: [],
        groups: [OptionGroup("", [.json, Option("sarif", help: ""), ReportFormat.option(ReportFormat.allCases)])],
        examples: [])

    @Test(
        "--json, --sarif and --format say how to print",
        arguments: [
            ([], .text), (["--json"], .json), (["--sarif"], .sarif), (["--format", "github"], .github),
            (["--json", "--format=json"], .json),
        ] as [([String], ReportFormat)])
    func format(words: [String], format: ReportFormat) throws {
        #expect(try ReportFormat.asked(for: Self.command.parse(words)) == format)
    }

    @Test("two formats at once are an error", arguments: [["--json", "--format", "github"], ["--json", "--sarif"]])
    func contradiction(words: [String]) throws {
        let arguments = try Self.command.parse(words)
        #expect(throws: UsageError.self) { try ReportFormat.asked(for: arguments) }
    }
}
