/// A command and those within it: what completions and manual pages are made of.
package struct CommandTree: Sendable {
    /// Under the name that calls it: `ckpt tree`.
    package let command: Command
    /// The words that choose it within its parent, the usual one first: `tree`, `ckpt-tree`.
    package let words: [String]
    package let children: [CommandTree]
    /// An executable that is this command by itself: `ckpt-tree`.
    package let executable: String?

    package init(
        _ command: Command, named name: String, words: [String] = [], executable: String? = nil,
        children: [CommandTree] = []
    ) {
        self.command = command.called(name)
        self.words = words
        self.executable = executable
        self.children = children
    }

    /// A family under the name that calls it.
    package init(_ family: CommandFamily, named name: String, words: [String], executable: String? = nil) {
        self.init(
            family.command, named: name, words: words, executable: executable,
            children: family.members.map { CommandTree($0.command, named: "\(name) \($0.word)", words: [$0.word]) })
    }

    /// This command and all within it.
    var all: [CommandTree] { [self] + children.flatMap(\.all) }

    /// The kind of what stands where positionals do.
    var positionalKind: ValueKind {
        var kind = ValueKind(words: [])
        for positional in command.positionals {
            let other = ValueKind(placeholder: positional.name)
            if kind.paths != .files, other.paths != .none { kind.paths = other.paths }
            kind.words += other.words
            kind.list = kind.list ?? other.list
        }
        return kind
    }
}
