/// What a word of the command line names, as far as a shell can complete it.
package struct ValueKind: Sendable, Equatable {
    package enum Paths: Sendable { case none, files, folders }

    /// Names that the program knows; `ckpt completion --list models` prints them.
    package enum NameList: String, Sendable, CaseIterable { case codebases, datasets, models, reports, rules, tools }

    package var paths = Paths.none
    /// Words that may stand there.
    package var words: [String] = []
    package var list: NameList?

    init(words: [String]) { self.words = words }

    /// Read off the placeholder that the help shows: `FILE.pt2`, `FOLDER`, `FILE|NAME`.
    /// - Parameter option: the option's name, which tells the names of models from other names; nil for a positional.
    init(placeholder: String, option: String? = nil) {
        for word in placeholder.split(separator: "|") {
            switch word {
            case "FILE", "IN", "OUT", "CKPT", "GOLDEN", "A", "B", "IMAGE": paths = .files
            case "PATH" where option == nil: paths = .files
            case "FOLDER": if paths == .none { paths = .folders }
            case "NAME" where option == "model", "GLOB" where option == "models": list = .models
            case "NAME" where option == "dataset-type": list = .datasets
            case "NAME" where option == "pipeline": list = .models
            case "CODEBASE": list = .codebases
            case "REPORT": list = .reports
            case "COMMAND": list = .tools
            case "NAME" where option == "rules" || option == "print-rules": list = .rules
            case _ where word.contains("."): paths = .files
            case _ where word.allSatisfy { $0.isLowercase || $0 == "-" }: words.append(String(word))
            default: break
            }
        }
    }
}

extension Option {
    /// What its value is; nil for an option without one.
    var valueKind: ValueKind? {
        if case .choice(let words) = operand { return ValueKind(words: words) }
        return placeholder.map { ValueKind(placeholder: $0, option: name) }
    }

    /// How the help shows its value; nil for an option without one.
    var placeholder: String? {
        switch operand {
        case .none: nil
        case .required(let text), .requiredPair(let text), .optional(let text), .pairs(let text), .several(let text):
            text
        case .two(let first, let second): "\(first) \(second)"
        case .choice(let words): words.joined(separator: "|")
        }
    }

    /// Whether the word after the name is always its value.
    var needsValue: Bool {
        switch operand {
        case .none, .optional: false
        default: true
        }
    }

    /// `--name`, and `-n` where there is such a letter.
    var spellings: [String] { ["--\(name)"] + (short.map { ["-\($0)"] } ?? []) }

    /// The first sentence of the help, for lists of one line an option.
    var brief: String { help.firstSentence }
}

extension String {
    /// Up to the first full stop that ends a sentence, without it.
    var firstSentence: String {
        var end = startIndex
        while let stop = self[end...].firstIndex(of: ".") {
            let next = index(after: stop)
            if next == endIndex || self[next] == " " { return String(self[..<stop]) }
            end = next
        }
        return self
    }
}
