/// The words of one line with their columns, read from left to right.
struct LineReader {
    struct Word {
        var text: String
        /// Counted in characters from 1.
        var column: Int
    }

    let file: String
    let line: Int
    let words: [Word]
    private let text: String
    private var next = 0

    /// - Parameter text: the line as it stands in the file; a `#` at its start or after a blank ends it.
    init(_ text: some StringProtocol, file: String, line: Int) {
        self.file = file
        self.line = line
        var words: [Word] = []
        var word = Word(text: "", column: 1)
        var kept = ""
        for (position, character) in text.enumerated() {
            if character == "#", word.text.isEmpty { break }
            kept.append(character)
            guard character == " " || character == "\t" || character == "\r" else {
                if word.text.isEmpty { word.column = position + 1 }
                word.text.append(character)
                continue
            }
            if !word.text.isEmpty { words.append(word) }
            word.text = ""
        }
        if !word.text.isEmpty { words.append(word) }
        self.words = words
        self.text = kept
    }

    /// The line without comment, from its first word to its last.
    var trimmed: String { rest(from: 0) }

    /// From the next word to the end of the line.
    mutating func takeRest() -> String {
        defer { next = words.count }
        return rest(from: next)
    }

    private func rest(from index: Int) -> String {
        guard index < words.count, let last = words.last else { return "" }
        let start = words[index].column - 1
        return String(text.dropFirst(start).prefix(last.column - 1 + last.text.count - start))
    }

    var isAtEnd: Bool { next == words.count }

    var peek: String? { next < words.count ? words[next].text : nil }

    /// The column of the next word, or the one after the last.
    var column: Int {
        if next < words.count { return words[next].column }
        return words.last.map { $0.column + $0.text.count } ?? 1
    }

    mutating func take() -> Word? {
        guard next < words.count else { return nil }
        defer { next += 1 }
        return words[next]
    }

    /// Takes the next word if it is `text`.
    mutating func take(if text: String) -> Bool {
        guard peek == text else { return false }
        next += 1
        return true
    }

    mutating func take(_ expected: String) throws(RuleError) -> Word {
        guard let word = take() else { throw error("\(expected) is expected here") }
        return word
    }

    mutating func expect(_ text: String) throws(RuleError) {
        guard take(if: text) else {
            throw error("'\(text)' is expected" + (peek.map { " in place of '\($0)'" } ?? " here"))
        }
    }

    mutating func takeInteger() throws(RuleError) -> Int {
        let column = column
        let word = try take("a number")
        guard let number = KeyText(word.text).number else {
            throw error("'\(word.text)' is not a number", column: column)
        }
        return number
    }

    func expectEnd() throws(RuleError) {
        if let peek { throw error("the line must end before '\(peek)'") }
    }

    /// A syntax error at the next word or at `column`.
    func error(_ expected: String, column: Int? = nil) -> RuleError {
        RuleError(
            location: RuleLocation(file: file, line: line, column: column ?? self.column), reason: .syntax(expected))
    }
}
