import ByteIO

/// An object of a pickle. Nothing here was ever called, imported or executed: a global is a name, an object is
/// the record of how Python would make it.
///
/// Names in capitals are opcodes of CPython's `pickletools`.
package enum PickleNode: Sendable {
    /// A Python 3 `str`. Compare by UTF-8: Swift's `==` also equates different normalisations.
    case string(String)
    /// A `str` that Unicode cannot hold: UTF-8 with lone surrogates (CPython's `surrogatepass`), or damaged.
    case rawString(Bytes)
    /// A Python 2 `str` (STRING, BINSTRING, SHORT_BINSTRING), which an unpickler decodes as it is told to.
    case byteString(Bytes)
    case bytes(Bytes)
    case byteArray(Bytes)
    /// An `int` beyond 64 bits.
    case bigInteger(PickleInteger)
    case tuple([PickleValue])
    case list([PickleValue])
    /// In order of insertion. A key that was set twice is here twice; in Python the later value wins.
    case dict([PickleEntry])
    case set([PickleValue])
    case frozenSet([PickleValue])
    indirect case global(PickleGlobal)
    case object(PickleObject)
    /// What the unpickler's `persistent_load` is asked for: in PyTorch files, a storage.
    case persistentID(PickleValue)
    /// A global by its number in `copyreg`'s extension registry (EXT1, EXT2, EXT4).
    case extensionCode(Int32)
    /// The `index`-th buffer that travels beside the pickle (NEXT_BUFFER, READONLY_BUFFER).
    case buffer(index: Int32, isReadOnly: Bool)
    /// Something other than an object that a pickle mutates, such as a class whose attributes BUILD sets.
    indirect case modified(base: PickleNodeID, steps: [PickleStep])
}

/// One item of a dict.
package struct PickleEntry: Hashable, Sendable {
    package var key: PickleValue
    package var value: PickleValue

    package init(_ key: PickleValue, _ value: PickleValue) {
        self.key = key
        self.value = value
    }
}

extension PickleNode {
    /// The name of the node's Python type, for messages.
    package var typeName: String {
        switch self {
        case .string, .rawString: "str"
        case .byteString: "Python 2 str"
        case .bytes: "bytes"
        case .byteArray: "bytearray"
        case .bigInteger: "int"
        case .tuple: "tuple"
        case .list: "list"
        case .dict: "dict"
        case .set: "set"
        case .frozenSet: "frozenset"
        case .global: "global"
        case .object: "object"
        case .persistentID: "persistent ID"
        case .extensionCode: "extension code"
        case .buffer: "buffer"
        case .modified: "modified object"
        }
    }

    /// Anything but a plain value may turn out to be callable.
    var mayBeCallable: Bool {
        switch self {
        case .global, .object, .persistentID, .extensionCode, .buffer, .modified: true
        default: false
        }
    }
}
