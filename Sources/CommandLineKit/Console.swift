import JSON

/// Where a tool speaks to its user: results on standard output, everything else on standard error.
package struct Console: Sendable {
    /// How much a tool says besides its result.
    package enum Level: Sendable {
        /// Warnings and errors; a report only if it finds something.
        case quiet
        /// Notes and progress, too.
        case normal
        /// What is read, and what the run took, too.
        case verbose
    }

    let tool: String
    package let level: Level
    /// Colours for results.
    package private(set) var palette: Palette
    /// Where results go.
    private var results = StandardStream.output
    /// Nil where no progress is shown.
    private let display: ProgressDisplay?
    let errorPalette: Palette

    /// - Parameter showsProgress: whether progress is shown where standard error is a terminal.
    init(
        tool: String, mode: ColorMode, level: Level = .normal, showsProgress: Bool = false,
        environment: (String) -> String?
    ) {
        self.tool = tool
        self.level = level
        display =
            showsProgress && level != .quiet && StandardStream.error.isTerminal
            ? ProgressDisplay(label: "working") : nil
        palette = Palette(
            isColored: mode.allowsColor(isTerminal: StandardStream.output.isTerminal, environment: environment))
        errorPalette = Palette(
            isColored: mode.allowsColor(isTerminal: StandardStream.error.isTerminal, environment: environment))
    }

    /// The same where something else goes to standard output: results go to standard error.
    package var leavingOutput: Console {
        var console = self
        console.results = .error
        console.palette = errorPalette
        return console
    }

    /// Writes a result.
    package func write(_ text: String) throws(StreamError) {
        try clearing { () throws(StreamError) in try results.write(text) }
    }

    /// Writes a report as JSON, with its version.
    package func write(report: JSONValue) throws(StreamError) { try write(report.versioned.text) }

    /// Writes a report, but not if it is quiet and the report says that all is well.
    package func write(_ text: @autoclosure () -> String, isFine: Bool) throws(StreamError) {
        if level != .quiet || !isFine { try write(text()) }
    }

    /// Writes a result that is in UTF-8.
    package func write(utf8 text: [UInt8]) throws(StreamError) {
        try clearing { () throws(StreamError) in try results.write(utf8: text) }
    }

    /// One line on standard error, led by the tool's name.
    package func report(_ message: String) {
        speak(errorPalette(.bold, tool + ":") + " " + message.line)
    }

    /// One line on standard error that nothing depends on.
    package func note(_ message: @autoclosure () -> String) {
        if level != .quiet { report("note: " + message()) }
    }

    /// One line on standard error about the run itself, with `--verbose`.
    package func detail(_ message: @autoclosure () -> String) {
        if level == .verbose { report(message()) }
    }

    /// The line that says why the tool stops.
    func fail(_ message: String) {
        speak(errorPalette(.red, tool + ":") + " " + message.line)
    }

    // Standard error has no place to complain to when it is closed.
    private func speak(_ line: String) {
        try? clearing { () throws(StreamError) in try StandardStream.error.write(line + "\n") }
    }

    private func clearing(_ write: () throws(StreamError) -> Void) throws(StreamError) {
        guard let display else { return try write() }
        try display.clearing(write)
    }

    /// Removes the line of progress for good.
    func endProgress() { display?.end() }

    /// Says what is being done while `work` runs, which calls what it is given after each step.
    package func withProgress<Result>(
        _ label: String, unit: ProgressUnit = .steps,
        _ work: (_ update: (_ done: Int, _ total: Int) -> Void) throws -> Result
    ) rethrows -> Result {
        guard let display else { return try work { _, _ in } }
        display.enter(ProgressLine(label: label, unit: unit))
        defer { display.leave() }
        return try work { done, total in display.update(done, of: total) }
    }

    /// Says which stage of something is being worked on while `work` runs, which calls what it is given before each.
    package func withStages<Result>(
        _ label: String, _ work: (_ begin: (_ stage: String) -> Void) throws -> Result
    ) rethrows -> Result {
        guard let display else { return try work { _ in } }
        display.enter(ProgressLine(label: label))
        defer { display.leave() }
        return try work { display.rename(to: "\(label): \($0)") }
    }
}
