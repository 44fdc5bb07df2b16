import ByteIO

/// The objects of one pickle: an arena of nodes that refer to one another by position, and a root.
///
/// Identity is position, so shared and cyclic structures are what they are in Python: two containers that hold
/// `.node(x)` hold the same object. A node may be replaced but never moves or goes; what nothing refers to any
/// more is simply not written.
package struct PickleGraph: Sendable {
    /// What the pickle is: the value left when it stops.
    package var root: PickleValue = .none
    /// The protocol that the pickle declared (0 where it declared none); 2 for a graph built here.
    package internal(set) var protocolVersion = 2

    private var nodes: [PackedNode] = []
    /// The items of tuples and the payloads of persistent IDs.
    private var values: [PickleValue] = []
    private var boxes: [PickleNode] = []
    /// The pickle that texts lie in.
    private var input = Bytes()
    /// The nodes that give access to something outside the pickle, in the order of reading: globals and codes of
    /// extensions, reachable or not.
    package private(set) var imports: [PickleNodeID] = []
    /// Whether some object is not to be memoized; see `PickleObject.isMemoized`.
    private(set) var hasUnmemoizedObjects = false
    /// The globals made by `global(module:name:)`.
    private var builtGlobals: [PickleGlobal: PickleNodeID] = [:]

    /// The empty graph, whose root is None.
    package init() {}

    /// The bytes of the pickle that was read; 0 for a graph that was built.
    package var inputCount: Int { input.count }

    /// How many nodes there are, reachable or not.
    package var count: Int { nodes.count }

    /// - Precondition: `id` is of this graph.
    package subscript(id: PickleNodeID) -> PickleNode {
        let node = nodes[id.index]
        switch node.kind {
        case .text: return .string(input.withUnsafeBytes { String(decoding: $0[node.range], as: UTF8.self) })
        case .tuple: return .tuple(Array(values[node.range]))
        case .persistentID: return .persistentID(values[node.index])
        case .object:
            return .object(
                PickleObject(
                    node.construction, callable: node.callable, arguments: node.arguments,
                    isMemoized: node.isMemoized))
        case .boxed: return boxes[node.index]
        }
    }

    /// The node that `value` refers to, or nil for a constant.
    package subscript(value: PickleValue) -> PickleNode? {
        guard case .node(let id) = value else { return nil }
        return self[id]
    }

    /// Every node's identity, in the order of reading or adding.
    package var ids: LazyMapCollection<Range<Int>, PickleNodeID> { nodes.indices.lazy.map(PickleNodeID.init) }

    /// Where the node was made in the input that was read, or nil if it was added later or lies beyond 4 GiB.
    package func offset(of id: PickleNodeID) -> Int? {
        let offset = nodes[id.index].offset
        return offset == PackedNode.noOffset ? nil : Int(offset)
    }
}

// MARK: - Parts of nodes

/// For readers of many nodes: what is asked for is not wrapped in a `PickleNode`.
extension PickleGraph {
    /// The items of a tuple.
    package func items(ofTuple value: PickleValue) -> PickleItems? {
        guard case .node(let id) = value else { return nil }
        return items(ofTuple: id)
    }

    /// The items of a tuple.
    package func items(ofTuple id: PickleNodeID) -> PickleItems? {
        let node = nodes[id.index]
        if node.kind == .tuple { return PickleItems(values, node.range) }
        guard node.kind == .boxed, case .tuple(let items) = boxes[node.index] else { return nil }
        return PickleItems(items, items.indices)
    }

    /// What a persistent ID stands for, or nil if the node is none.
    package func payload(ofPersistentID id: PickleNodeID) -> PickleValue? {
        let node = nodes[id.index]
        if node.kind == .persistentID { return values[node.index] }
        guard node.kind == .boxed, case .persistentID(let payload) = boxes[node.index] else { return nil }
        return payload
    }

