import CommandLineKit

/// A command with one option of each kind.
enum SampleCommand {
    static let depth = Option("depth", .required("N"), help: "How deep to look.")
    static let shape = Option("shape", help: "Say the shape.")
    static let filter = Option("filter", .required("GLOB"), repeats: true, help: "What to keep.")
    static let explain = Option("explain", .optional("KEY"), help: "Say why.")
    static let precision = Option("precision", .choice(["float32", "float64"]), help: "How exact.")

    static let command = Command(
        name: "sample", version: "1.2.3", summary: "shows a sample of everything that a command can take.",
        positionals: [.init("IN", help: "What to read."), .init("OUT", help: "What to write.")],
        groups: [OptionGroup("Choices", [depth, shape, filter, explain, precision])],
        examples: [.init("sample a b", "Makes b of a.")], finding: "the sample is off")

    static let anyNumber = Command(
        name: "many", version: "1", summary: "takes many.",
        positionals: [.init("FILE", repeats: true, help: "What to read.")], groups: [], examples: [])
}
