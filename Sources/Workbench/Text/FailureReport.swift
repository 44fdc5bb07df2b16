import ByteIO

/// What a report says of a run that did not come to its end.
package enum FailureReport {
    /// Replaces the JUnit file at `path` by one whose only test case has an error.
    /// - Throws: `IOError`.
    package static func writeJUnit(_ message: String, suite: String, to path: String) throws(IOError) {
        try JUnitSuite(name: suite, cases: [.init(name: "run", outcome: .error(message))]).write(to: path)
    }
}
