/// The stack, its marks and the memo.
extension PickleMachine {
    /// Adds a node to the graph and pushes it.
    @inline(__always)
    mutating func push(_ node: PickleNode) throws(PickleError) {
        stack.append(.node(try make(node)))
    }

    @inline(__always)
    mutating func make(_ node: PickleNode) throws(PickleError) -> PickleNodeID {
        try requireRoom()
        return graph.append(node, at: opcodeOffset)
    }

    /// Checks that the graph may have one more node.
    @inline(__always)
    func requireRoom() throws(PickleError) {
        if graph.count >= limits.nodes { throw limit(of: "objects", limits.nodes) }
    }

    func limit(of what: String, _ limit: Int) -> PickleError {
        .limit(opcode, offset: opcodeOffset, of: what, limit: limit)
    }

    @inline(__always)
    func requireStack(_ count: Int) throws(PickleError) {
        if stack.count - fence < count { throw underflow(needed: count) }
    }

    private func underflow(needed count: Int) -> PickleError {
        .stackUnderflow(opcode, offset: opcodeOffset, needed: count, found: stack.count - fence)
    }

    @inline(__always)
    mutating func pop() throws(PickleError) -> PickleValue {
        try requireStack(1)
        return stack.removeLast()
    }

    func top() throws(PickleError) -> PickleValue {
        try requireStack(1)
        return stack[stack.count - 1]
    }

    // MARK: Marks

    mutating func pushMark() {
        fence = stack.count
        marks.append(fence)
    }

    @inline(__always)
    mutating func popMark() throws(PickleError) -> Int {
        guard marks.count > 0 else { throw noMark }
        let height = marks.removeLast()
        fence = marks.last ?? 0
        return height
    }

    private var noMark: PickleError { .noMark(opcode, offset: opcodeOffset) }

    /// Takes the values above the last mark, and the mark.
    mutating func takeFromMark() throws(PickleError) -> [PickleValue] {
        take(from: try popMark())
    }

    /// Takes the values from `height` on.
    @inline(__always)
    mutating func take(from height: Int) -> [PickleValue] {
        let items = stack.withValues(from: height) { Array($0) }
        stack.cut(to: height)
        return items
    }

    mutating func takeEntriesFromMark() throws(PickleError) -> [PickleEntry] {
        let height = try popMark()
        let count = stack.count - height
        guard count.isMultiple(of: 2) else { throw .oddItemCount(opcode, offset: opcodeOffset, found: count) }
        var entries: [PickleEntry] = []
        entries.reserveCapacity(count / 2)
        for index in stride(from: height, to: stack.count, by: 2) {
            entries.append(PickleEntry(stack[index], stack[index + 1]))
        }
        stack.cut(to: height)
        return entries
    }

    /// POP: takes the value on top, or the mark if that is on top.
    mutating func popOrUnmark() throws(PickleError) {
        if stack.count > fence {
            keepEffect(of: stack.removeLast())
        } else if marks.count == 0 {
            throw .stackUnderflow(opcode, offset: opcodeOffset, needed: 1, found: 0)
        } else {
            _ = try popMark()
        }
    }

    // MARK: Memo

    @inline(__always)
    mutating func memoize(_ index: Int) throws(PickleError) {
        let value = try top()
        memo.set(index, to: value)
        if case .node(let id) = value { graph.noteMemoized(id) }
    }

    @inline(__always)
    mutating func fetch(_ index: Int) throws(PickleError) {
        guard let value = memo[index] else { throw emptyMemo(index) }
        stack.append(value)
    }

    private func emptyMemo(_ index: Int) -> PickleError {
        .emptyMemo(opcode, offset: opcodeOffset, index: index)
    }

    /// Pushes a node that was just made, and executes the LONG_BINPUT that nearly always follows it.
    /// - Precondition: the node is known as memoized if that opcode follows, or is of a kind that does not tell.
    @inline(__always)
    mutating func pushMade(_ id: PickleNodeID, _ bytes: UnsafeRawBufferPointer) {
        stack.append(.node(id))
        guard readableEnd - position >= 5, bytes[position] == PickleOpcode.longBinput.rawValue else { return }
        let index = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 1, as: UInt32.self))
        memo.set(Int(index), to: .node(id))
        position += 5
    }

    // MARK: Types

    func typeName(_ value: PickleValue) -> String {
        switch value {
        case .none: "None"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .node(let id): graph[id].typeName
        }
    }

    func wrongType(_ needed: String, _ found: PickleValue) -> PickleError {
        .wrongType(opcode, offset: opcodeOffset, needed: needed, found: typeName(found))
    }
}
