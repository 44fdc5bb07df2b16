extension Command {
    /// The column at which explanations begin.
    private static let column = 24
    private static let width = 80

    var helpText: String {
        var text = Self.wrap("\(name): \(summary)", indent: 0) + "\nUsage: \(usage)\n\n"
        for positional in positionals { text += Self.entry(positional.name, positional.help) }
        for group in groups {
            text += "\n\(group.title):\n"
            for option in group.options {
                text += Self.entry(option.synopsis, option.help + (option.repeats ? " May be repeated." : ""))
            }
        }
        if !examples.isEmpty { text += "\nExamples:\n" }
        for example in examples {
            text += "  \(example.line)\n" + Self.wrap(example.meaning, indent: 6)
        }
        text += "\nExit codes:\n" + Self.entry("0", "fine")
        if let finding { text += Self.entry("1", finding) }
        text += Self.entry(
            "2", "could not run: wrong usage, unreadable or corrupt input, no way to write; no output file exists")
        return text
    }

    private var usage: String {
        let words = positionals.map { positional in
            let word = positional.repeats ? "\(positional.name)…" : positional.name
            return positional.isOptional ? "[\(word)]" : word
        }
        return ([name, "[options]"] + words).joined(separator: " ")
    }

    private static func entry(_ head: String, _ body: String) -> String {
        let lines = wrap(body, indent: column)
        let lead = "  \(head)"
        guard lead.count < column - 1 else { return lead + "\n" + lines }
        return lead + lines.dropFirst(lead.count)
    }

    private static func wrap(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(line)
        return lines.map { margin + $0 + "\n" }.joined()
    }
}
