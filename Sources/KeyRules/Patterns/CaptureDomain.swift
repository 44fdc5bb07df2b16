/// The bytes that end a segment: a capture other than `{x..}` never holds one.
enum Separator {
    @inline(__always)
    static func contains(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":")
    }
}

/// A piece of a key, as UTF-8.
typealias KeyText = ArraySlice<UInt8>

extension KeyText {
    init(_ text: String) { self = Array(text.utf8)[...] }

    var string: String { String(decoding: self, as: UTF8.self) }

    /// The number it spells in decimal without sign or leading zeros.
    var number: Int? {
        guard let first, count <= 19, first != UInt8(ascii: "0") || count == 1 else { return nil }
        var value = 0
        for byte in self {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }
}

/// The texts that a capture may stand for.
enum CaptureDomain: Hashable, Sendable {
    /// Any text without separator.
    case segment
    /// One or more segments.
    case path
    /// Decimal numbers without leading zeros.
    case integer(ClosedRange<Int>)
    case words(Set<KeyText>)

    static let number = CaptureDomain.integer(0...Int.max)
    static let parameterNames = CaptureDomain.words(
        Set(["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map { KeyText($0) }))

    /// - Precondition: `text` has no separator unless the domain is `path` or lists it.
    func contains(_ text: KeyText) -> Bool {
        switch self {
        case .segment, .path: !text.isEmpty
        case .integer(let range): text.number.map(range.contains) ?? false
        case .words(let words): words.contains(text)
        }
    }

    /// What both domains allow; nil if that is nothing.
    func intersection(_ other: CaptureDomain) -> CaptureDomain? {
        switch (self, other) {
        case (.path, _): return other
        case (_, .path): return self
        case (.words(let words), _):
            let rest = words.filter { word in
                if case .words = other { return other.contains(word) }
                return !word.contains(where: Separator.contains) && other.contains(word)
            }
            return rest.isEmpty ? nil : .words(rest)
        case (_, .words): return other.intersection(self)
        case (.segment, _): return other
        case (_, .segment): return self
        case (.integer(let left), .integer(let right)):
            return left.overlaps(right) ? .integer(left.clamped(to: right)) : nil
        }
    }
}
