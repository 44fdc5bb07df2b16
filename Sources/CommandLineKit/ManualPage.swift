/// A command's page of the manual, section 1, as roff with the man macros.
package struct ManualPage: Sendable {
    /// `ckpt-tree`
    package let name: String
    package let text: String

    package var fileName: String { name + ".1" }

    /// The pages of a program: its own and one of each command, of commands within commands too.
    package static func pages(of tree: CommandTree) -> [ManualPage] {
        tree.all.map { node in
            let related = node.words.isEmpty ? tree.children : [tree] + node.children
            return page(node, program: tree.command.name, related: related.map(pageName))
        }
    }

    /// A page under the name of each executable that has none, which leads to the page of its command.
    package static func links(of tree: CommandTree) -> [ManualPage] {
        tree.children.compactMap { child in
            guard let executable = child.executable, executable != pageName(of: child) else { return nil }
            return ManualPage(name: executable, text: ".so man1/\(pageName(of: child)).1\n")
        }
    }

    private static func pageName(of node: CommandTree) -> String {
        node.command.name.split(separator: " ").joined(separator: "-")
    }

    private static func page(_ node: CommandTree, program: String, related: [String]) -> ManualPage {
        let command = node.command
        let name = pageName(of: node)
        var text = ".TH \(quoted(name.uppercased())) 1 \"\" \(quoted("\(program) \(command.version)"))"
        text += " \"User Commands\"\n"
        text += ".SH NAME\n\(prose(name)) \\- \(prose(command.summary.firstSentence))\n"
        text += ".SH SYNOPSIS\n.B \(literal(command.name))\n[options]\(positionals(of: command))\n"
        text += ".SH DESCRIPTION\n.B \(literal(command.name))\n\(prose(command.summary))\n"
        for positional in command.positionals {
            text += entry("\\fI\(literal(positional.name))\\fR", positional.help)
        }
        if !node.children.isEmpty {
            text += ".SH COMMANDS\n"
            for child in node.children {
                text += entry("\\fB\(literal(child.words.first ?? ""))\\fR", child.command.summary)
            }
        }
        text += ".SH OPTIONS\n"
        for group in command.groups {
            text += ".SS \(quoted(group.title))\n"
            for option in group.options {
                text += entry(synopsis(option), option.help + (option.repeats ? " May be repeated." : ""))
            }
        }
        text += ".SH \"EXIT STATUS\"\n"
        for (code, meaning) in command.exitCodes { text += entry("\\fB\(code)\\fR", meaning) }
        if !command.examples.isEmpty { text += ".SH EXAMPLES\n" }
        for example in command.examples { text += entry("\\fB\(literal(example.line))\\fR", example.meaning) }
        text += ".SH \"SEE ALSO\"\n"
        text += related.map { "\\fB\(literal($0))\\fR(1)" }.joined(separator: ",\n") + "\n"
        return ManualPage(name: name, text: text)
    }

    private static func positionals(of command: Command) -> String {
        command.positionals.map { positional in
            let word = "\\fI\(literal(positional.name))\\fR" + (positional.repeats ? "…" : "")
            return positional.isOptional ? " [\(word)]" : " \(word)"
        }.joined()
    }

    private static func synopsis(_ option: Option) -> String {
        let names = option.spellings.reversed().map { "\\fB\(literal($0))\\fR" }.joined(separator: ", ")
        guard let placeholder = option.placeholder else { return names }
        let value = "\\fI\(literal(placeholder))\\fR"
        return switch option.operand {
        case .optional: "\(names)[=\(value)]"
        case .pairs, .several: "\(names) \(value) …"
        default: "\(names) \(value)"
        }
    }

    private static func entry(_ head: String, _ body: String) -> String { ".TP\n\(head)\n\(prose(body))\n" }

    /// Words of running text: one that begins a line like a request does not become one.
    private static func prose(_ text: String) -> String {
        let escaped = escaped(text, dash: "-")
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    /// What is typed as it stands: hyphens are the dashes of the keyboard.
    private static func literal(_ text: String) -> String { escaped(text, dash: "\\-") }

    /// One argument of a request.
    private static func quoted(_ text: String) -> String {
        "\"" + literal(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func escaped(_ text: String, dash: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += dash
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case "'" where dash != "-": result += "\\(aq"
            default: result.append(character)
            }
        }
        return result
    }
}
