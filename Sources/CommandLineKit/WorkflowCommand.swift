/// A workflow command of GitHub Actions: a line of output that marks a line of a pull request's files, or the run as a
/// whole.
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
package struct WorkflowCommand {
    package enum Severity: String {
        case error, warning, notice
    }

    let severity: Severity
    let file: String?
    let line, column: Int?
    let title, message: String

    /// - Parameters:
    ///   - file: nil for what concerns the whole run.
    ///   - line, column: from 1.
    ///   - title: what the annotation is headed with.
    package init(
        _ severity: Severity = .error, file: String? = nil, line: Int? = nil, column: Int? = nil, title: String,
        message: String
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.title = title
        self.message = message
    }

    package var text: String {
        var properties: [String] = []
        if let file { properties.append("file=\(Self.property(file))") }
        if let line { properties.append("line=\(line)") }
        if let column { properties.append("col=\(column)") }
        properties.append("title=\(Self.property(title))")
        return "::\(severity.rawValue) \(properties.joined(separator: ","))::\(Self.data(message))\n"
    }

    private static func data(_ text: String) -> String { escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A"]) }

    /// A colon ends the properties and a comma each of them.
    private static func property(_ text: String) -> String {
        escaped(text, ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
    }

    private static func escaped(_ text: String, _ escapes: [Unicode.Scalar: String]) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let escape = escapes[scalar] { result += escape } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}
