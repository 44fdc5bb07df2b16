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
        /// An object that nothing was done to yet, without keywords: `position` holds its callable and its arguments.
        case object
        /// The `PickleNode` at `position`.
        case boxed
    }

    var kind: Kind
    /// Of an object.
    var construction = PickleObject.Construction.reduce
    var isMemoized = false
    var count: UInt32 = 0
    var position: Int

    init(_ kind: Kind, at position: Int, count: UInt32 = 0) {
        self.kind = kind
        self.count = count
        self.position = position
    }

    init(
        calling callable: PickleNodeID, _ arguments: PickleNodeID, _ construction: PickleObject.Construction,
        isMemoized: Bool
    ) {
        kind = .object
        position = Int(callable.rawValue) << 32 | Int(arguments.rawValue)
        self.construction = construction
        self.isMemoized = isMemoized
    }

    /// Where a tuple's items lie, or a text's bytes.
    var range: Range<Int> { position..<position + Int(count) }

    var callable: PickleNodeID { PickleNodeID(position >> 32) }
    var arguments: PickleNodeID { PickleNodeID(position & 0xFFFF_FFFF) }
}
