import JSON

/// The version of every JSON report. It changes when a field is renamed or removed, not when one is added.
let reportVersion = 1

extension JSONValue {
    /// The report with its version as the first field; of a list of reports, each.
    var versioned: JSONValue {
        switch self {
        case .object(let fields): .object([Field(name: "version", value: .int(reportVersion))] + fields)
        case .array(let reports): .array(reports.map(\.versioned))
        default: self
        }
    }
}
