import PlatformC

/// The name of a tensor in a checkpoint or a model, e.g. `backbone.layer1.0.conv1.weight`.
///
/// Two keys are equal when their Unicode scalars are: Swift's `String` equality merges names that
/// differ in normalisation only, and a checkpoint may hold both.
public struct Key: Sendable {
    /// The name as the file spells it.
    public let text: String

    /// - Parameter text: the name as the file spells it.
    public init(_ text: String) { self.text = text }

    /// The dotted path of the module that owns the tensor: everything before the last dot, or "" without one.
    public var modulePath: String {
        guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return String(text[..<dot])
    }

    /// What follows the last dot: `weight`, `bias`, `running_mean` …
    public var leaf: String {
        guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return text }
        return String(text[text.utf8.index(after: dot)...])
    }
}

extension Key: Hashable {
    /// Whether the UTF-8 texts have the same bytes; no Unicode equivalence counts.
    public static func == (left: Key, right: Key) -> Bool {
        guard left.text.utf8.count == right.text.utf8.count else { return false }
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                // An empty buffer may have no address.
                guard let start = left.baseAddress, let other = right.baseAddress else { return true }
                return memcmp(start, other, left.count) == 0
            }
        }
    }

    /// Feeds the bytes of the UTF-8 text to the hasher.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// Byte order of the UTF-8 text, which is the order of the scalars.
extension Key: Comparable {
    /// Whether the UTF-8 text of the first comes before that of the second, byte by byte.
    public static func < (left: Key, right: Key) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension Key: ExpressibleByStringLiteral {
    /// The key of this text.
    public init(stringLiteral value: String) { self.init(value) }
}

extension Key: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
