import Testing

@testable import CommandLineKit

@Suite struct CommandHelpTests {
    @Test("the help shows usage, every option, the examples and the exit codes")
    func contents() {
        let expected = """
            sample: shows a sample of everything that a command can take.

            Usage: sample [options] IN OUT

              IN                    What to read.
              OUT                   What to write.

            Choices:
              --depth N             How deep to look.
              --shape               Say the shape.
              --filter GLOB         What to keep. May be repeated.
              --explain[=KEY]       Say why.
              --precision float32|float64
                                    How exact.

            General:
              -q, --quiet           Print no notes and no progress, and a report only if it
                                    finds something.
              -v, --verbose         Report on standard error what is read, and the time and
                                    memory that the run took.
              --color auto|always|never
                                    When to colour the output; auto: on a terminal, unless
                                    NO_COLOR is set.
              -h, --help            Show this text.
              --version             Show the version.

            Examples:
              sample a b
                  Makes b of a.

            Exit codes:
              0                     fine
              1                     the sample is off
              2                     could not run: wrong usage, unreadable or corrupt input,
                                    no way to write; no output file is written

            """
        #expect(SampleCommand.command.helpText(width: 80) == expected)
    }

    @Test("the help of several commands names the exit code of a finding, which some of them have")
    func findingOfMembers() {
        let family = Command(
            name: "family", version: "1", summary: "does one of two.", positionals: [], groups: [],
            members: [.init("sample", SampleCommand.command.summary)], examples: [])
        #expect(family.exitCodes.map(\.code) == [0, 1, 2])
        #expect(SampleCommand.anyNumber.exitCodes.map(\.code) == [0, 2])
    }

    @Test(
        "lines are as long as the terminal allows, between 60 and 100 columns",
        arguments: [(0, 60), (60, 60), (72, 72), (80, 80), (100, 100), (400, 100)])
    func width(columns: Int, longest: Int) {
        let lines = SampleCommand.command.helpText(width: columns).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= longest })
        #expect(lines.contains { $0.count > longest - 20 })
    }

    @Test("COLUMNS says how wide the terminal is, as long as it is a positive number")
    func columns() {
        #expect(StandardStream.output.width { $0 == "COLUMNS" ? "97" : nil } == 97)
        for text in ["0", "-3", "wide", ""] {
            #expect(StandardStream.output.width { _ in text } == StandardStream.output.width { _ in nil })
        }
    }
}
