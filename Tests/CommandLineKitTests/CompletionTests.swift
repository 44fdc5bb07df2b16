import Testing

@testable import CommandLineKit

/// A program with a command, another of two words and a family.
private let tree: CommandTree = {
    let command = Command(
        name: "ckpt-look", version: "1", summary: "looks at a file's parts. More of it.",
        positionals: [.init("FILE", help: "The file.")],
        groups: [
            OptionGroup(
                "Which",
                [
                    Option("model", .required("NAME"), help: "A model: [a] name."),
                    Option("out", .required("FOLDER"), help: "Where it's written."),
                    Option("level", short: "l", .choice(["low", "high"]), help: "How much."),
                    Option("key", .optional("KEY"), help: "All, or one."),
                    Option("glob", .required("GLOB"), repeats: true, help: "A pattern."),
                ])
        ], examples: [.init("ckpt-look a.pth", "Look.")], finding: "something was found")
    let family = CommandFamily(
        name: "facts", version: "1", summary: "keeps facts.",
        members: [
            .init(
                "check",
                Command(
                    name: "facts check", version: "1", summary: "checks.", positionals: [], groups: [], examples: [])
            ) { _, _ in .success }
        ])
    return CommandTree(
        Command(name: "tool", version: "1", summary: "does it all.", positionals: [], groups: [], examples: []),
        named: "tool",
        children: [
            CommandTree(command, named: "tool look", words: ["look", "ckpt-look"], executable: "ckpt-look"),
            CommandTree(family, named: "tool facts", words: ["facts"], executable: "facts"),
        ])
}()

@Suite struct CompletionTests {
    @Test("every script names every command, every option and every fixed value", arguments: Shell.allCases)
    func complete(shell: Shell) {
        let script = shell.completion(of: tree)
        for word in ["look", "facts", "check", "level", "model", "glob", "verbose", "color", "low", "high", "always"] {
            #expect(script.contains(word), "\(word)")
        }
        #expect(script.contains("completion --list models"))
        #expect(script.hasSuffix("\n"))
    }

    @Test("a placeholder says which names may stand there")
    func lists() {
        for (placeholder, option, list) in [
            ("CODEBASE", "to", ValueKind.NameList.codebases), ("NAME", "dataset-type", .datasets),
            ("CONFIG.py|NAME", "pipeline", .models), ("FILE|NAME", "rules", .rules),
        ] {
            #expect(ValueKind(placeholder: placeholder, option: option).list == list)
        }
        let schema = Command(
            name: "schema", version: "1", summary: "prints.", positionals: [.init("REPORT", help: "Which.")],
            groups: [],
            examples: [])
        #expect(CommandTree(schema, named: "tool schema", words: ["schema"]).positionalKind.list == .reports)
    }

    @Test("the tools' own names are completed only when they are asked for", arguments: Shell.allCases)
    func links(shell: Shell) {
        let registration = [
            "bash": " tool ckpt-look facts\n", "zsh": "#compdef tool ckpt-look facts\n",
            "fish": "-c ckpt-look -w 'tool look'",
        ]
        let text = registration[shell.rawValue] ?? ""
        #expect(!shell.completion(of: tree).contains(text))
        #expect(shell.completion(of: tree, hasLinks: true).contains(text))
    }

    @Test("quotes and brackets of a help text do not end what they are in")
    func quoting() {
        let zsh = Shell.zsh.completion(of: tree)
        #expect(zsh.contains(#"--model=[A model\: \[a\] name]:NAME:_tool_list_models"#))
        #expect(zsh.contains(#"Where it'\''s written"#))
        #expect(zsh.contains("'*--glob="))
        #expect(Shell.fish.completion(of: tree).contains(#"-d 'Where it\'s written'"#))
    }

    @Test(
        "a placeholder says what a value is",
        arguments: [
            ("FILE", nil, ValueKind.Paths.files, nil), ("FILE.pt2", nil, .files, nil), ("FOLDER", nil, .folders, nil),
            ("FOLDER|FILE", "images", .files, nil), ("K=V", "set", .none, nil), ("NAME", "model", .none, .models),
            ("NAME", "collection", .none, nil), ("FILE|NAME", "rules", .files, .rules),
            ("GLOB", "models", .none, .models),
            ("GLOB", "filter", .none, nil), ("PATH", "node", .none, nil), ("PATH", nil, .files, nil),
            ("CONFIG.py", nil, .files, nil), ("GOLDEN", "compare", .files, nil),
        ] as [(String, String?, ValueKind.Paths, ValueKind.NameList?)])
    func kind(placeholder: String, option: String?, paths: ValueKind.Paths, list: ValueKind.NameList?) {
        let kind = ValueKind(placeholder: placeholder, option: option)
        #expect(kind.paths == paths && kind.list == list && kind.words.isEmpty)
    }

    @Test("lower-case words of a placeholder are values")
    func words() {
        #expect(ValueKind(placeholder: "PREFIX|auto").words == ["auto"])
        #expect(ValueKind(placeholder: "bash|zsh|fish").words == ["bash", "zsh", "fish"])
    }

    @Test("a sentence ends at a full stop before a space, not in a name")
    func sentence() {
        #expect("Reads a .pth file. Then more.".firstSentence == "Reads a .pth file")
        #expect("No stop".firstSentence == "No stop")
        #expect("".firstSentence == "")
    }
}

@Suite struct ManualPageTests {
    private func page(_ name: String) throws -> String {
        try #require(ManualPage.pages(of: tree).first { $0.name == name }).text
    }

    @Test("every command has a page, a command of a command too")
    func names() {
        #expect(
            ManualPage.pages(of: tree).map(\.fileName) == [
                "tool.1", "tool-look.1", "tool-facts.1", "tool-facts-check.1",
            ])
    }

    @Test("a page has the sections of a manual, in their order")
    func sections() throws {
        let sections = try page("tool-look").split(separator: "\n").filter { $0.hasPrefix(".SH ") }
        #expect(
            sections == [
                ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS", ".SH \"EXIT STATUS\"", ".SH EXAMPLES",
                ".SH \"SEE ALSO\"",
            ])
    }

    @Test("what is typed has the keyboard's dashes, and names the command as it is called")
    func dashes() throws {
        let text = try page("tool-look")
        #expect(text.contains(".TP\n\\fB\\-l\\fR, \\fB\\-\\-level\\fR \\fIlow|high\\fR\nHow much.\n"))
        #expect(text.contains("\\fB\\-\\-key\\fR[=\\fIKEY\\fR]"))
        #expect(text.contains("\\fBtool look a.pth\\fR\nLook.\n"))
        #expect(text.contains(".TH \"TOOL\\-LOOK\" 1 "))
        #expect(text.contains("tool-look \\- looks at a file's parts\n"))
    }

    @Test("no line of text is taken for a request")
    func requests() {
        let requests: Set<Substring> = [".TH", ".SH", ".SS", ".TP", ".B"]
        for page in ManualPage.pages(of: tree) {
            for line in page.text.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
                #expect(requests.contains(line.prefix { $0 != " " }), "\(line)")
            }
        }
    }

    @Test("a tool of another name has a page that leads to its command's")
    func links() {
        let links = ManualPage.links(of: tree)
        #expect(links.map(\.fileName) == ["ckpt-look.1", "facts.1"])
        #expect(links.map(\.text) == [".so man1/tool-look.1\n", ".so man1/tool-facts.1\n"])
    }
}
