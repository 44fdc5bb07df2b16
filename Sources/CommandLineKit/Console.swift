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
    /// Colours for standard output.
    package let palette: Palette
    let errorPalette: Palette

    init(tool: String, mode: ColorMode, level: Level = .normal, environment: (String) -> String?) {
        self.tool = tool
        self.level = level
        palette = Palette(
            isColored: mode.allowsColor(isTerminal: StandardStream.output.isTerminal, environment: environment))
        errorPalette = Palette(
            isColored: mode.allowsColor(isTerminal: StandardStream.error.isTerminal, environment: environment))
    }

    /// Writes a result.
    package func write(_ text: String) throws(StreamError) {
        try StandardStream.output.write(text)
    }

    /// Writes a report as JSON, with its version.
    package func write(report: JSONValue) throws(StreamError) { try write(report.versioned.text) }

    /// Writes a report, but not if it is quiet and the report says that all is well.
    package func write(_ text: @autoclosure () -> String, isFine: Bool) throws(StreamError) {
        if level != .quiet || !isFine { try write(text()) }
    }

    /// Writes a result that is in UTF-8.
    package func write(utf8 text: [UInt8]) throws(StreamError) {
        try StandardStream.output.write(utf8: text)
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
        try? StandardStream.error.write(line + "\n")
    }

    /// A line that counts up while long work is done.
    package func progress(_ label: String, total: Int, unit: ProgressLine.Unit = .steps) -> ProgressLine {
        ProgressLine(
            label: label, total: total, unit: unit, isShown: level != .quiet && StandardStream.error.isTerminal)
    }

    /// Shows such a line while `work` runs, which calls what it is given after each step.
    package func withProgress<Result>(
        _ label: String, unit: ProgressLine.Unit = .steps,
        _ work: (_ update: (_ done: Int, _ total: Int) -> Void) throws -> Result
    ) rethrows -> Result {
        var line: ProgressLine?
        defer { line?.clear() }
        return try work { done, total in
            if line == nil { line = progress(label, total: total, unit: unit) }
            line?.update(done)
        }
    }
}
