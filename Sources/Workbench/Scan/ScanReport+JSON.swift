import JSON
import PickleScan

extension ScanReport {
    /// `{files: [{file, verdict, format, findings, globals, weights_only}]}`. `findings` has what is not clean;
    /// `globals` every global that the file's pickles name; `weights_only` what `torch.load(weights_only=True)` would
    /// refuse, by key path.
    public var json: JSONValue {
        [
            "files": .array(
                files.map { file in
                    [
                        "file": .string(file.path),
                        "verdict": .string(file.scan.verdict.rawValue),
                        "format": .string(file.scan.format),
                        "findings": .array(file.scan.findings.map(\.json)),
                        "globals": .array(file.scan.globals.map(\.json)),
                        "weights_only": .array(file.scan.refusals.map(\.json)),
                    ]
                })
        ]
    }
}

extension Finding {
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
