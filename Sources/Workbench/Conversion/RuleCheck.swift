import JSON
import KeyRules
import ModelZoo

/// What can be said of rule files before any checkpoint is seen.
package struct RuleCheck: Sendable {
    /// Something about a line.
    package struct Remark: Sendable, Equatable {
        package let location: RuleLocation
        /// An error keeps the file from being followed, a note does not.
        package let severity: Finding.Severity
        package let message: String
    }

    package let name: String
    /// Nil for a file with errors.
    package let title: String?
    /// The remarks, in the order of the lines.
    package let remarks: [Remark]

    /// Reads and checks a rule file, or a bundled one.
    /// - Throws: `IOError` or `WorkbenchError` for a file that cannot be read; what is wrong in it is a remark. What is
    ///   wrong with a model that is built in.
    package init(_ name: String) throws {
        self.name = name
        let file: RuleFile
        do {
            file = try RuleSource(name, checksBundled: true).file
        } catch let errors as RuleErrors {
            title = nil
            remarks = errors.errors.map {
                Remark(location: $0.location, severity: .error, message: $0.reason.description)
            }
            return
        }
        title = file.title
        let models = try file.modelLines.filter { try DeclaredModels.definition(named: $0.name) == nil }
        let notes =
            file.forwardOnlyLines.map {
                Remark(location: $0.location, severity: .note, message: "the line runs forward only: \($0.reason)")
            }
            + models.map {
                Remark(
                    location: $0.location, severity: .note,
                    message: "model '\($0.name)' is not built in: keys and shapes are not checked against it")
            }
        remarks = notes.sorted { $0.location < $1.location }
    }

    package var hasErrors: Bool { remarks.contains { $0.severity == .error } }

    /// `file:line:column: severity: message` lines, as compilers print them.
    package var text: String {
        remarks.map { "\($0.location): \($0.severity): \($0.message.printable)\n" }.joined()
    }

    package var json: JSONValue {
        [
            "file": .string(name), "title": .optional(title.map(JSONValue.string)),
            "findings": .array(
                remarks.map { remark in
                    [
                        "line": .int(remark.location.line),
                        "column": .optional(remark.location.column.map(JSONValue.int)),
                        "severity": .string(remark.severity.rawValue), "message": .string(remark.message),
                    ]
                }),
        ]
    }
}
