/// The objects of one pickle: an arena of nodes that refer to one another by position, and a root.
///
/// Identity is position, so shared and cyclic structures are what they are in Python: two containers that hold
/// `.node(x)` hold the same object. A node may be replaced but never moves or goes; what nothing refers to any
/// more is simply not written.
public struct PickleGraph: Sendable {
    /// What the pickle is: the value left when it stops.
    public var root: PickleValue = .none
    /// The protocol that the pickle declared (0 where it declared none); 2 for a graph built here.
    public internal(set) var protocolVersion = 2

    private(set) var nodes: [PickleNode] = []
    /// For each node that was read, the offset of the opcode that made it; shorter than `nodes` once some were
    /// added here.
    private(set) var offsets: [Int] = []
    /// The nodes that give access to something outside the pickle, in the order of reading: globals and codes of
    /// extensions, reachable or not.
    public private(set) var imports: [PickleNodeID] = []
    /// Whether some object is not to be memoized; see `PickleObject.isMemoized`.
    private(set) var hasUnmemoizedObjects = false
    /// The globals made by `global(module:name:)`.
    private var builtGlobals: [PickleGlobal: PickleNodeID] = [:]

    /// The empty graph, whose root is None.
    public init() {}

    /// How many nodes there are, reachable or not.
    public var count: Int { nodes.count }

    /// - Precondition: `id` is of this graph.
    public subscript(id: PickleNodeID) -> PickleNode { nodes[id.index] }

    /// The node that `value` refers to, or nil for a constant.
    public subscript(value: PickleValue) -> PickleNode? {
        guard case .node(let id) = value else { return nil }
        return nodes[id.index]
    }

    /// Every node's identity, in the order of reading or adding.
    public var ids: LazyMapCollection<Range<Int>, PickleNodeID> { nodes.indices.lazy.map(PickleNodeID.init) }

    /// Where the node was made in the input that was read, or nil if it was added later.
    public func offset(of id: PickleNodeID) -> Int? {
        id.index < offsets.count ? offsets[id.index] : nil
    }
}

// MARK: - Changes

extension PickleGraph {
    /// Adds a node, which nothing refers to yet.
    /// - Precondition: fewer than 2³¹ nodes.
    public mutating func append(_ node: PickleNode) -> PickleNodeID {
        if case .object(let object) = node, !object.isMemoized { hasUnmemoizedObjects = true }
        nodes.append(node)
        return PickleNodeID(nodes.count - 1)
    }

    /// Puts another node in the place of `id`: whoever referred to the old one now refers to it.
    /// - Precondition: `id` is of this graph.
    public mutating func replace(_ id: PickleNodeID, with node: PickleNode) {
        if case .object(let object) = node, !object.isMemoized { hasUnmemoizedObjects = true }
        nodes[id.index] = node
    }

    /// The global's node: the same one for the same name. The name is Python 3's.
    public mutating func global(module: String, name: String) -> PickleNodeID {
        let global = PickleGlobal(module: module, name: name)
        if let known = builtGlobals[global] { return known }
        let id = append(.global(global))
        builtGlobals[global] = id
        return id
    }

    /// `callable(*arguments)`, with the items of a dict subclass such as OrderedDict and the state of a
    /// `__setstate__` or `__dict__`.
    public mutating func object(
        calling callable: PickleNodeID, _ arguments: [PickleValue], items: [PickleEntry] = [],
        state: PickleValue? = nil
    ) -> PickleNodeID {
        let arguments = append(.tuple(arguments))
        var steps: [PickleStep] = []
        if !items.isEmpty { steps.append(.setItems(items)) }
        if let state { steps.append(.build(state)) }
        return append(.object(PickleObject(callable: callable, arguments: arguments, steps: steps)))
    }

    public mutating func string(_ text: String) -> PickleValue { .node(append(.string(text))) }

    public mutating func tuple(_ items: [PickleValue]) -> PickleValue { .node(append(.tuple(items))) }

    public mutating func list(_ items: [PickleValue]) -> PickleValue { .node(append(.list(items))) }

    public mutating func dict(_ entries: [PickleEntry]) -> PickleValue { .node(append(.dict(entries))) }

    public mutating func persistentID(_ payload: PickleValue) -> PickleValue {
        .node(append(.persistentID(payload)))
    }
}

// MARK: - Reading in

extension PickleGraph {
    /// Adds a node that the opcode at `offset` makes.
    mutating func append(_ node: PickleNode, at offset: Int) -> PickleNodeID {
        nodes.append(node)
        offsets.append(offset)
        return PickleNodeID(nodes.count - 1)
    }

    mutating func reserveCapacity(_ count: Int) {
        nodes.reserveCapacity(count)
        offsets.reserveCapacity(count)
    }

    /// Marks an object as one that the pickle memoizes, where that is not yet known.
    @inline(__always)
    mutating func noteMemoized(_ id: PickleNodeID) {
        if case .object(var object) = nodes[id.index], !object.isMemoized {
            object.isMemoized = true
            nodes[id.index] = .object(object)
        }
    }

    mutating func noteImport(_ id: PickleNodeID) { imports.append(id) }

    mutating func noteUnmemoizedObject() { hasUnmemoizedObjects = true }

    /// Changes a node in place. The node is out of the arena meanwhile, so that its arrays are not copied.
    mutating func update(_ id: PickleNodeID, _ body: (inout PickleNode) -> Void) {
        var node = PickleNode.extensionCode(0)
        swap(&node, &nodes[id.index])
        body(&node)
        swap(&node, &nodes[id.index])
    }
}
