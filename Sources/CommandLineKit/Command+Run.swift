import JSON
import PlatformC

extension Command {
    /// The whole life of a tool: parses the command line, answers `--help` and `--version`, runs `body`, turns
    /// whatever it throws into one line on standard error, and leaves with the exit code. With `--json` the line is
    /// also the report, `{"error": …}`; the other reports that the command line asks for are `fail`'s.
    /// - Parameters:
    ///   - droppingWords: how many words of the command line the command's own name takes.
    ///   - fail: takes the message and what options say, as far as the words can be told apart.
    public func run(
        droppingWords: Int = 0, _ body: (Arguments, Console) throws -> ExitStatus,
        fail: (_ message: String, Arguments) -> Void = { _, _ in }
    ) -> Never {
        // A closed pipe and a file size limit are errors of the write, not an end without a word.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        HeapPages.enlarge()
        exit(status(droppingWords, body, fail).rawValue)
    }

    private func status(
        _ dropped: Int, _ body: (Arguments, Console) throws -> ExitStatus, _ fail: (String, Arguments) -> Void
    ) -> ExitStatus {
        var console = Console(tool: name, mode: .auto, environment: Self.variable)
        do {
            let arguments = try parse(Array(Self.words().dropFirst(dropped)))
            if arguments.has(.help) {
                try console.write(helpText)
                return .success
            }
            if arguments.has(.version) {
                try console.write("\(name) \(version)\n")
                return .success
            }
            if let mode = arguments.value(of: .color).flatMap(ColorMode.init) {
                console = Console(tool: name, mode: mode, environment: Self.variable)
            }
            return try body(arguments, console)
        } catch {
            let message = error is UsageError ? "\(error) (see --help)" : "\(error)"
            console.fail(message)
            let arguments = likelyArguments(Array(((try? Self.words()) ?? []).dropFirst(dropped)))
            if arguments.has(.json) {
                try? console.write(JSONValue.object([.init(name: "error", value: .string(message))]).text)
            }
            fail(message, arguments)
        }
        return .failure
    }

    /// What the tool was called with.
    private static func words() throws(UsageError) -> [String] {
        var words: [String] = []
        for case let word? in UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
            .dropFirst()
        {
            words.append(try Self.text(of: UnsafeRawBufferPointer(start: word, count: strlen(word))))
        }
        return words
    }

    /// - Throws: `UsageError.notUTF8`: a path with other letters in their place would be another file's.
    static func text(of word: UnsafeRawBufferPointer) throws(UsageError) -> String {
        guard let text = String(validating: word, as: UTF8.self) else { throw .notUTF8(Array(word)) }
        return text
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
