import PlatformC

/// How a command was called: on its own or as a word of another program.
package struct Invocation: Sendable {
    /// What the user typed, as help and errors repeat it: `ckpt-tree`, `ckpt tree`.
    package let name: String
    /// The words after `name`; a failure if one of them is not UTF-8.
    let words: Result<[String], UsageError>

    package init(_ name: String, words: [String]) {
        self.init(name, words: .success(words))
    }

    private init(_ name: String, words: Result<[String], UsageError>) {
        self.name = name
        self.words = words
    }

    /// The program's command line, under a name of the caller's choice.
    package static func program(_ name: String) -> Invocation {
        Invocation(name, words: Result { () throws(UsageError) in try programWords() })
    }

    /// The name of the executable file, without its folder; empty where the system gave none.
    package static var executableName: String {
        guard CommandLine.argc > 0, let path = CommandLine.unsafeArgv[0] else { return "" }
        return String(cString: path).split(separator: "/").last.map(String.init) ?? ""
    }

    package var firstWord: String? { try? words.get().first }

    /// The invocation of a command within this one by the first word: `ckpt metafile` → `ckpt metafile check`.
    /// - Parameter word: the word's usual spelling, where it has several.
    package func inner(_ word: String) -> Invocation {
        Invocation("\(name) \(word)", words: words.map { Array($0.dropFirst()) })
    }

    /// `ckpt help tree` as `ckpt tree --help`, and `ckpt help` as `ckpt --help`.
    package var asksForHelp: Invocation {
        Invocation(name, words: words.map { $0.dropFirst() + ["--help"] })
    }

    private static func programWords() throws(UsageError) -> [String] {
        var words: [String] = []
        let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
        for case let word? in arguments.dropFirst() {
            words.append(try text(of: UnsafeRawBufferPointer(start: word, count: strlen(word))))
        }
        return words
    }

    /// - Throws: `UsageError.notUTF8`: a path with other letters in their place would be another file's.
    static func text(of word: UnsafeRawBufferPointer) throws(UsageError) -> String {
        guard let text = String(validating: word, as: UTF8.self) else { throw .notUTF8(Array(word)) }
        return text
    }
}

extension Command {
    /// The same command under the name by which it was called, in its examples too.
    func called(_ name: String) -> Command {
        guard name != self.name else { return self }
        var command = self
        command.name = name
        command.examples = examples.map { example in
            guard example.line.hasPrefix(self.name + " ") else { return example }
            return Example(name + example.line.dropFirst(self.name.count), example.meaning)
        }
        return command
    }
}
