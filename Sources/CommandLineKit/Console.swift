/// Where a tool speaks to its user: results on standard output, everything else on standard error.
public struct Console: Sendable {
    let tool: String
    /// Colours for standard output.
    public let palette: Palette
    let errorPalette: Palette

    init(tool: String, mode: ColorMode, environment: (String) -> String?) {
        self.tool = tool
        palette = Palette(
            isColored: mode.allowsColor(isTerminal: StandardStream.output.isTerminal, environment: environment))
        errorPalette = Palette(
            isColored: mode.allowsColor(isTerminal: StandardStream.error.isTerminal, environment: environment))
    }

    /// Writes a result.
    public func write(_ text: String) throws(StreamError) {
        try StandardStream.output.write(text)
    }

    /// Writes a result that is in UTF-8.
    public func write(utf8 text: [UInt8]) throws(StreamError) {
        try StandardStream.output.write(utf8: text)
    }

    /// One line on standard error, led by the tool's name.
    public func report(_ message: String) {
        speak(errorPalette(.bold, tool + ":") + " " + message.line)
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
    public func progress(_ label: String, total: Int, unit: ProgressLine.Unit = .steps) -> ProgressLine {
        ProgressLine(label: label, total: total, unit: unit, isShown: StandardStream.error.isTerminal)
    }

    /// Shows such a line while `work` runs, which calls what it is given after each step.
    public func withProgress<Result>(
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
