import Spelling

extension Command {
    /// Takes `words` (without the program's name) apart.
    ///
    /// `--name value` and `--name=value` mean the same; after `--` everything is positional; so are `-` and
    /// negative numbers. `-h` is `--help`. Where `--help` or `--version` is present, nothing else need be right.
    package func parse(_ words: [String]) throws(UsageError) -> Arguments {
        let questions = ["--help": Option.help, "-h": .help, "--version": .version]
        if let question = words.prefix(while: { $0 != "--" }).lazy.compactMap({ questions[$0] }).first {
            return Arguments(given: [question.name: []], positionals: [])
        }
        var parser = ArgumentParser(command: self, words: words)
        return try parser.parse()
    }
}

extension Command {
    /// The options among words that may not be right as a whole, each with its value; the other words as positionals.
    func likelyArguments(_ words: [String]) -> Arguments {
        if let arguments = try? parse(words) { return arguments }
        var given: [String: [String]] = [:]
        for (index, word) in words.enumerated() {
            if word == "--" { break }
            let spelling = word.prefix { $0 != "=" }
            guard let option = options.first(where: { "--" + $0.name == spelling }) else { continue }
            var values = given[option.name] ?? []
            if spelling.count < word.count {
                values.append(String(word.dropFirst(spelling.count + 1)))
            } else if option.needsValue, index + 1 < words.count {
                values.append(words[index + 1])
            }
            given[option.name] = values
        }
        let positionals = zip(words, [""] + words).filter { word, before in
            (word == "-" || !word.hasPrefix("-")) && !options.contains { $0.needsValue && "--" + $0.name == before }
        }
        return Arguments(given: given, positionals: positionals.map(\.0))
    }
}

/// One pass over the words of a command line.
private struct ArgumentParser {
    let command: Command
    let words: [String]
    var next = 0
    var result = Arguments(given: [:], positionals: [])
    /// A positional that follows an option whose value may be left out: it is that value if the positionals are
    /// complete without it.
    var loose: (option: Option, index: Int)?

    init(command: Command, words: [String]) {
        self.command = command
        self.words = words
    }

    mutating func parse() throws(UsageError) -> Arguments {
        while next < words.count {
            let word = words[next]
            next += 1
            if word == "--" {
                result.positionals += words[next...]
                break
            }
            if isOption(word) { try take(word) } else { result.positionals.append(word) }
        }
        let wanted = command.positionals
        if let loose, result.positionals.count > wanted.count {
            result.given[loose.option.name, default: []].append(result.positionals.remove(at: loose.index))
        }
        let count = result.positionals.count
        guard wanted.dropFirst(count).allSatisfy(\.isOptional) else { throw .missingPositional(wanted[count].name) }
        guard count <= wanted.count || wanted.contains(where: \.repeats) else {
            throw .unexpectedPositional(result.positionals[wanted.count])
        }
        return result
    }

    private mutating func take(_ word: String) throws(UsageError) {
        let equals = word.firstIndex(of: "=")
        let spelling = String(word[..<(equals ?? word.endIndex)])
        let attached = equals.map { String(word[word.index(after: $0)...]) }
        guard
            let option = command.options.first(where: {
                "--" + $0.name == spelling || $0.short.map { "-" + $0 } == spelling
            })
        else {
            let names = command.options.map { "--" + $0.name }
            throw .unknownOption(spelling, nearest: nearestNames(to: spelling, among: names, limit: 1))
        }
        if result.has(option), !option.repeats { throw .repeated(option: option.name) }
        var values: [String] = []
        switch option.operand {
        case .none:
            if let attached { throw .unexpectedValue(option: option.name, value: attached) }
        case .optional:
            if let attached { values = [attached] }
            if attached == nil, wordCanBeValue { loose = (option, result.positionals.count) }
        case .required(let placeholder):
            values = [try value(of: option, attached, placeholder)]
        case .requiredPair(let placeholder):
            values = [try value(of: option, attached, placeholder)]
            if wordCanBeValue, Int(words[next]) != nil { values.append(try value(of: option, nil, placeholder)) }
        case .two(let first, let second):
            values = [try value(of: option, attached, first), try value(of: option, nil, second)]
        case .choice(let choices):
            let value = try value(of: option, attached, choices.joined(separator: "|"))
            guard choices.contains(value) else {
                throw .notAChoice(option: option.name, value: value, choices: choices)
            }
            values = [value]
        case .pairs(let placeholder):
            values = [try value(of: option, attached, placeholder)]
            while attached == nil, wordCanBeValue, words[next].contains("=") {
                values.append(words[next])
                next += 1
            }
        case .several(let placeholder):
            values = [try value(of: option, attached, placeholder)]
            while attached == nil, wordCanBeValue {
                values.append(words[next])
                next += 1
            }
        }
        result.given[option.name, default: []] += values
    }

    private mutating func value(
        of option: Option, _ attached: String?, _ placeholder: String
    ) throws(UsageError) -> String {
        if let attached { return attached }
        guard wordCanBeValue else { throw .missingValue(option: option.name, placeholder: placeholder) }
        defer { next += 1 }
        return words[next]
    }

    private var wordCanBeValue: Bool { next < words.count && words[next] != "--" && !isOption(words[next]) }

    private func isOption(_ word: String) -> Bool {
        word.hasPrefix("-") && word != "-" && word != "--" && Double(word) == nil
    }
}
