#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Command {
    /// The whole life of a tool: parses the command line, answers `--help` and `--version`, runs `body`, turns
    /// whatever it throws into one line on standard error, and leaves with the exit code.
    public func run(_ body: (Arguments, Console) throws -> ExitStatus) -> Never {
        // A closed pipe and a file size limit are errors of the write, not an end without a word.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        HeapPages.enlarge()
        exit(status(of: Array(CommandLine.arguments.dropFirst()), body).rawValue)
    }

    private func status(of words: [String], _ body: (Arguments, Console) throws -> ExitStatus) -> ExitStatus {
        var console = Console(tool: name, mode: .auto, environment: Self.variable)
        do {
            let arguments = try parse(words)
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
        } catch let error as UsageError {
            console.fail("\(error) (see --help)")
        } catch {
            console.fail("\(error)")
        }
        return .failure
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
