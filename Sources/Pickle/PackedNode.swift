/// A node as it lies in a graph: 16 bytes that need no reference counting. What a state dict's pickle is mostly made
/// of is packed whole; any other node is `boxed`.
struct PackedNode: Sendable {
    enum Kind: UInt8, Sendable {
        /// A `str`: `count` bytes of UTF-8 at `position` of the pickle.
        case text
        /// `count` values at `position`.
        case tuple
        /// The value at `position` is the payload.
        case persistentID
        /// An object that nothing was done to yet, without keywords: `position` is its callable, `count` its arguments.
        case object
        /// The `PickleNode` at `position`.
        case boxed
    }

    var kind: Kind
    /// How an object is made.
    var construction = PickleObject.Construction.reduce
    var isMemoized = false
    /// Anything but a plain value may turn out to be callable.
    let mayBeCallable: Bool
    private(set) var count: UInt32 = 0
    private(set) var position: UInt32
    /// The offset of the opcode that made the node, or `noOffset`.
    var offset = noOffset

    /// The offset of nodes that no opcode made, and of those past the first 4 GiB of a pickle.
    static let noOffset = UInt32.max

    /// - Returns: nil where the figures take more than 32 bits.
    @inline(__always)
    init?(_ kind: Kind, at position: Int, count: Int = 0, mayBeCallable: Bool = false) {
        guard let position = UInt32(exactly: position), let count = UInt32(exactly: count) else { return nil }
        self.kind = kind
        self.mayBeCallable = mayBeCallable
        self.count = count
        self.position = position
    }

    /// An entry of an array that has fewer than 2³¹.
    init(boxedAt position: Int, mayBeCallable: Bool) {
        kind = .boxed
        self.mayBeCallable = mayBeCallable
        self.position = UInt32(position)
    }

    @inline(__always)
    init(
        calling callable: PickleNodeID, _ arguments: PickleNodeID, _ construction: PickleObject.Construction,
        isMemoized: Bool
    ) {
        kind = .object
        mayBeCallable = true
        position = UInt32(bitPattern: callable.rawValue)
        count = UInt32(bitPattern: arguments.rawValue)
        self.construction = construction
        self.isMemoized = isMemoized
    }

    var index: Int { Int(position) }

    /// Where a tuple's items lie, or a text's bytes.
    var range: Range<Int> { index..<index + Int(count) }

    var callable: PickleNodeID { PickleNodeID(rawValue: Int32(bitPattern: position)) }
    var arguments: PickleNodeID { PickleNodeID(rawValue: Int32(bitPattern: count)) }
}
