import ByteIO
import Verification

/// What a report says of a run that did not come to its end.
public enum FailureReport {
    /// Replaces the JUnit file at `path` by one whose only test case has an error.
    /// - Throws: `IOError`.
    public static func writeJUnit(_ message: String, suite: String, to path: String) throws(IOError) {
        try AtomicFile.write(Array(junit(message, suite: suite).utf8), to: path)
    }

    static func junit(_ message: String, suite: String) -> String {
        let name = xmlEscaped(suite)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites tests="1" failures="0" errors="1">
              <testsuite name="\(name)" tests="1" failures="0" errors="1">
                <testcase name="run" classname="\(name)"><error message="\(xmlEscaped(message))"/></testcase>
              </testsuite>
            </testsuites>

            """
    }
}
