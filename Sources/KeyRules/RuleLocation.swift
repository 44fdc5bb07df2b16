/// A place in a rule file, written `vgg.rules:12` or, with a column, `vgg.rules:12:5`.
public struct RuleLocation: Sendable, Hashable, CustomStringConvertible {
    /// The name that was given to `RuleFile.parse`.
    public let file: String
    /// Counted from 1.
    public let line: Int
    /// Counted in characters from 1, where the error is narrower than its line.
    public let column: Int?

    package init(file: String, line: Int, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The same line from `column` on.
    func at(_ column: Int) -> RuleLocation { RuleLocation(file: file, line: line, column: column) }

    /// `FILE:LINE:COLUMN`, or `FILE:LINE` of a whole line.
    public var description: String { column.map { "\(file):\(line):\($0)" } ?? "\(file):\(line)" }
}

/// In the order of the lines.
extension RuleLocation: Comparable {
    /// Whether the first comes before the second in a file, by line, then by column.
    public static func < (left: RuleLocation, right: RuleLocation) -> Bool {
        (left.line, left.column ?? 0) < (right.line, right.column ?? 0)
    }
}
