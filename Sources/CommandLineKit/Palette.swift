/// Colours text for a terminal, or leaves it as it is.
package struct Palette: Sendable {
    /// An ANSI "select graphic rendition" code.
    package enum Style: Int, Sendable {
        case bold = 1
        case dim = 2
        case red = 31
        case green = 32
        case yellow = 33
        case blue = 34
    }

    package let isColored: Bool

    package init(isColored: Bool) { self.isColored = isColored }

    /// Leaves every text as it is.
    package static let plain = Palette(isColored: false)

    /// The text between the codes that switch the style on and off.
    package func callAsFunction(_ style: Style, _ text: String) -> String {
        isColored && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
