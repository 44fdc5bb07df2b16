/// The completion script of a program for fish.
struct FishCompletion {
    let tree: CommandTree
    /// Whether the commands are completed under their own executables' names, too.
    let hasLinks: Bool

    private var program: String { tree.command.name }
    private var condition: String { "__\(program.identifier)_is" }

    var text: String {
        var text = "# fish completion for \(program); `\(program) completion fish` prints it.\n"
        text += "function \(condition)\n    set -l path \(program)\n"
        text += "    set -l words (commandline -opc)\n    for word in $words[2..-1]\n        switch \"$path $word\"\n"
        for parent in tree.all {
            for child in parent.children {
                let patterns = child.words.map { "'\(parent.command.name) \($0)'" }.joined(separator: " ")
                text += "            case \(patterns)\n                set path '\(child.command.name)'\n"
            }
        }
        text += "            case '*'\n                break\n        end\n    end\n"
        text += "    test \"$path\" = \"$argv[1]\"\nend\n"
        text += "complete -c \(program) -f\n"
        for node in tree.all { text += lines(of: node) }
        for child in tree.children {
            guard hasLinks, let executable = child.executable else { continue }
            text += "complete -c \(executable) -w \(quoted(child.command.name))\n"
        }
        return text
    }

    private func lines(of node: CommandTree) -> String {
        let lead = "complete -c \(program) -n \(quoted("\(condition) \(quoted(node.command.name))"))"
        var text = ""
        for child in node.children {
            guard let word = child.words.first else { continue }
            text += "\(lead) -a \(word) -d \(quoted(child.command.summary.firstSentence))\n"
        }
        if node.children.isEmpty {
            let words = arguments(node.positionalKind)
            if !words.isEmpty { text += "\(lead) \(words)\n" }
        }
        for option in node.command.options {
            let short = option.short.map { " -s \($0)" } ?? ""
            var line = "\(lead) -l \(option.name)\(short)"
            if option.needsValue, let kind = option.valueKind {
                line += kind.paths == .files ? " -r " : " -x "
                line += arguments(kind)
            }
            text += "\(line) -d \(quoted(option.brief))\n"
        }
        return text
    }

    /// What may stand there.
    private func arguments(_ kind: ValueKind) -> String {
        var words = kind.words
        if let list = kind.list { words.append("(\(program) completion --list \(list.rawValue))") }
        if kind.paths == .folders { words.append("(__fish_complete_directories)") }
        let listed = words.isEmpty ? "" : "-a \(quoted(words.joined(separator: " ")))"
        return [listed, kind.paths == .files ? "-F" : ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func quoted(_ text: String) -> String {
        var quoted = "'"
        for character in text {
            if character == "'" || character == "\\" { quoted += "\\" }
            quoted.append(character)
        }
        return quoted + "'"
    }
}
