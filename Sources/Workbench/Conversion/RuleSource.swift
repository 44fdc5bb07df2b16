import ByteIO
import KeyRules
import PlatformC

/// A rule file that a conversion follows, and where it came from.
package struct RuleSource: Sendable {
    package let file: RuleFile
    /// The lines of the text, for quoting them.
    let lines: [String]
    /// Set where a file of the user's stands before a bundled one of that name.
    package let note: String?

    /// No rule file is nearly this large; the limit keeps a wrong path from being read whole.
    private static let byteLimit = 1 << 22

    /// Finds rules: `name` is a path where it has a slash or a file lies there; else it is a bundled file's name,
    /// with or without `.rules`.
    /// - Parameter checksBundled: also looks for conflicts in a bundled file, which tests have shown to have none.
    /// - Throws: `RuleErrors` for what is wrong in the file, `IOError`, or `WorkbenchError`.
    package init(_ name: String, checksBundled: Bool = false) throws {
        let bundled = RuleCatalogue.fileName(for: name)
        if name.utf8.contains(UInt8(ascii: "/")) || access(name, F_OK) == 0 {
            try self.init(
                text: Self.read(name), name: name,
                note: bundled.map { "using ./\(name), not the bundled \($0)" })
        } else if checksBundled {
            try self.init(text: RuleCatalogue.text(named: name), name: bundled ?? name, note: nil)
        } else {
            self = try RuleCatalogue.source(named: name)
        }
    }

    /// - Parameter findsConflicts: as in `RuleFile.parse`.
    init(text: String, name: String, note: String?, findsConflicts: Bool = true) throws {
        file = try RuleFile.parse(text, name: name, findsConflicts: findsConflicts)
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        self.note = note
    }

    private static func read(_ path: String) throws -> String {
        let bytes = try MappedFile(path: path).bytes
        guard bytes.count <= byteLimit else {
            throw WorkbenchError.unreadableRules(
                path: path, reason: "is not a rule file: \(byteText(bytes.count)), the limit is \(byteText(byteLimit))")
        }
        guard let text = bytes.utf8Text else {
            throw WorkbenchError.unreadableRules(path: path, reason: "is not a rule file: not UTF-8 text")
        }
        return text
    }

    /// The text of a line without its indentation and comment; nil for a line of another file.
    func text(at location: RuleLocation) -> String? {
        guard location.file == file.name, lines.indices.contains(location.line - 1) else { return nil }
        // A "#" inside a word is a part of a key.
        return lines[location.line - 1].split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("#") }
            .joined(separator: " ")
    }
}
