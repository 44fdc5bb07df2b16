import ByteIO
import Verification

extension ModelVerification {
    /// Writes the report as a JUnit test suite named after the checkpoint.
    /// - Throws: `IOError`.
    public func writeJUnit(to path: String) throws(IOError) {
        let file = try AtomicFile(path: path)
        try file.write(Array(report.junit(name: options.checkpoint).utf8))
        try file.commit()
    }
}
