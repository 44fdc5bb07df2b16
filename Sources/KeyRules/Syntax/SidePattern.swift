/// A side as written: its parameters and tables are still names.
struct SidePattern: Hashable, Sendable {
    enum Element: Hashable, Sendable {
        case literal(String)
        /// `$name`
        case parameter(String)
        case capture(CaptureUse)
    }

    /// One `{…}`.
    struct CaptureUse: Hashable, Sendable {
        enum View: Hashable, Sendable {
            case value
            case offset(Int)
            /// By the name of a `table` or `runs`.
            case lookup(String)
        }

        let name: String
        /// Where the name stands.
        let location: RuleLocation
        let view: View
        /// What the annotation allows; nil without one.
        let domain: CaptureDomain?
        /// The words of an annotation `a|b` in their order, else none.
        var words: [KeyText] = []
    }

    let text: String
    let elements: [Element]
    /// Where it begins; of a side inside `under` without the prefix.
    let location: RuleLocation

    var captures: [CaptureUse] {
        elements.compactMap { if case .capture(let use) = $0 { use } else { nil } }
    }

    /// The side of a rule inside `under`: this prefix, then `rest`.
    func followed(by rest: SidePattern) -> SidePattern {
        var elements = elements
        for element in rest.elements {
            if case .literal(let head)? = elements.last, case .literal(let tail) = element {
                elements[elements.count - 1] = .literal(head + tail)
            } else {
                elements.append(element)
            }
        }
        return SidePattern(text: text + rest.text, elements: elements, location: rest.location)
    }

    /// What keeps the pattern from having one way to be read; nil if nothing does.
    /// - Parameter paths: the captures of several segments.
    func ambiguity(paths: Set<String>) -> String? {
        var pathCount = 0
        for (position, element) in elements.enumerated() {
            guard case .capture(let use) = element else { continue }
            if position > 0, case .capture = elements[position - 1] {
                return "two captures in '\(text)' need a text between them"
            }
            guard paths.contains(use.name) else { continue }
            pathCount += 1
            if pathCount > 1 { return "'\(text)' has two captures of several segments, one is the limit" }
            let before = position == 0 ? nil : elements[position - 1]
            let after = position + 1 == elements.count ? nil : elements[position + 1]
            guard Self.isBoundary(before, \.last), Self.isBoundary(after, \.first) else {
                return "'{\(use.name)..}' in '\(text)' must be whole segments"
            }
        }
        return nil
    }

    /// Whether a key, or a segment of it, ends at `element`, of which `edge` is the byte that touches.
    private static func isBoundary(_ element: Element?, _ edge: (String.UTF8View) -> UInt8?) -> Bool {
        guard let element else { return true }
        guard case .literal(let text) = element, let byte = edge(text.utf8) else { return false }
        return Separator.contains(byte)
    }
}
