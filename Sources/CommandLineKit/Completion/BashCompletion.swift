/// The completion script of a program for bash 3.2 and later.
struct BashCompletion {
    let tree: CommandTree
    /// Whether the commands are completed under their own executables' names, too.
    let hasLinks: Bool

    private var program: String { tree.command.name }
    private var function: String { "_" + program.identifier }

    var text: String {
        let executables = hasLinks ? tree.children.compactMap(\.executable) : []
        return """
            # bash completion for \(program); `\(program) completion bash` prints it.
            \(function)() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path=\(program) options='' i=1
                # Readline splits --name=value at the sign.
                if [[ $cur == '=' ]]; then
                    cur=''
                elif [[ $prev == '=' ]]; then
                    prev=${COMP_WORDS[COMP_CWORD-2]}
                fi
                COMPREPLY=()
                case ${COMP_WORDS[0]##*/} in
            \(executables.map { "    \($0)) path=\(quoted(path(of: $0))) ;;\n" }.joined())    esac
                while (( i < COMP_CWORD )); do
                    case "$path ${COMP_WORDS[i]}" in
            \(descents)        *) break ;;
                    esac
                    (( i += 1 ))
                done
                case $path in
            \(tree.all.map(branch).joined())    esac
            }
            complete -o bashdefault -o default -F \(function) \(([program] + executables).joined(separator: " "))

            """
    }

    private func path(of executable: String) -> String {
        tree.children.first { $0.executable == executable }?.command.name ?? program
    }

    /// How a word leads from a command to one within it.
    private var descents: String {
        tree.all.flatMap { parent in
            parent.children.map { child in
                let patterns = child.words.map { quoted("\(parent.command.name) \($0)") }
                return "        \(patterns.joined(separator: " | "))) path=\(quoted(child.command.name)) ;;\n"
            }
        }.joined()
    }

    /// What may follow in a command: values after an option, options after a dash, positionals elsewhere.
    private func branch(_ node: CommandTree) -> String {
        var text = "    \(quoted(node.command.name)))\n"
        let valued = node.command.options.filter(\.needsValue)
        if !valued.isEmpty {
            text += "        case $prev in\n"
            for option in valued {
                let action = option.valueKind.map(action) ?? ""
                text += "        \(option.spellings.joined(separator: " | "))) \(action); return ;;\n"
            }
            text += "        esac\n"
        }
        let names = node.command.options.flatMap(\.spellings).joined(separator: " ")
        text += "        options=\(quoted(names))\n"
        text += "        if [[ $cur == -* ]]; then \(compgen("$options"))\n"
        if node.children.isEmpty {
            text += "        else \(action(node.positionalKind))\n"
        } else {
            let words = node.children.compactMap(\.words.first).joined(separator: " ")
            text += "        elif (( i == COMP_CWORD )); then \(compgen(words))\n"
        }
        return text + "        fi ;;\n"
    }

    /// An empty answer leaves files to readline, which quotes their names.
    private func action(_ kind: ValueKind) -> String {
        var words = kind.words
        if let list = kind.list { words.append("$(\(program) completion --list \(list.rawValue) 2> /dev/null)") }
        if !words.isEmpty { return compgen(words.joined(separator: " ")) }
        switch kind.paths {
        case .files: return ":"
        case .folders: return "compopt -o dirnames +o default 2> /dev/null"
        case .none: return "compopt +o default +o bashdefault 2> /dev/null"
        }
    }

    private func compgen(_ words: String) -> String { "COMPREPLY=($(compgen -W \"\(words)\" -- \"$cur\"))" }

    private func quoted(_ text: String) -> String { "'\(text)'" }
}

extension String {
    /// The text with `_` in place of what an identifier of a shell cannot have.
    var identifier: String { String(map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) }

    /// The text in single quotes, as POSIX shells read it.
    var shellQuoted: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
