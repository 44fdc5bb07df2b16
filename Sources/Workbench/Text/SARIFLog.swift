import JSON

/// SARIF 2.1.0 (OASIS, sarif-v2.1.0), which code scanning services read.
enum SARIFLog {
    /// A log with one run.
    /// - Parameters:
    ///   - rules: what the results refer to by index.
    ///   - failures: why something could not be looked at, a sentence each.
    ///   - artifacts: the files that were looked at; nil where they are not listed.
    static func log(
        tool: String, rules: [(id: String, summary: String)], failures: [String], artifacts: [JSONValue]? = nil,
        results: [JSONValue]
    ) -> JSONValue {
        let descriptions: [JSONValue] = rules.map {
            ["id": .string($0.id), "shortDescription": ["text": .string($0.summary)]]
        }
        let notifications: [JSONValue] = failures.map { ["level": "error", "message": ["text": .string($0)]] }
        let run: JSONValue = [
            "tool": [
                "driver": [
                    "name": .string(tool), "version": .string(workbenchVersion), "rules": .array(descriptions),
                ]
            ],
            "columnKind": "unicodeCodePoints",
            "invocations": .array([
                [
                    "executionSuccessful": .bool(failures.isEmpty),
                    "toolExecutionNotifications": .array(notifications),
                ]
            ]),
        ]
        var fields: [JSONValue.Field] = []
        if let artifacts { fields.append(.init(name: "artifacts", value: .array(artifacts))) }
        fields.append(.init(name: "results", value: .array(results)))
        return [
            "version": "2.1.0",
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "runs": .array([run.adding(fields)]),
        ]
    }
}
