/// How a tool ends, for the shell and for CI.
package enum ExitStatus: Int32, Sendable {
    /// Fine.
    case success = 0
    /// The tool ran, and the check it is for found something.
    case finding = 1
    /// The tool could not run: usage, unreadable or corrupt input, I/O. No output file is written.
    case failure = 2
}