    /// Every persistent ID, reachable or not, in the order of reading or adding.
    package var everyPersistentID: [PickleNodeID] {
        var ids: [PickleNodeID] = []
        for index in nodes.indices {
            let kind = nodes[index].kind
            let id = PickleNodeID(index)
            if kind == .persistentID || kind == .boxed && payload(ofPersistentID: id) != nil { ids.append(id) }
        }
        return ids
    }

    /// Every Python 2 `str`, reachable or not.
    package var everyByteString: [PickleNodeID] {
        guard boxes.contains(where: \.isByteString) else { return [] }
        return nodes.indices.lazy.filter { nodes[$0].kind == .boxed && boxes[nodes[$0].index].isByteString }
            .map(PickleNodeID.init)
    }

    /// Every global, reachable or not.
    package var everyGlobal: [PickleNodeID] {
        nodes.indices.lazy.filter { nodes[$0].kind == .boxed && boxes[nodes[$0].index].isGlobal }.map(PickleNodeID.init)
    }

    /// Whether there is a value that a pickler of protocol 2 writes as a call of its type: a frozen set, empty bytes, or
    /// what an extension's code stands for.
    package var hasUnnamedTypes: Bool {
        boxes.contains { box in
            switch box {
            case .frozenSet, .extensionCode: true
            case .bytes(let bytes): bytes.isEmpty
            default: false
            }
        }
    }

    /// What an object calls and with what, if it was made by REDUCE and nothing else was done to it: a tensor, mostly.
    package func plainCall(_ id: PickleNodeID) -> (callable: PickleNodeID, arguments: PickleNodeID)? {
        let node = nodes[id.index]
        guard node.kind == .object, node.construction == .reduce else { return nil }
        return (node.callable, node.arguments)
    }

    /// Calls `body` with each value that a node holds, in the order in which a pickler writes them.
    package func forEachValue(of id: PickleNodeID, _ body: (PickleValue) -> Void) {
        let node = nodes[id.index]
        switch node.kind {
        case .text: break
        case .tuple: values[node.range].forEach(body)
        case .persistentID: body(values[node.index])
        case .object:
            body(.node(node.callable))
            body(.node(node.arguments))
        case .boxed: boxes[node.index].forEachValue(body)
        }
    }

    /// A `str` that is Unicode.
    package func string(_ id: PickleNodeID) -> String? {
        let node = nodes[id.index]
        if node.kind == .text { return input.withUnsafeBytes { String(decoding: $0[node.range], as: UTF8.self) } }
        guard node.kind == .boxed, case .string(let text) = boxes[node.index] else { return nil }
        return text
    }

    /// Calls `body` with the UTF-8 of a `str`, Python 2's included where it is UTF-8; nil for anything else.
    package func withText<Result>(_ value: PickleValue, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard case .node(let id) = value else { return nil }
        let node = nodes[id.index]
        if node.kind == .text {
            return input.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[node.range])) }
        }
        guard node.kind == .boxed, var text = text(value) else { return nil }
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    /// The UTF-8 of a `str` that lies in the pickle that was read; nil for any other node.
    func input(ofText id: PickleNodeID) -> Bytes? {
        let node = nodes[id.index]
        return node.kind == .text ? try? input.slice(node.range) : nil
    }

    @inline(__always)
    func isTuple(_ id: PickleNodeID) -> Bool {
        let node = nodes[id.index]
        return node.kind == .tuple || node.kind == .boxed && isTuple(boxAt: node.index)
    }

    private func isTuple(boxAt index: Int) -> Bool {
        if case .tuple = boxes[index] { true } else { false }
    }

    /// Whether the node is a text or a persistent id.
    func isPlain(_ id: PickleNodeID) -> Bool {
        switch nodes[id.index].kind {
        case .text, .persistentID: true
        default: false
        }
    }

    /// Whether the node is a tuple or a text as the pickle spells it.
    func isUnchangeable(_ id: PickleNodeID) -> Bool {
        switch nodes[id.index].kind {
        case .text, .tuple: true
        default: false
        }
    }

    @inline(__always)
    func mayBeCallable(_ id: PickleNodeID) -> Bool { nodes[id.index].mayBeCallable }
}

