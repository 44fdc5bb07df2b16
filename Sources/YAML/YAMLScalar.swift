/// A scalar as it is written.
package struct YAMLScalar: Sendable, Hashable {
    package enum Style: Sendable, Hashable {
        case plain, quoted
        /// `|` or `>`
        case block
    }

    /// The text without quotes, escapes resolved.
    package let text: String
    package let style: Style
    /// The explicit tag without `tag:yaml.org,2002:`, e.g. `int`; nil where there is none.
    package let tag: String?

    package init(text: String, style: Style, tag: String? = nil) {
        self.text = text
        self.style = style
        self.tag = tag
    }

    /// What the scalar means, as PyYAML's `SafeLoader` has it (YAML 1.1), except that dates and sexagesimal fractions are
    /// strings.
    package var value: YAMLValue {
        switch tag {
        case nil: style == .plain ? YAMLValue(plain: text) : .string(text)
        case "null": .null
        case "int", "float", "bool":
            switch YAMLValue(plain: text) {
            case .int(let number) where tag == "float": .float(Double(number))
            case let value: value
            }
        default: .string(text)
        }
    }
}
