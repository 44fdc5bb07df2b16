import CommandLineKit
import Testing

@Suite struct ArgumentsTests {
    private func arguments(depth: String) throws -> Arguments {
        try SampleCommand.command.parse(["--depth", depth, "a", "b"])
    }

    @Test("a number is refused when it is none, too small or not whole", arguments: ["x", "-1", "1.5", ""])
    func badIntegers(text: String) throws {
        let arguments = try SampleCommand.command.parse(["--depth=" + text, "a", "b"])
        let expected = UsageError.notANumber(option: "depth", value: text, needs: "a whole number of at least 0")
        #expect(throws: expected) { try arguments.integer(of: SampleCommand.depth) }
    }

    @Test("a magnitude is a finite number of at least 0")
    func magnitudes() throws {
        #expect(try arguments(depth: "1e-5").magnitude(of: SampleCommand.depth) == 1e-5)
        for text in ["-1", "inf", "nan"] {
            let expected = UsageError.notANumber(option: "depth", value: text, needs: "a number of at least 0")
            #expect(throws: expected) { try arguments(depth: text).magnitude(of: SampleCommand.depth) }
        }
    }

    @Test("an option that is not given has no value")
    func absent() throws {
        let arguments = try SampleCommand.command.parse(["a", "b"])
        #expect(try arguments.integer(of: SampleCommand.depth) == nil)
        #expect(arguments.values(of: SampleCommand.filter).isEmpty)
    }
}