// MARK: - Changes

extension PickleGraph {
    /// Adds a node, which nothing refers to yet.
    /// - Precondition: fewer than 2³¹ nodes.
    package mutating func append(_ node: PickleNode) -> PickleNodeID {
        if case .object(let object) = node, !object.isMemoized { hasUnmemoizedObjects = true }
        nodes.append(packed(node) ?? box(node))
        return PickleNodeID(nodes.count - 1)
    }

    /// Puts another node in the place of `id`: whoever referred to the old one now refers to it.
    /// - Precondition: `id` is of this graph.
    package mutating func replace(_ id: PickleNodeID, with node: PickleNode) {
        if case .object(let object) = node, !object.isMemoized { hasUnmemoizedObjects = true }
        let old = nodes[id.index]
        var new: PackedNode
        if let packed = packed(node) {
            new = packed
        } else if old.kind == .boxed {
            boxes[old.index] = node
            new = PackedNode(boxedAt: old.index, mayBeCallable: node.mayBeCallable)
        } else {
            new = box(node)
        }
        new.offset = old.offset
        nodes[id.index] = new
    }

    private mutating func box(_ node: PickleNode) -> PackedNode {
        boxes.append(node)
        return PackedNode(boxedAt: boxes.count - 1, mayBeCallable: node.mayBeCallable)
    }

    /// A node in its packed form, whose values are added to those of the graph; nil for one that must be boxed. What
    /// can be packed is never boxed.
    private mutating func packed(_ node: PickleNode) -> PackedNode? {
        switch node {
        case .tuple(let items):
            if let packed = PackedNode(.tuple, at: values.count, count: items.count) {
                values.append(contentsOf: items)
                return packed
            }
        case .persistentID(let payload):
            if let packed = PackedNode(.persistentID, at: values.count, mayBeCallable: true) {
                values.append(payload)
                return packed
            }
        case .object(let object):
            if object.keywords == nil, object.steps.isEmpty {
                return PackedNode(
                    calling: object.callable, object.arguments, object.construction, isMemoized: object.isMemoized)
            }
        default: break
        }
        return nil
    }

    /// The global's node: the same one for the same name. The name is Python 3's.
    package mutating func global(module: String, name: String) -> PickleNodeID {
        let global = PickleGlobal(module: module, name: name)
        if let known = builtGlobals[global] { return known }
        let id = append(.global(global))
        builtGlobals[global] = id
        return id
    }

    /// `callable(*arguments)`, with the items of a dict subclass such as OrderedDict and the state of a
    /// `__setstate__` or `__dict__`.
    package mutating func object(
        calling callable: PickleNodeID, _ arguments: [PickleValue], items: [PickleEntry] = [],
        state: PickleValue? = nil
    ) -> PickleNodeID {
        let arguments = append(.tuple(arguments))
        var steps: [PickleStep] = []
        if !items.isEmpty { steps.append(.setItems(items)) }
        if let state { steps.append(.build(state)) }
        return append(.object(PickleObject(callable: callable, arguments: arguments, steps: steps)))
    }

    package mutating func string(_ text: String) -> PickleValue { .node(append(.string(text))) }

    package mutating func tuple(_ items: [PickleValue]) -> PickleValue { .node(append(.tuple(items))) }

    package mutating func list(_ items: [PickleValue]) -> PickleValue { .node(append(.list(items))) }

    package mutating func dict(_ entries: [PickleEntry]) -> PickleValue { .node(append(.dict(entries))) }

    package mutating func persistentID(_ payload: PickleValue) -> PickleValue {
        .node(append(.persistentID(payload)))
    }
}

