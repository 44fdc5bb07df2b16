/// How a tool prints what it found.
package enum ReportFormat: String, Sendable, CaseIterable {
    /// Text for people.
    case text
    /// See `ckpt schema`.
    case json
    /// SARIF 2.1.0, for code scanning services.
    case sarif
    /// Workflow commands of GitHub Actions, which mark the lines of a pull request.
    case github

    /// `--format` of a tool that has these formats.
    package static func option(_ formats: [ReportFormat]) -> Option {
        Option(
            name, .choice(formats.map(\.rawValue)),
            help: "How to print the findings; github: as workflow commands, which mark the lines of a pull request.")
    }

    private static let name = "format"

    /// What `--format`, or `--json` in its place, asks for; text without either.
    /// - Throws: `UsageError.combination` where they differ.
    package static func asked(for arguments: Arguments) throws(UsageError) -> ReportFormat {
        let format = arguments.given[name]?.last.flatMap(ReportFormat.init)
        if arguments.given[json.rawValue] != nil, arguments.given[sarif.rawValue] != nil {
            throw .combination("--json and --sarif exclude each other")
        }
        for other in [json, sarif] where arguments.given[other.rawValue] != nil {
            guard format ?? other == other else {
                throw .combination("--\(other.rawValue) and --format \(format?.rawValue ?? "") exclude each other")
            }
        }
        return asked(by: arguments)
    }

    /// The same of words that may not be right as a whole.
    static func asked(by arguments: Arguments) -> ReportFormat {
        if let format = arguments.given[name]?.last.flatMap(ReportFormat.init) { return format }
        return [json, sarif].first { arguments.given[$0.rawValue] != nil } ?? .text
    }
}
