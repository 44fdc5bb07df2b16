import JSON
import PickleScan

extension ScanReport {
    /// `{files: [{file, verdict, format, findings, globals, weights_only}]}`. `findings` has what is not clean;
    /// `globals` every global that the file's pickles name; `weights_only` what `torch.load(weights_only=True)` would
    /// refuse, by key path. What could not be read is `{file, error}`, after the others; the report then has an `error`
    /// too.
    package var json: JSONValue {
        let unread = failures.map { failure -> JSONValue in
            ["file": .string(failure.path), "error": .string(failure.description)]
        }
        let report: JSONValue = ["files": .array(files.map(\.json) + unread)]
        guard !failures.isEmpty else { return report }
        return report.adding([
            .init(name: "error", value: .string(failures.map(\.description).joined(separator: "\n")))
        ])
    }
}

extension ScanReport.File {
    fileprivate var json: JSONValue {
        [
            "file": .string(path), "verdict": .string(scan.verdict.rawValue), "format": .string(scan.format),
            "findings": .array(scan.findings.map(\.json)), "globals": .array(scan.globals.map(\.json)),
            "weights_only": .array(scan.refusals.map(\.json)),
        ]
    }
}

extension ScanFinding {
    var json: JSONValue {
        [
            "global": .string(global), "verdict": .string(verdict.rawValue), "where": .string(place),
            "offset": .int(offset), "reason": .string(reason), "rule": .string(rule.rawValue), "count": .int(count),
            "written": .string(written), "is": .string(identity),
        ]
    }
}

extension Refusal {
    var json: JSONValue {
        [
            "global": .string(what), "key": .string(keyPath), "where": .string(place), "offset": .int(offset),
            "count": .int(count),
        ]
    }
}
