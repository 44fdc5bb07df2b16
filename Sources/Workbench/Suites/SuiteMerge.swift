import ByteIO
import JSON

extension Suite {
    /// Joins the reports of a suite's parts, as `--json` printed them. What a part that could not run would have said, and a
    /// part that is missing, is an error among the entries of the result.
    /// - Throws: `IOError`; `WorkbenchError.suite` for a file that is not a report, for reports of several suites, and for a
    ///   model that two have.
    package static func merge(_ paths: [String]) throws -> SuiteReport {
        var reports: [(path: String, report: SuiteReport)] = []
        var failures: [(path: String, reason: String)] = []
        for path in paths {
            let json = try document(at: path)
            if json["entries"] == nil, case .string(let reason)? = json["error"] {
                failures.append((path, reason))
            } else {
                reports.append((path, try SuiteReport(json, file: path)))
            }
        }
        guard let first = reports.first else {
            throw WorkbenchError.suite(place: failures[0].path, reason: failures[0].reason)
        }
        var merged = SuiteReport(suite: first.report.suite, count: first.report.count)
        var owners: [Int: String] = [:]
        for (path, report) in reports {
            guard report.suite == merged.suite, report.count == merged.count else {
                throw WorkbenchError.suite(
                    place: path,
                    reason: "is of \(report.suite) with \(countText(report.count, "model")), "
                        + "\(first.path) of \(merged.suite) with \(countText(merged.count, "model"))")
            }
            for entry in report.entries {
                if let other = owners.updateValue(path, forKey: entry.index) {
                    throw WorkbenchError.suite(place: path, reason: "has \(entry.name), which \(other) has, too")
                }
            }
            merged.entries += report.entries
        }
        merged.entries.sort { $0.index < $1.index }
        let missing = merged.count - merged.entries.count
        for (path, reason) in failures { merged.fail(path, reason) }
        if missing > 0, failures.isEmpty {
            merged.fail(
                "missing part",
                "\(countText(missing, "model")) of \(merged.count) \(missing == 1 ? "is" : "are") in none of the reports"
            )
        }
        return merged
    }

    /// A report has a few hundred bytes a model.
    private static let byteLimit = 1 << 26

    private static func document(at path: String) throws -> JSONValue {
        let bytes = try MappedFile(path: path).bytes
        guard bytes.count <= byteLimit else {
            throw WorkbenchError.suite(place: path, reason: "is not a report: it has more than \(byteText(byteLimit))")
        }
        do throws(JSONError) {
            return try bytes.withUnsafeBytes { (text) throws(JSONError) in try JSONValue(parsing: text) }
        } catch {
            throw WorkbenchError.suite(place: path, reason: "is not a report: \(error)")
        }
    }
}

extension SuiteReport {
    /// Notes that a part did not run.
    fileprivate mutating func fail(_ name: String, _ reason: String) {
        var entry = Entry(index: count, name: name, place: suite)
        entry.error = reason
        entries.append(entry)
    }
}
