import JSON

extension SuiteReport {
    /// `{passed, suite, models, pass, fail, error_count, skipped, shard, entries: […]}`, and `error` where something could
    /// not run.
    package var json: JSONValue {
        let report: JSONValue = [
            "passed": .bool(passed),
            "suite": .string(suite),
            "shard": .optional(shard.map { .string($0.description) }),
            "models": .int(count),
            "counts": .object(
                Status.allCases.map { .init(name: $0.rawValue, value: .int(count($0))) }),
            "entries": .array(entries.map(\.json)),
        ]
        return report.adding(errors.prefix(1).map { .init(name: "error", value: .string($0)) })
    }

    /// What `json` gave.
    /// - Throws: `WorkbenchError.suite` naming what is missing or of another type.
    init(_ json: JSONValue, file: String) throws {
        let reader = ReportReader(value: json, file: file, path: "")
        suite = try reader.text("suite")
        count = try reader.integer("models")
        if let text = try reader.optional("shard", { try $0.text }) {
            guard let shard = Shard(text) else { throw reader.wrong("shard", "is not K/N") }
            self.shard = shard
        } else {
            shard = nil
        }
        guard case .array(let elements)? = json["entries"] else { throw reader.wrong("entries", "is not a list") }
        for (position, element) in elements.enumerated() {
            entries.append(
                try Entry(ReportReader(value: element, file: file, path: "entries[\(position)].")))
        }
        for entry in entries where entry.index > count {
            throw reader.wrong("entries", "has one of index \(entry.index); the suite has \(count) models")
        }
    }
}

extension SuiteReport.Entry {
    fileprivate var json: JSONValue {
        [
            "index": .int(index),
            "name": .string(name),
            "place": .string(place),
            "status": .string(status.rawValue),
            "model": .optional(model.map(JSONValue.string)),
            "weights": .optional(weights.map(JSONValue.string)),
            "no_weights": .bool(hasNoWeights),
            "rules": .optional(rules.map(JSONValue.string)),
            "golden": .optional(golden.map(JSONValue.string)),
            "resolution": .ints(resolution),
            "time_ms": .optional(milliseconds.map(JSONValue.number)),
            "flops": .optional(flops.map(JSONValue.int)),
            "parameters": .optional(parameters.map(JSONValue.int)),
            "max_abs_error": .optional(maxAbsoluteError.map(JSONValue.number)),
            "tolerance": .optional(tolerance.map(JSONValue.number)),
            "noise_floor": .optional(noiseFloor.map(JSONValue.number)),
            "accuracies": .array(
                accuracies.map {
                    ["name": .string($0.name), "percent": .number($0.percent), "expected": .number($0.expected)]
                }),
            "findings": .strings(findings),
            "error": .optional(error.map(JSONValue.string)),
            "skipped": .optional(skipReason.map(JSONValue.string)),
            "notes": .strings(notes),
            "seconds": .number(seconds),
        ]
    }

    fileprivate init(_ reader: ReportReader) throws {
        self.init(
            index: try reader.integer("index"), name: try reader.text("name"), place: try reader.text("place"))
        model = try reader.optional("model") { try $0.text }
        weights = try reader.optional("weights") { try $0.text }
        rules = try reader.optional("rules") { try $0.text }
        golden = try reader.optional("golden") { try $0.text }
        resolution = try reader.list("resolution") { try $0.integer }
        milliseconds = try reader.optional("time_ms") { try $0.number }
        flops = try reader.optional("flops") { try $0.integer }
        parameters = try reader.optional("parameters") { try $0.integer }
        maxAbsoluteError = try reader.optional("max_abs_error") { try $0.number }
        tolerance = try reader.optional("tolerance") { try $0.number }
        noiseFloor = try reader.optional("noise_floor") { try $0.number }
        accuracies = try reader.list("accuracies") { element in
            .init(
                name: try element.text("name"), percent: try element.number("percent"),
                expected: try element.number("expected"))
        }
        findings = try reader.list("findings") { try $0.text }
        error = try reader.optional("error") { try $0.text }
        skipReason = try reader.optional("skipped") { try $0.text }
        notes = try reader.list("notes") { try $0.text }
        seconds = try reader.number("seconds")
    }
}

/// A value of a report that is read back, with its place for errors.
private struct ReportReader {
    let value: JSONValue
    let file: String
    /// `entries[3].`
    let path: String

    func wrong(_ name: String, _ reason: String) -> WorkbenchError {
        .suite(place: file, reason: "is not a report of verify --suite --json: '\(path)\(name)' \(reason)")
    }

    private func wrong(_ reason: String) -> WorkbenchError {
        .suite(place: file, reason: "is not a report of verify --suite --json: '\(path)' \(reason)")
    }

    private func field(_ name: String) throws(WorkbenchError) -> ReportReader {
        guard let value = value[name] else { throw wrong(name, "is missing") }
        return ReportReader(value: value, file: file, path: path + name)
    }

    var text: String {
        get throws(WorkbenchError) {
            guard case .string(let text) = value else { throw wrong("is not a text") }
            return text
        }
    }

    var integer: Int {
        get throws(WorkbenchError) {
            guard case .int(let number) = value, number >= 0 else { throw wrong("is not a whole number") }
            return number
        }
    }

    var number: Double {
        get throws(WorkbenchError) {
            switch value {
            case .int(let number): return Double(number)
            case .number(let number): return number
            // What JSON has no number for.
            case .string("NaN"): return .nan
            case .string("Infinity"): return .infinity
            case .string("-Infinity"): return -.infinity
            default: throw wrong("is not a number")
            }
        }
    }

    func text(_ name: String) throws(WorkbenchError) -> String { try field(name).text }
    func integer(_ name: String) throws(WorkbenchError) -> Int { try field(name).integer }
    func number(_ name: String) throws(WorkbenchError) -> Double { try field(name).number }

    /// nil where there is null.
    func optional<Result>(
        _ name: String, _ read: (ReportReader) throws -> Result
    ) throws -> Result? {
        let field = try field(name)
        return field.value == .null ? nil : try read(field)
    }

    func list<Element>(
        _ name: String, _ read: (ReportReader) throws -> Element
    ) throws -> [Element] {
        guard case .array(let elements) = try field(name).value else { throw wrong(name, "is not a list") }
        var result: [Element] = []
        for (position, element) in elements.enumerated() {
            result.append(try read(ReportReader(value: element, file: file, path: "\(path)\(name)[\(position)].")))
        }
        return result
    }
}
