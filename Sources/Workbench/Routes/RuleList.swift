import JSON
import KeyRules

/// The bundled rule files, as a list.
package struct RuleList: Sendable {
    /// A rule file by what its first lines say.
    struct Row: Sendable {
        let name: String
        let title: String
        let codebases: [String]
        let parameters: [RuleFile.Parameter]
        let models: [String]
    }

    let rows: [Row]

    /// - Parameter word: what the name, the title or a code base contains, upper or lower case alike; nil for all files.
    /// - Throws: `RuleErrors`, or `WorkbenchError.unknownRules` where no file has the word.
    package init(matching word: String?) throws {
        let wanted = word?.lowercased()
        var rows: [Row] = []
        for source in try RuleCatalogue.all() {
            var codebases: [String] = []
            for codebase in source.file.codebases where !codebases.contains(codebase.name) {
                codebases.append(codebase.name)
            }
            let row = Row(
                name: WorkbenchNames.stem(ofRules: source.file.name), title: source.file.title, codebases: codebases,
                parameters: source.file.parameters, models: source.file.models)
            let texts = [row.name, row.title] + codebases
            if let wanted, !texts.contains(where: { $0.lowercased().contains(wanted) }) { continue }
            rows.append(row)
        }
        self.rows = rows
        if rows.isEmpty, let word { throw RuleCatalogue.unknown(word) }
    }

    /// A line for each file: name, code bases, title.
    package var text: String {
        let width = rows.map(\.name.count).max() ?? 0
        return rows.map { row in
            let name = row.name + String(repeating: " ", count: width - row.name.count)
            // The title repeats the name before its colon.
            let title = row.title.split(separator: ":", maxSplits: 1).last.map(String.init) ?? row.title
            return "\(name)  \(title.drop { $0 == " " })\n"
        }.joined()
    }

    package var json: JSONValue {
        [
            "rules": .array(
                rows.map { row in
                    [
                        "name": .string(row.name), "title": .string(row.title), "codebases": .strings(row.codebases),
                        "parameters": .object(
                            row.parameters.map { .init(name: $0.name, value: .strings($0.values)) }),
                        "models": .strings(row.models),
                    ]
                })
        ]
    }
}
