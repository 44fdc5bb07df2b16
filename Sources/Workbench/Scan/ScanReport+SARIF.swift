import JSON
import PickleScan

extension ScanReport {
    /// The findings as a SARIF log, for code scanning services.
    package var sarif: JSONValue {
        let artifacts: [JSONValue] = files.map { ["location": ["uri": .string(uriReference($0.path))]] }
        return SARIFLog.log(
            tool: "ckpt-scan", rules: ScanFinding.Rule.allCases.map { ($0.rawValue, $0.summary) },
            failures: failures.map(\.description),
            artifacts: artifacts,
            results: files.enumerated().flatMap { index, file in
                file.scan.findings.map { $0.sarif(uri: uriReference(file.path), artifact: index) }
            })
    }
}

extension ScanFinding {
    fileprivate func sarif(uri: String, artifact: Int) -> JSONValue {
        var physical: [JSONValue.Field] = [
            .init(name: "artifactLocation", value: ["uri": .string(uri), "index": .int(artifact)])
        ]
        // The offset is the file's own only where the part is.
        if place.isEmpty { physical.append(.init(name: "region", value: ["byteOffset": .int(offset)])) }
        var location: [JSONValue.Field] = [.init(name: "physicalLocation", value: .object(physical))]
        if !place.isEmpty {
            location.append(
                .init(
                    name: "logicalLocations",
                    value: .array([["fullyQualifiedName": .string(place), "kind": "member"]])))
        }
        let name = global.isEmpty ? "The file" : global
        return [
            "ruleId": .string(rule.rawValue),
            "ruleIndex": .int(Rule.allCases.firstIndex(of: rule) ?? 0),
            "level": verdict == .dangerous ? "error" : "warning",
            "message": ["text": .string("\(name) \(reason)")],
            "locations": .array([.object(location)]),
            "properties": [
                "global": .string(global), "verdict": .string(verdict.rawValue), "offset": .int(offset),
                "count": .int(count), "written": .string(written), "is": .string(identity),
            ],
        ]
    }
}

extension ScanFinding.Rule {
    fileprivate var summary: String {
        switch self {
        case .global: "A pickle names a class or function that is not known to be harmless."
        case .call: "A pickle calls what it computes itself."
        case .mutation: "A pickle changes a class, function or module for the whole process."
        case .brokenPickle: "A pickle is broken, or unpicklers disagree on it."
        case .archive: "An archive contradicts itself or is damaged."
        case .hiddenData: "Data lies where some readers see it and others do not."
        case .opaque: "Data cannot be looked into."
        case .limit: "More than is looked at."
        case .code: "The file brings code that is not a pickle."
        }
    }
}