// MARK: - Reading in

extension PickleGraph {
    /// A graph to be read from `input`, about `count` nodes.
    init(reading input: Bytes, capacity count: Int) {
        self.input = input
        nodes.reserveCapacity(count)
        values.reserveCapacity(count + count / 2)
    }

    /// Adds a node that the opcode at `offset` makes.
    mutating func append(_ node: PickleNode, at offset: Int) -> PickleNodeID {
        append(packed(node) ?? box(node), at: offset)
    }

    @inline(__always)
    private mutating func append(_ node: PackedNode, at offset: Int) -> PickleNodeID {
        var node = node
        node.offset = UInt32(exactly: offset) ?? PackedNode.noOffset
        nodes.append(node)
        return PickleNodeID(nodes.count - 1)
    }

    /// Adds a text of valid UTF-8 that lies in the input.
    @inline(__always)
    mutating func append(textAt position: Int, count: Int, at offset: Int) -> PickleNodeID? {
        guard let node = PackedNode(.text, at: position, count: count) else { return nil }
        return append(node, at: offset)
    }

    /// Adds a tuple of the items of `stack` from `height` on.
    @inline(__always)
    mutating func append(
        tupleOf stack: borrowing PickleStack<PickleValue>, from height: Int, at offset: Int
    ) -> PickleNodeID? {
        guard let node = PackedNode(.tuple, at: values.count, count: stack.count - height) else { return nil }
        stack.withValues(from: height) { items in
            // Shapes mostly have one to four extents: what it costs to copy a run as a whole is more than that.
            if items.count < 3 { for item in items { values.append(item) } } else { values.append(contentsOf: items) }
        }
        return append(node, at: offset)
    }

    /// Adds a persistent ID.
    @inline(__always)
    mutating func append(persistentID payload: PickleValue, at offset: Int) -> PickleNodeID {
        guard let node = PackedNode(.persistentID, at: values.count, mayBeCallable: true) else {
            return append(box(.persistentID(payload)), at: offset)
        }
        values.append(payload)
        return append(node, at: offset)
    }

    /// Adds an object that nothing was done to yet.
    @inline(__always)
    mutating func append(
        calling callable: PickleNodeID, _ arguments: PickleNodeID, _ construction: PickleObject.Construction,
        isMemoized: Bool, at offset: Int
    ) -> PickleNodeID {
        append(PackedNode(calling: callable, arguments, construction, isMemoized: isMemoized), at: offset)
    }

    /// Marks an object as one that the pickle memoizes, where that is not yet known.
    @inline(__always)
    mutating func noteMemoized(_ id: PickleNodeID) {
        let node = nodes[id.index]
        switch node.kind {
        case .object: if !node.isMemoized { nodes[id.index].isMemoized = true }
        case .boxed: noteMemoized(boxAt: node.index)
        default: break
        }
    }

    private mutating func noteMemoized(boxAt position: Int) {
        if case .object(var object) = boxes[position], !object.isMemoized {
            object.isMemoized = true
            boxes[position] = .object(object)
        }
    }

    mutating func noteImport(_ id: PickleNodeID) { imports.append(id) }

    mutating func noteUnmemoizedObject() { hasUnmemoizedObjects = true }

    /// Changes a node in place. The node is out of the arena meanwhile, so that its arrays are not copied.
    mutating func update(_ id: PickleNodeID, _ body: (inout PickleNode) -> Void) {
        let old = nodes[id.index]
        guard old.kind == .boxed else {
            var node = self[id]
            body(&node)
            return replace(id, with: node)
        }
        var node = PickleNode.extensionCode(0)
        swap(&node, &boxes[old.index])
        body(&node)
        swap(&node, &boxes[old.index])
    }
}

extension PickleNode {
    fileprivate var isGlobal: Bool { if case .global = self { true } else { false } }

    fileprivate var isByteString: Bool { if case .byteString = self { true } else { false } }
}
