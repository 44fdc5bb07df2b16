import ByteIO

/// A value of a checkpoint's tree, as `torch.load` would give it. Nothing here runs code: an object of an unknown
/// class is a name with its arguments, attributes and items.
///
/// The tree is finite: a container that holds itself shows as `recursion` inside.
public indirect enum CheckpointValue: Sendable {
    case none
    case bool(Bool)
    case int(Int)
    /// An integer beyond 64 bits: little-endian two's complement.
    case bigInt(Bytes)
    case float(Double)
    case string(String)
    /// `bytes` or `bytearray`.
    case bytes(Bytes)
    case tensor(LazyTensor)
    case dictionary(CheckpointDictionary)
    case sequence(CheckpointSequence)
    case object(CheckpointObject)
    /// A class or function by its qualified name, such as `torch.float32`.
    case global(String)
    /// An enclosing container again.
    case recursion
}

/// An ordered mapping: `dict`, `collections.OrderedDict`, `collections.defaultdict`, `collections.Counter`.
public struct CheckpointDictionary: Sendable {
    public struct Entry: Sendable {
        /// Any hashable value; mostly a string.
        public let key: CheckpointValue
        public let value: CheckpointValue
    }

    /// The qualified name: `dict`, `collections.OrderedDict` …
    public let typeName: String
    /// In file order; a key that is set twice stands at its first place with its last value, as in Python.
    public let entries: [Entry]
    /// What is set on the object itself, such as a state dict's `_metadata`.
    public let attributes: [CheckpointAttribute]

    let node: NodeReference
    let tensorCount: Int

    /// The value of a string key.
    public subscript(key: String) -> CheckpointValue? {
        entries.first { $0.key.isString(key) }?.value
    }

    public func attribute(_ name: String) -> CheckpointValue? {
        attributes.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}

/// `list`, `tuple`, `set`, `frozenset`, `collections.deque`, `torch.Size`.
public struct CheckpointSequence: Sendable {
    /// The qualified name: `list`, `tuple` …
    public let typeName: String
    public let elements: [CheckpointValue]

    let node: NodeReference
    let tensorCount: Int
}

/// An instance of any other class. It is written back as it was read.
public struct CheckpointObject: Sendable {
    /// The qualified name of its class, or of the function that makes it.
    public let typeName: String
    /// What the class or function is called with.
    public let arguments: [CheckpointValue]
    /// Its attributes, when its state is a dictionary.
    public let attributes: [CheckpointAttribute]
    /// What is appended to it (subclasses of `list`).
    public let elements: [CheckpointValue]
    /// What is set in it (subclasses of `dict`).
    public let entries: [CheckpointDictionary.Entry]

    let node: NodeReference
    let tensorCount: Int
}

public struct CheckpointAttribute: Sendable {
    public let name: String
    public let value: CheckpointValue
}

extension CheckpointValue {
    func isString(_ text: String) -> Bool {
        guard case .string(let own) = self else { return false }
        return own.utf8.elementsEqual(text.utf8)
    }
}
