import ByteIO
import Verification

extension ModelVerification {
    /// Writes the report as a JUnit test suite named after the checkpoint.
    /// - Throws: `IOError`.
    public func writeJUnit(to path: String) throws(IOError) {
        try AtomicFile.write(Array(report.junit(name: options.checkpoint).utf8), to: path)
    }
}
