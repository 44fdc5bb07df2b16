import PythonSyntax

/// The text of a config file, with what its templates stand for, and the way back to the places in the file.
struct SourceText {
    /// What is parsed: UTF-8, lines ending in `\n`.
    private(set) var text: [UInt8]
    /// For each byte of `text` and its end the byte of the file; nil while they are the same.
    private var sources: [Int]?
    private let lines: SourceLines
    /// `{{_base_.a.b}}`: what stands in for it in the text, the path, and where it begins in `text`.
    private(set) var templates: [String: Template] = [:]

    struct Template {
        let path: [String]
        let offset: Int
    }

    /// Around the path of a template of a base. A character for private use, which no config has.
    static let mark: Unicode.Scalar = "\u{10FFFD}"

    /// Whether a template was replaced.
    var isReplaced: Bool { sources != nil }

    /// A template that cannot be replaced.
    struct Failure: Error {
        let reason: ConfigError.Reason
        let offset: Int
    }

    init(_ file: [UInt8]) {
        text = []
        text.reserveCapacity(file.count)
        for (index, byte) in file.enumerated() {
            if byte == UInt8(ascii: "\r") {
                if index + 1 < file.count, file[index + 1] == UInt8(ascii: "\n") { continue }
                text.append(UInt8(ascii: "\n"))
            } else {
                text.append(byte)
            }
        }
        lines = SourceLines(text)
    }

    /// Line and column in the file.
    func position(of offset: Int) -> (line: Int, column: Int) {
        guard let sources else { return lines.position(of: offset) }
        return lines.position(of: sources[min(max(offset, 0), sources.count - 1)])
    }

    /// mmengine's substitutions, in its order: the file's name, the environment, values of the base.
    /// - Parameter path: absolute.
    mutating func replaceTemplates(path: String, environment: (String) -> String?) throws(Failure) {
        guard text.contains(UInt8(ascii: "{")) else { return }
        try replace(Self.fileTemplates(in: text, path: path))
        try replace(Self.environmentTemplates(in: text, environment))
        let templates = Self.baseTemplates(in: text)
        try replace(templates.map { ($0.range, Array("\"\(Self.standIn($0.path))\"".utf8)) })
        var growth = 0
        for template in templates {
            let offset = template.range.lowerBound + growth
            growth += Self.standIn(template.path).utf8.count + 2 - template.range.count
            let parts = template.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if self.templates[Self.standIn(template.path)] == nil {
                self.templates[Self.standIn(template.path)] = Template(path: parts, offset: offset)
            }
        }
    }

    private static func standIn(_ path: String) -> String { "\(mark)\(path)\(mark)" }

    private mutating func replace(_ replacements: [(range: Range<Int>, bytes: [UInt8])]) throws(Failure) {
        guard !replacements.isEmpty else { return }
        let count = replacements.reduce(text.count) { $0 + $1.bytes.count - $1.range.count }
        guard count <= PythonParser.maximumLength else {
            throw Failure(reason: .syntax(.tooLong(bytes: count, limit: PythonParser.maximumLength)), offset: 0)
        }
        let old = sources ?? Array(0...text.count)
        var (bytes, sources): ([UInt8], [Int]) = ([], [])
        var start = 0
        for replacement in replacements {
            bytes += text[start..<replacement.range.lowerBound]
            sources += old[start..<replacement.range.lowerBound]
            bytes += replacement.bytes
            sources += repeatElement(old[replacement.range.lowerBound], count: replacement.bytes.count)
            start = replacement.range.upperBound
        }
        bytes += text[start...]
        sources += old[start...]
        (text, self.sources) = (bytes, sources)
    }

    // MARK: Templates

    /// `\{\{\s*fileDirname\s*\}\}` and its kin.
    private static func fileTemplates(in text: [UInt8], path: String) -> [(Range<Int>, [UInt8])] {
        let (folder, name) = PathFunctions.split(path)
        let stem = ConfigPath.stem(of: name)
        let values = [
            "fileDirname": folder, "fileBasename": name, "fileBasenameNoExtension": stem,
            "fileExtname": String(name.dropFirst(stem.count)),
        ].mapValues { Array($0.utf8) }
        return matches(in: text) { scanner in
            scanner.skipSpace()
            guard let value = values[scanner.word()] else { return nil }
            scanner.skipSpace()
            return scanner.take("}}") ? value : nil
        }
    }

