/// How one occurrence of a capture spells the capture's value.
enum CaptureView: Hashable, Sendable {
    /// `{x}`
    case value
    /// `{x+1}`
    case offset(Int)
    /// `{TABLE[x]}`, `{x@RUNS}`
    case lookup(Lookup)

    /// The text that stands in the key for `value`.
    func text(for value: KeyText) -> KeyText? {
        switch self {
        case .value: return value
        case .offset(let offset):
            guard let number = value.number else { return nil }
            let (sum, overflow) = number.addingReportingOverflow(offset)
            return overflow || sum < 0 ? nil : KeyText(String(sum))
        case .lookup(let lookup): return lookup.forward[value]
        }
    }

    /// The value that `text` in a key stands for.
    func value(of text: KeyText) -> KeyText? {
        switch self {
        case .value: return text
        case .offset(let offset):
            guard let number = text.number else { return nil }
            let (difference, overflow) = number.subtractingReportingOverflow(offset)
            return overflow || difference < 0 ? nil : KeyText(String(difference))
        case .lookup(let lookup): return lookup.inverse[text]
        }
    }
}

/// One side of a rule under given parameter values: a pattern over whole keys.
struct Side: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case literal(KeyText)
        /// A capture by its position in the rule.
        case capture(Int, CaptureView)
    }

    /// The side as the rule file spells it, with the prefixes of the `under` lines.
    let text: String
    let steps: [Step]

    /// What every matching key begins with.
    var leadingLiteral: KeyText {
        if case .literal(let bytes)? = steps.first { bytes } else { [] }
    }

    /// The captures that occur, by position in the rule.
    var captures: Set<Int> {
        Set(steps.compactMap { if case .capture(let index, _) = $0 { index } else { nil } })
    }

    /// Whether some capture occurs twice, so that the side is more than a sequence of independent parts.
    var repeatsCapture: Bool {
        captures.count < steps.count(where: { if case .capture = $0 { true } else { false } })
    }

    /// The key that the values of the captures make; nil while one of them is unknown or not in its table.
    func key(_ values: [KeyText?]) -> KeyText? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 32)
        for step in steps {
            switch step {
            case .literal(let literal): bytes += literal
            case .capture(let index, let view):
                guard let value = values[index], let text = view.text(for: value) else { return nil }
                bytes += text
            }
        }
        return bytes[...]
    }
}
