import Foundation
import TestSupport

/// A page of the documentation as a list of steps that a test carries out in an empty folder.
///
/// A `console` block has commands (`$ command`, continued after a `\`), the lines that each prints on its terminal, and
/// `[exit code N]` where that is not 0. `…` stands for any lines; a command without lines is run for its exit code.
/// Comments, which no reader sees, prepare the folder:
///
///     <!-- test: copy FIXTURE NAME -->     a file or folder of `fixtures`
///     <!-- test: mmpretrain PATH… -->      of MMPreTrain's repository, what `fixtures` has of these files and folders
///     <!-- test: run COMMAND -->           must exit with 0
///     <!-- test: file NAME -->             the block that follows is written to this file
///     <!-- test: skip REASON -->           the console block that follows is not run
struct DocumentationPage {
    struct Command {
        /// The line of the page, from 1.
        let line: Int
        var command: String
        var output: [String] = []
        var status: Int32 = 0
    }

    enum Step {
        case copy(fixture: String, name: String)
        case extract(paths: [String])
        case prepare(Command)
        case file(name: String, text: String)
        case run(Command)
        case skip(reason: String, Command)
    }

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    /// Its path in the repository.
    let name: String
    private(set) var steps: [Step] = []
    /// Lines of blocks that are not for the console, each with its number.
    private(set) var otherLines: [(number: Int, text: String)] = []

    init(_ name: String) throws {
        self.name = name
        let text = try String(contentsOfFile: fixture("../" + name), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var index = 0
        var directive: [String]?
        while index < lines.count {
            let line = lines[index]
            index += 1
            if line.hasPrefix("<!-- test: "), line.hasSuffix(" -->") {
                let words = line.dropFirst(11).dropLast(4).split(separator: " ").map(String.init)
                if let step = Self.step(words, line: index) { steps.append(step) } else { directive = words }
            } else if let fence = Self.fence(line) {
                let first = index
                while index < lines.count, lines[index].drop(while: { $0 == " " }) != "```" { index += 1 }
                guard index < lines.count else {
                    throw Malformed(description: "\(name):\(first): the block has no end")
                }
                try append(Array(lines[first..<index]), from: first, language: fence, directive: directive)
                index += 1
                directive = nil
            }
        }
        if let directive {
            throw Malformed(description: "\(name): 'test: \(directive.joined(separator: " "))' leads to nothing")
        }
    }

    private static func fence(_ line: String) -> String? {
        let text = line.drop { $0 == " " }
        return text.hasPrefix("```") ? String(text.dropFirst(3)) : nil
    }

    private static func step(_ words: [String], line: Int) -> Step? {
        switch words.first {
        case "copy" where words.count == 3: .copy(fixture: words[1], name: words[2])
        case "mmpretrain" where words.count > 1: .extract(paths: Array(words.dropFirst()))
        case "run" where words.count > 1:
            .prepare(Command(line: line, command: words.dropFirst().joined(separator: " ")))
        default: nil
        }
    }

    private mutating func append(_ block: [String], from first: Int, language: String, directive: [String]?) throws {
        switch directive?.first {
        case "file" where directive?.count == 2:
            steps.append(.file(name: directive?[1] ?? "", text: block.joined(separator: "\n") + "\n"))
        case "skip" where language == "console":
            let reason = directive?.dropFirst().joined(separator: " ") ?? ""
            for command in try commands(block, from: first) { steps.append(.skip(reason: reason, command)) }
        case nil where language == "console":
            for command in try commands(block, from: first) { steps.append(.run(command)) }
        case nil: otherLines += block.enumerated().map { (number: first + $0.offset + 1, text: $0.element) }
        default: throw Malformed(description: "\(name):\(first): not a preparation: \(directive ?? [])")
        }
    }

    private func commands(_ block: [String], from first: Int) throws -> [Command] {
        var commands: [Command] = []
        for (offset, line) in block.enumerated() {
            if line.hasPrefix("$ ") {
                commands.append(Command(line: first + offset + 1, command: String(line.dropFirst(2))))
                continue
            }
            guard let last = commands.indices.last else {
                throw Malformed(description: "\(name):\(first + offset + 1): output without a command")
            }
            if commands[last].command.hasSuffix("\\"), commands[last].output.isEmpty {
                commands[last].command += "\n" + line
            } else if line.hasPrefix("[exit code "), line.hasSuffix("]") {
                commands[last].status = Int32(line.dropFirst(11).dropLast()) ?? -1
            } else {
                commands[last].output.append(line)
            }
        }
        return commands
    }
}

extension DocumentationPage.Command {
    /// Whether it printed this, times and blank lines aside.
    func printed(_ text: String) -> Bool {
        let found = text.split(separator: "\n").map { Self.masked(String($0)) }.filter { !$0.isEmpty }
        let expected = output.map(Self.masked).filter { !$0.isEmpty }
        return expected.isEmpty || Self.matches(expected[...], found[...])
    }

    private static func matches(_ expected: ArraySlice<String>, _ found: ArraySlice<String>) -> Bool {
        guard let first = expected.first else { return found.isEmpty }
        let rest = expected.dropFirst()
        if first == "…" {
            return rest.isEmpty || found.indices.contains { found[$0] == rest.first && matches(rest, found[$0...]) }
        }
        return found.first == first && matches(rest, found.dropFirst())
    }

    /// Without blanks at its end, and with `T` for figures in seconds and milliseconds.
    private static func masked(_ line: String) -> String {
        var line = line.replacing(/\b[0-9]+(\.[0-9]+)? (ms|s)\b/, with: "T")
        while line.last == " " { line.removeLast() }
        return line
    }
}
