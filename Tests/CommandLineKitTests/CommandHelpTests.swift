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
              --color auto|always|never
                                    When to colour the output; auto: on a terminal, unless
                                    NO_COLOR is set.
              --help                Show this text.
              --version             Show the version.

            Examples:
              sample a b
                  Makes b of a.

            Exit codes:
              0                     fine
              1                     the sample is off
              2                     could not run: wrong usage, unreadable or corrupt input,
                                    no way to write; no output file exists

            """
        #expect(SampleCommand.command.helpText == expected)
    }

    @Test("no line is longer than a narrow terminal")
    func width() {
        for line in SampleCommand.command.helpText.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
}