    /// `\{\{['"]?\s*\$(\w+)\s*\:\s*(\S*?)\s*['"]?\}\}`.
    private static func environmentTemplates(
        in text: [UInt8], _ environment: (String) -> String?
    ) throws(Failure) -> [(Range<Int>, [UInt8])] {
        var missing: Failure?
        var endless = 0
        let found = matches(in: text) { scanner -> [UInt8]? in
            let start = scanner.position
            scanner.skipQuote()
            scanner.skipSpace()
            guard scanner.take("$") else { return nil }
            let name = scanner.word()
            scanner.skipSpace()
            guard !name.isEmpty, scanner.take(":") else { return nil }
            scanner.skipSpace()
            guard let value = scanner.valueBeforeEnd(endless: &endless) else { return nil }
            let replacement = environment(name) ?? value
            if replacement.isEmpty {
                missing =
                    missing
                    ?? Failure(
                        reason: .template(
                            "the environment variable '\(name)' is not set, and the template has no default"),
                        offset: start)
            }
            return Array(replacement.utf8)
        }
        if let missing { throw missing }
        return found
    }

    /// `\{\{\s*_base_\.([\w\.]+)\s*\}\}`.
    private static func baseTemplates(in text: [UInt8]) -> [(range: Range<Int>, path: String)] {
        matches(in: text) { scanner in
            scanner.skipSpace()
            guard scanner.take("_base_.") else { return nil }
            let path = scanner.word(with: UInt8(ascii: "."))
            scanner.skipSpace()
            return !path.isEmpty && scanner.take("}}") ? path : nil
        }.map { ($0.0, $0.1) }
    }

    /// Where `{{` begins something that `read` takes.
    private static func matches<Result>(
        in text: [UInt8], read: (inout TemplateScanner) -> Result?
    ) -> [(Range<Int>, Result)] {
        let brace = UInt8(ascii: "{")
        var found: [(Range<Int>, Result)] = []
        var index = 0
        while index + 1 < text.count {
            guard text[index] == brace, text[index + 1] == brace else {
                index += 1
                continue
            }
            var scanner = TemplateScanner(text: text, position: index + 2)
            if let result = read(&scanner) {
                found.append((index..<scanner.position, result))
                index = scanner.position
            } else {
                index += 1
            }
        }
        return found
    }
}

/// Takes the inside of a template apart.
struct TemplateScanner {
    let text: [UInt8]
    var position: Int

    /// Longer names and runs of space are not of a template, so that looking for its end costs little.
    private static let longest = 4096

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < text.count ? text[position + distance] : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    mutating func skipSpace() {
        let end = min(position + Self.longest, text.count)
        while position < end, Self.isSpace(text[position]) { position += 1 }
    }

    mutating func skipQuote() {
        if peek() == UInt8(ascii: "'") || peek() == UInt8(ascii: "\"") { position += 1 }
    }

    mutating func take(_ word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= text.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where text[position + index] != word.utf8Start[index] { return false }
        position = end
        return true
    }

    /// Letters, digits and underscores.
    mutating func word(with other: UInt8? = nil) -> String {
        let start = position
        let end = min(position + Self.longest, text.count)
        while position < end {
            let byte = text[position]
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte >= 0x80
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isLetter || isDigit || byte == UInt8(ascii: "_") || byte == other else { break }
            position += 1
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    /// The fewest bytes without space that are before space, a quote and `}}`.
    /// - Parameter endless: up to here no value has an end, as earlier calls found.
    mutating func valueBeforeEnd(endless: inout Int) -> String? {
        let start = position
        guard start >= endless else { return nil }
        var end = start
        while true {
            position = end
            skipSpace()
            skipQuote()
            if take("}}") { return String(decoding: text[start..<end], as: UTF8.self) }
            guard end < text.count, !Self.isSpace(text[end]) else { break }
            end += 1
        }
        endless = end
        return nil
    }
}
