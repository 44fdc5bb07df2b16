import ByteIO

/// What a reader of checkpoints asks of a value. Nil means: it is something else.
extension PickleGraph {
    /// The text of a `str`, Python 2's included where it is UTF-8.
    package func text(_ value: PickleValue) -> String? {
        guard case .node(let id) = value else { return nil }
        if let text = string(id) { return text }
        return if case .byteString(let bytes) = self[id] { bytes.utf8Text } else { nil }
    }

    /// The text of a dictionary's key or an attribute's name: Python 2's is Latin-1 where it is not UTF-8.
    package func name(_ value: PickleValue) -> String? {
        if let text = text(value) { return text }
        guard case .node(let id) = value, case .byteString(let bytes) = self[id] else { return nil }
        return bytes.latin1Text
    }

    /// Whether `value` is the `str` that `text` is.
    package func isText(_ value: PickleValue, _ text: StaticString) -> Bool {
        let expected = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return withText(value) { $0.elementsEqual(expected) } ?? false
    }

    /// An integer of 64 bits or fewer. A bool is none.
    package func integer(_ value: PickleValue) -> Int64? {
        if case .int(let value) = value { value } else { nil }
    }

    /// The items of a tuple.
    package func tuple(_ value: PickleValue) -> [PickleValue]? {
        if case .tuple(let items) = self[value] { items } else { nil }
    }

    /// The items of a tuple or a list.
    package func sequence(_ value: PickleValue) -> [PickleValue]? {
        switch self[value] {
        case .tuple(let items), .list(let items): items
        default: nil
        }
    }

    /// An object that a call made, with what was done to it.
    package func object(_ value: PickleValue) -> PickleObject? {
        if case .object(let object) = self[value] { object } else { nil }
    }

    /// The name of a class or function.
    package func global(_ value: PickleValue) -> PickleGlobal? {
        if case .global(let global) = self[value] { global } else { nil }
    }

    /// The global that an object calls, or nil if it calls something made here.
    package func callee(of object: PickleObject) -> PickleGlobal? { global(.node(object.callable)) }

    /// The arguments that an object is made with.
    package func arguments(of object: PickleObject) -> [PickleValue] { tuple(.node(object.arguments)) ?? [] }

    /// The entries of a dict, or of an object that takes items as one (OrderedDict, defaultdict).
    package func entries(_ value: PickleValue) -> [PickleEntry]? {
        switch self[value] {
        case .dict(let entries): entries
        case .object(let object):
            object.steps.contains { if case .setItems = $0 { true } else { false } } ? object.dictItems : nil
        default: nil
        }
    }

    /// The value under the text `key`; as in Python the last one wins where a key was set twice.
    package func value(of key: String, in entries: [PickleEntry]) -> PickleValue? {
        entries.last { text($0.key).map { $0.utf8.elementsEqual(key.utf8) } ?? false }?.value
    }

    /// The content of `bytes` or `bytearray`, also in the form that protocol 2 gives them:
    /// `_codecs.encode(str, 'latin1')`, `bytes()`, `bytearray(bytes)`.
    package func bytes(_ value: PickleValue) -> Bytes? {
        switch self[value] {
        case .bytes(let bytes), .byteArray(let bytes): return bytes
        case .object(let object):
            let arguments = arguments(of: object)
            switch (callee(of: object)?.qualifiedName, arguments.count) {
            case ("builtins.bytes", 0), ("builtins.bytearray", 0): return Bytes()
            case ("builtins.bytearray", 1):
                // One level only: what makes a bytearray from another object is not bytes here.
                guard case .object(let inner) = self[arguments[0]] else { return bytes(arguments[0]) }
                return latin1(inner)
            case ("_codecs.encode", 2): return latin1(object)
            default: return nil
            }
        default: return nil
        }
    }

    /// The bytes of an object that is `_codecs.encode(str, 'latin1')`.
    package func latin1(_ object: PickleObject) -> Bytes? {
        let arguments = arguments(of: object)
        guard arguments.count == 2, callee(of: object)?.qualifiedName == "_codecs.encode",
            let text = text(arguments[0]), self.text(arguments[1]) == "latin1"
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { return nil }
            bytes.append(byte)
        }
        return Bytes(bytes)
    }
}
