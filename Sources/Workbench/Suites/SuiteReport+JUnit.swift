import ByteIO

extension SuiteReport {
    /// The report as a JUnit test suite: a case for each model, its figures as properties.
    var junit: JUnitSuite {
        var suite = JUnitSuite(name: suite)
        suite.cases = entries.map(\.junit)
        if let shard { suite.properties.append(("shard", shard.description)) }
        return suite
    }

    /// - Throws: `IOError`.
    package func writeJUnit(to path: String) throws(IOError) { try junit.write(to: path) }
}

extension SuiteReport.Entry {
    fileprivate var junit: JUnitSuite.Case {
        let outcome: JUnitSuite.Outcome =
            switch status {
            case .pass: .passed
            case .fail: .failed(findings[0])
            case .error: .error(error ?? "")
            case .skipped: .skipped(skipReason ?? "")
            }
        var item = JUnitSuite.Case(name: name, outcome: outcome, seconds: seconds)
        if status == .fail { item.details = Array(findings.dropFirst()) }
        func add(_ name: String, _ value: (some CustomStringConvertible)?) {
            if let value { item.properties.append((name, value.description)) }
        }
        add("model", model)
        add("weights", hasNoWeights ? ModelCheck.noWeights : weights)
        add("resolution", resolution.isEmpty ? nil : pythonTuple(resolution))
        add("time_ms", milliseconds)
        add("flops", flops)
        add("parameters", parameters)
        add("max_abs_error", maxAbsoluteError)
        add("tolerance", tolerance)
        add("noise_floor", noiseFloor)
        for accuracy in accuracies {
            add(accuracy.name, accuracy.percent)
            add("\(accuracy.name) (expected)", accuracy.expected)
        }
        return item
    }
}
