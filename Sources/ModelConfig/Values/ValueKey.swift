/// What tells the keys of a dictionary and the elements of a set apart: `1`, `1.0` and `True` are one.
enum ValueKey: Hashable {
    case none
    case int(Int)
    case float(Double)
    case string(ScalarText)
    case tuple([ValueKey])
    case reference(ScalarText)

    /// Bytes of the strings of a key.
    private static let longest = 1024
    /// Elements of a tuple that is a key, those of tuples inside it too, each counted as often as it is there.
    private static let mostElements = 100

    init(_ value: Value) throws {
        var room = (elements: Self.mostElements, bytes: Self.longest)
        try self.init(value, room: &room)
    }

    private init(_ value: Value, room: inout (elements: Int, bytes: Int)) throws {
        switch value {
        case .none: self = .none
        case .bool(let flag): self = .int(flag ? 1 : 0)
        case .int(let value): self = .int(value)
        case .float(let value): self = Int(exactly: value).map(ValueKey.int) ?? .float(value)
        case .string(let text):
            guard text.utf8.count <= room.bytes else {
                throw ConfigError.Reason.limit("bytes in a key", Self.longest)
            }
            room.bytes -= text.utf8.count
            self = .string(ScalarText(text))
        case .tuple(let tuple):
            guard tuple.elements.count <= room.elements else {
                throw ConfigError.Reason.limit("elements in a key", Self.mostElements)
            }
            room.elements -= tuple.elements.count
            self = .tuple(try tuple.elements.map { try ValueKey($0, room: &room) })
        case .reference(let name):
            guard name.path.utf8.count <= room.bytes else {
                throw ConfigError.Reason.limit("bytes in a key", Self.longest)
            }
            room.bytes -= name.path.utf8.count
            self = .reference(ScalarText(name.text))
        case .list, .set, .dictionary, .iterable, .module, .function:
            throw ConfigError.Reason.type("\(value.typeName) cannot be a key or the element of a set")
        }
    }
}

/// Text that is equal by its scalars, not by what they look like.
struct ScalarText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ScalarText, right: ScalarText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
