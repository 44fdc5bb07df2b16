import CommandLineKit
import Testing

@Suite struct CommandParseTests {
    @Test(
        "a value may follow its option or be joined to it",
        arguments: [["--depth", "2", "a", "b"], ["--depth=2", "a", "b"], ["a", "b", "--depth", "2"]])
    func values(words: [String]) throws {
        let arguments = try SampleCommand.command.parse(words)
        #expect(arguments.value(of: SampleCommand.depth) == "2")
        #expect(try arguments.integer(of: SampleCommand.depth) == 2)
        #expect(arguments.positionals == ["a", "b"])
        #expect(!arguments.has(SampleCommand.shape))
    }

    @Test("a joined value may be empty, begin with a dash or hold an equals sign")
    func joinedValues() throws {
        for value in ["", "--shape", "a=b"] {
            #expect(
                try SampleCommand.command.parse(["--depth=" + value, "a", "b"]).value(of: SampleCommand.depth) == value)
        }
    }

    @Test("a repeated option keeps its values in order; any other may be given once")
    func repetition() throws {
        let arguments = try SampleCommand.command.parse(["--filter", "x", "a", "--filter=y", "b"])
        #expect(arguments.values(of: SampleCommand.filter) == ["x", "y"])
        #expect(throws: UsageError.repeated(option: "shape")) {
            try SampleCommand.command.parse(["--shape", "--shape", "a", "b"])
        }
    }

    @Test("a dash, a negative number and whatever follows a double dash are positional")
    func positionals() throws {
        #expect(try SampleCommand.command.parse(["-", "-1.5"]).positionals == ["-", "-1.5"])
        #expect(try SampleCommand.command.parse(["--", "--shape", "--help"]).positionals == ["--shape", "--help"])
        #expect(try SampleCommand.command.parse(["--depth", "-1", "a", "b"]).value(of: SampleCommand.depth) == "-1")
    }

    @Test("an optional value is the next word only where the positionals are complete without it")
    func optionalValue() throws {
        let parse = { (words: [String]) in try SampleCommand.command.parse(words) }
        let bare = try parse(["--explain", "a", "b"])
        #expect(bare.has(SampleCommand.explain))
        #expect(bare.value(of: SampleCommand.explain) == nil)
        #expect(bare.positionals == ["a", "b"])
        for words in [["--explain", "key", "a", "b"], ["a", "--explain", "key", "b"], ["a", "b", "--explain=key"]] {
            let arguments = try parse(words)
            #expect(arguments.value(of: SampleCommand.explain) == "key", "\(words)")
            #expect(arguments.positionals == ["a", "b"], "\(words)")
        }
    }

    @Test("an option with several values takes the words up to the next option")
    func several() throws {
        let images = Option("images", .several("FILE"), repeats: true, help: "What to see.")
        let command = Command(
            name: "several", version: "1", summary: "takes several.",
            positionals: [.init("IN", isOptional: true, help: "What to read.")],
            groups: [OptionGroup("Choices", [images, SampleCommand.shape])], examples: [])
        let parsed = try command.parse(["in", "--images", "a", "-", "-1", "--shape", "--images=b", "--images", "c"])
        #expect(parsed.values(of: images) == ["a", "-", "-1", "b", "c"])
        #expect(parsed.positionals == ["in"])
        #expect(try command.parse(["--images", "a", "b", "--", "in"]).positionals == ["in"])
        #expect(throws: UsageError.missingValue(option: "images", placeholder: "FILE")) {
            try command.parse(["in", "--images", "--shape"])
        }
    }

    @Test(
        "what the description does not allow is an error that names it",
        arguments: [
            (["--shap", "a", "b"], UsageError.unknownOption("--shap", nearest: ["--shape"])),
            (["--zzzzzz", "a", "b"], .unknownOption("--zzzzzz", nearest: [])),
            (["--shap=1", "a", "b"], .unknownOption("--shap", nearest: ["--shape"])),
            (["-s", "a", "b"], .unknownOption("-s", nearest: [])),
            (["--shape=1", "a", "b"], .unexpectedValue(option: "shape", value: "1")),
            (["a", "b", "--depth"], .missingValue(option: "depth", placeholder: "N")),
            (["--depth", "--shape", "a", "b"], .missingValue(option: "depth", placeholder: "N")),
            (["--depth", "--", "a", "b"], .missingValue(option: "depth", placeholder: "N")),
            (
                ["--precision", "float16", "a", "b"],
                .notAChoice(option: "precision", value: "float16", choices: ["float32", "float64"])
            ),
            (["a"], .missingPositional("OUT")),
            ([], .missingPositional("IN")),
            (["a", "b", "c"], .unexpectedPositional("c")),
        ])
    func refusals(words: [String], expected: UsageError) {
        #expect(throws: expected) { try SampleCommand.command.parse(words) }
    }

    @Test("a positional that repeats takes one word or more")
    func repeatingPositional() throws {
        #expect(try SampleCommand.anyNumber.parse(["a", "b", "c"]).positionals == ["a", "b", "c"])
        #expect(throws: UsageError.missingPositional("FILE")) { try SampleCommand.anyNumber.parse([]) }
    }

    @Test("a request for help is answered whatever else is wrong", arguments: ["--help", "-h"])
    func help(word: String) throws {
        #expect(try SampleCommand.command.parse(["--nonsense", word]).positionals.isEmpty)
    }

    @Test("an option of pairs takes the words with an equals sign that follow it, one at least")
    func pairs() throws {
        let option = Option("set", .pairs("K=V"), repeats: true, help: "Set.")
        let command = Command(
            name: "sample", version: "1", summary: "takes pairs.", positionals: [.init("FILE", help: "A file.")],
            groups: [OptionGroup("Values", [option])], examples: [])
        for words in [
            ["f", "--set", "a=1", "b=-2"], ["--set", "a=1", "b=-2", "f"], ["--set=a=1", "f", "--set", "b=-2"],
        ] {
            let arguments = try command.parse(words)
            #expect(arguments.values(of: option) == ["a=1", "b=-2"], "\(words)")
            #expect(arguments.positionals == ["f"], "\(words)")
        }
        #expect(throws: UsageError.missingValue(option: "set", placeholder: "K=V")) {
            try command.parse(["f", "--set"])
        }
    }
}
