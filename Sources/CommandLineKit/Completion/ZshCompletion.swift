/// The completion script of a program for zsh.
struct ZshCompletion {
    let tree: CommandTree
    /// Whether the commands are completed under their own executables' names, too.
    let hasLinks: Bool

    private var program: String { tree.command.name }

    var text: String {
        let executables = hasLinks ? tree.children.compactMap(\.executable) : []
        var text = "#compdef \(([program] + executables).joined(separator: " "))\n"
        text += "# zsh completion for \(program); `\(program) completion zsh` prints it.\n\n"
        for list in ValueKind.NameList.allCases {
            text += """
                _\(program.identifier)_list_\(list.rawValue)() {
                    local -a names
                    names=(${(f)"$(\(program) completion --list \(list.rawValue) 2> /dev/null)"})
                    compadd -a names
                }
                _\(program.identifier)_list_\(list.rawValue)_or_files() {
                    _alternative '\(list.rawValue):name:_\(program.identifier)_list_\(list.rawValue)' 'files:file:_files'
                }


                """
        }
        text += tree.all.map(function).joined()
        text += "case $service in\n"
        for child in tree.children {
            guard hasLinks, let executable = child.executable else { continue }
            text += "\(executable)) \(name(of: child)) \"$@\" ;;\n"
        }
        return text + "*) \(name(of: tree)) \"$@\" ;;\nesac\n"
    }

    private func name(of node: CommandTree) -> String { "_" + node.command.name.identifier }

    private func function(_ node: CommandTree) -> String {
        var lines = node.command.options.map(specification)
        guard !node.children.isEmpty else {
            lines.append(("*:argument:" + action(node.positionalKind)).shellQuoted)
            return "\(name(of: node))() {\n    _arguments -s \\\n        "
                + lines.joined(separator: " \\\n        ") + "\n}\n\n"
        }
        lines += ["'1:command:->command'", "'*::argument:->argument'"]
        var text = "\(name(of: node))() {\n    local curcontext=$curcontext state line\n"
        text += "    typeset -A opt_args\n    _arguments -C -s \\\n        "
        text += lines.joined(separator: " \\\n        ") + "\n    case $state in\n    command)\n"
        text += "        local -a commands\n        commands=(\n"
        for child in node.children {
            guard let word = child.words.first else { continue }
            let brief = child.command.summary.firstSentence
            text += "            " + "\(word.escaped(":")):\(brief)".shellQuoted + "\n"
        }
        text += "        )\n        _describe command commands ;;\n    argument)\n        case $line[1] in\n"
        for child in node.children { text += "        \(child.words.joined(separator: "|"))) \(name(of: child)) ;;\n" }
        return text + "        esac ;;\n    esac\n}\n\n"
    }

    /// One argument of `_arguments`.
    private func specification(_ option: Option) -> String {
        let help = "[" + option.brief.escaped("[]\\:") + "]"
        let lead = option.repeats ? "*" : ""
        let value = option.placeholder.map { ":\($0.escaped(":")):" + (option.valueKind.map(action) ?? "") } ?? ""
        let specifications = option.spellings.map { spelling -> String in
            switch option.operand {
            case .none: "\(lead)\(spelling)\(help)"
            case .optional: "\(lead)\(spelling)=-\(help):\(value)"
            case .two(let first, let second): "\(lead)\(spelling)=\(help):\(first): :\(second):_files"
            case .requiredPair, .required, .choice, .pairs, .several: "\(lead)\(spelling)=\(help)\(value)"
            }
        }
        return specifications.map(\.shellQuoted).joined(separator: " ")
    }

    private func action(_ kind: ValueKind) -> String {
        if !kind.words.isEmpty { return "(\(kind.words.joined(separator: " ")))" }
        if let list = kind.list {
            return "_\(program.identifier)_list_\(list.rawValue)" + (kind.paths == .files ? "_or_files" : "")
        }
        return switch kind.paths {
        case .files: "_files"
        case .folders: "_files -/"
        case .none: ""
        }
    }
}

extension String {
    /// The text with a backslash before each of `characters`.
    fileprivate func escaped(_ characters: String) -> String {
        var text = ""
        for character in self {
            if characters.contains(character) { text += "\\" }
            text.append(character)
        }
        return text
    }
}
