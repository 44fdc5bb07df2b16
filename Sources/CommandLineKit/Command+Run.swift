import JSON
import PlatformC

extension Command {
    /// The whole life of a tool: parses the command line, answers `--help` and `--version`, runs `body`, turns
    /// whatever it throws into one line on standard error, and leaves with the exit code. With `--json` the line is
    /// also the report, `{"error": …}`; the other reports that the command line asks for are `fail`'s.
    /// - Parameters:
    ///   - invocation: how the command was called; help and errors use its name.
    ///   - fail: takes the message and what options say, as far as the words can be told apart.
    package func run(
        as invocation: Invocation, _ body: (Arguments, Console) throws -> ExitStatus,
        fail: @escaping @Sendable (_ message: String, Arguments) -> Void = { _, _ in }
    ) -> Never {
        Self.occupyStandardStreams()
        // A closed pipe and a file size limit are errors of the write, not an end without a word.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        Self.raiseFileLimit()
        HeapPages.enlarge()
        exit(called(invocation.name).status(invocation.words, body, fail).rawValue)
    }

    private func status(
        _ words: Result<[String], UsageError>, _ body: (Arguments, Console) throws -> ExitStatus,
        _ fail: @escaping @Sendable (String, Arguments) -> Void
    ) -> ExitStatus {
        var console = Console(tool: name, mode: .auto, environment: Self.variable)
        do {
            let arguments = try parse(words.get())
            if arguments.has(.help) {
                try console.write(helpText(width: StandardStream.output.width(environment: Self.variable)))
                return .success
            }
            if arguments.has(.version) {
                try console.write("\(name) \(version)\n")
                return .success
            }
            let mode = arguments.value(of: .color).flatMap(ColorMode.init) ?? .auto
            let level: Console.Level =
                arguments.has(.quiet) ? .quiet : arguments.has(.verbose) ? .verbose : .normal
            console = Console(
                tool: name, mode: mode, level: level, showsProgress: true, environment: Self.variable)
            defer { console.endProgress() }
            CutFile.becomesError { [console] message in conclude(message, words, console, fail) }
            if arguments.has(.quiet), arguments.has(.verbose) {
                throw UsageError.combination("--quiet and --verbose exclude each other")
            }
            let start = ContinuousClock.now
            let input = try console.withStages("reading standard input") { _ in try withStandardInput(arguments) }
            let status = try body(input, console)
            console.detail("took \(ProcessUse.text(since: start))")
            return status
        } catch {
            let message = error is UsageError ? "\(error) (see --help)" : "\(error)"
            conclude(message, words, console, fail)
        }
        return .failure
    }

    /// Says why the command stops, in every form that the command line asks for.
    private func conclude(
        _ message: String, _ words: Result<[String], UsageError>, _ console: Console,
        _ fail: (String, Arguments) -> Void
    ) {
        console.fail(message)
        let typed = (try? words.get()) ?? []
        let arguments = likelyArguments(typed)
        // A program of several commands writes no report, but a caller that asks for JSON gets the error as JSON.
        let isFamily = !members.isEmpty && typed.contains("--json")
        switch isFamily ? .json : ReportFormat.asked(by: arguments) {
        case .json: try? console.write(report: .object([.init(name: "error", value: .string(message))]))
        case .github: try? console.write(WorkflowCommand(title: name, message: message).text)
        case .text, .sarif: break
        }
        fail(message, arguments)
    }

    /// Puts something that takes no text where the caller closed a standard stream, so that no file of ours gets its number
    /// and our messages with it. To use such a stream stays an error.
    private static func occupyStandardStreams() {
        for stream: Int32 in 0...2 {
            var status = stat()
            if fstat(stream, &status) != 0 { _ = open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY) }
        }
    }

    /// Lets the process open as many files as the system allows it, up to 10,240: every file of a split output is open
    /// until all are whole, and shells set a limit of 256 or 1,024.
    private static func raiseFileLimit() {
        #if canImport(Glibc)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return }
        let most = min(limit.rlim_max, 10_240)
        guard limit.rlim_cur < most else { return }
        limit.rlim_cur = most
        // Only a hint: what does not fit then is an error that names the file.
        _ = setrlimit(files, &limit)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
