extension Command {
    /// - Parameter width: columns of the terminal; the text keeps between 60 and 100 of them.
    func helpText(width: Int) -> String {
        let page = HelpPage(width: min(max(width, 60), 100))
        var text = page.wrap("\(name): \(summary)", indent: 0) + "\nUsage: \(usage)\n\n"
        for positional in positionals { text += page.entry(positional.name, positional.help) }
        if !members.isEmpty { text += "\nCommands:\n" }
        for member in members { text += page.entry(member.word, member.summary) }
        for group in groups {
            text += "\n\(group.title):\n"
            for option in group.options {
                text += page.entry(option.synopsis, option.help + (option.repeats ? " May be repeated." : ""))
            }
        }
        if !examples.isEmpty { text += "\nExamples:\n" }
        for example in examples { text += "  \(example.line)\n" + page.wrap(example.meaning, indent: 6) }
        text += "\nExit codes:\n"
        for (code, meaning) in exitCodes { text += page.entry("\(code)", meaning) }
        return text
    }

    private var usage: String {
        let words = positionals.map { positional in
            let word = positional.repeats ? "\(positional.name)…" : positional.name
            return positional.isOptional ? "[\(word)]" : word
        }
        return ([name, "[options]"] + words).joined(separator: " ")
    }
}

/// Text in columns of a terminal.
private struct HelpPage {
    /// The column at which explanations begin.
    private static let column = 24

    let width: Int

    func entry(_ head: String, _ body: String) -> String {
        let lines = wrap(body, indent: Self.column)
        let lead = "  \(head)"
        guard lead.count < Self.column - 1 else { return lead + "\n" + lines }
        return lead + lines.dropFirst(lead.count)
    }

    func wrap(_ text: String, indent: Int) -> String {
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
