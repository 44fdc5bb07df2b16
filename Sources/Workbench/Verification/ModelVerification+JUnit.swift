import ByteIO
import Verification

extension ModelVerification {
    /// The report as a JUnit test suite named after the checkpoint: a case for the input, where images are given, one for
    /// the output, and one for each layer; findings that belong to no layer fail the output's case.
    var junit: JUnitSuite {
        var suite = JUnitSuite(name: options.checkpoint)
        if let alignment {
            suite.cases.append(.init(name: "input", outcome: alignment.finding.map { .failed($0) } ?? .passed))
        }
        let layerFindings = report.layers.compactMap(\.finding)
        let own = report.findings.filter { !layerFindings.contains($0) }.map { $0.text(truth) }
        suite.cases.append(
            .init(
                name: "output of \(report.module.isEmpty ? "the model" : "'\(report.module)'")",
                outcome: own.first.map { .failed($0) } ?? .passed, details: Array(own.dropFirst())))
        suite.cases += report.layers.map { layer in
            .init(name: layer.module, outcome: layer.finding.map { .failed($0.text(truth)) } ?? .passed)
        }
        return suite
    }

    /// - Throws: `IOError`.
    package func writeJUnit(to path: String) throws(IOError) { try junit.write(to: path) }
}
