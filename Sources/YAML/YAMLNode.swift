/// A place in a text.
package struct YAMLMark: Sendable, Hashable {
    /// The offset in bytes from the beginning of the file.
    package let offset: Int
    /// The line, from 1.
    package let line: Int
    /// The column in characters, from 1.
    package let column: Int

    package init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }
}

/// A value of a YAML document, with its place.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// The entries in the order of the text, repeated keys kept.
        case mapping([YAMLEntry])
    }

    package let content: Content
    package let start: YAMLMark
    /// After the last byte; a block collection's may be past blank lines and comments that follow it.
    package let end: YAMLMark
    /// Whether a collection is written with brackets or braces.
    package let isFlow: Bool
    /// Where the alias is that this node was repeated by; `start` is the place of what it repeats.
    package var aliasMark: YAMLMark?

    /// Where the node is mentioned.
    package var mark: YAMLMark { aliasMark ?? start }

    package var scalar: YAMLScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

    package var elements: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }

    package var entries: [YAMLEntry]? { if case .mapping(let entries) = content { entries } else { nil } }

    /// The value of a scalar; nil for a collection.
    package var value: YAMLValue? { scalar?.value }

    package var isNull: Bool { value == .null }

    /// The text of a scalar that is a string.
    package var string: String? { if case .string(let text)? = value { text } else { nil } }

    package var int: Int? { if case .int(let number)? = value { number } else { nil } }

    /// The last of the entries with this key, as readers of YAML take it; nil also where this is not a mapping.
    package subscript(_ key: String) -> YAMLNode? { entries?.last { $0.key.scalar?.text == key }?.value }

    /// What the value is, in words.
    package var kindName: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar): scalar.value.kindName
        }
    }
}

/// A key of a mapping and its value.
package struct YAMLEntry: Sendable {
    /// A scalar.
    package let key: YAMLNode
    package let value: YAMLNode
    /// Whether `<<` brought it here.
    package var isMerged = false
}
