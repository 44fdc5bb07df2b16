/// Tuples, lists, dicts and sets, and the objects that take items like them.
extension PickleMachine {
    /// TUPLE1, TUPLE2 and TUPLE3.
    @inline(__always)
    mutating func pushTuple(_ count: Int, _ bytes: UnsafeRawBufferPointer) throws(PickleError) {
        try requireStack(count)
        try pushTuple(from: stack.count - count, bytes)
    }

    /// Makes a tuple of the values from `height` on.
    @inline(__always)
    mutating func pushTuple(from height: Int, _ bytes: UnsafeRawBufferPointer) throws(PickleError) {
        try requireRoom()
        guard let id = graph.append(tupleOf: stack, from: height, at: opcodeOffset) else {
            return try push(.tuple(take(from: height)))
        }
        stack.cut(to: height)
        pushMade(id, bytes)
    }

    mutating func pushEmptyTuple() throws(PickleError) {
        let id: PickleNodeID
        if let emptyTuple { id = emptyTuple } else { id = try make(.tuple([])) }
        emptyTuple = id
        stack.append(.node(id))
    }

    mutating func append(_ items: [PickleValue]) throws(PickleError) {
        try mutate("a list or an object", .append(items)) { node in
            guard case .list(var list) = node else { return false }
            node = .list([])
            list.append(contentsOf: items)
            node = .list(list)
            return true
        }
    }

    mutating func setItem() throws(PickleError) {
        try requireStack(2)
        let value = stack.removeLast()
        let key = stack.removeLast()
        try setItems([PickleEntry(key, value)])
    }

    /// DICT, SETITEM and SETITEMS: Python hashes each key.
    mutating func checkKeys(_ entries: [PickleEntry]) throws(PickleError) {
        if isLenient { return }
        for entry in entries { try checkHashable(entry.key, "a key that can be hashed") }
    }

    /// ADDITEMS and FROZENSET.
    mutating func checkMembers(_ items: [PickleValue]) throws(PickleError) {
        if isLenient { return }
        for item in items { try checkHashable(item, "elements that can be hashed") }
    }

    private mutating func checkHashable(_ value: PickleValue, _ needed: String) throws(PickleError) {
        guard let type = graph.unhashableType(value, &hashableTuples) else { return }
        throw .wrongType(opcode, offset: opcodeOffset, needed: needed, found: type)
    }

    mutating func setItems(_ entries: [PickleEntry]) throws(PickleError) {
        try checkKeys(entries)
        try mutate("a dict or an object", .setItems(entries)) { node in
            guard case .dict(var dict) = node else { return false }
            node = .dict([])
            dict.append(contentsOf: entries)
            node = .dict(dict)
            return true
        }
    }

    mutating func addItems(_ items: [PickleValue]) throws(PickleError) {
        try checkMembers(items)
        try mutate("a set or an object", .add(items)) { node in
            guard case .set(var set) = node else { return false }
            node = .set([])
            set.append(contentsOf: items)
            node = .set(set)
            return true
        }
    }

    /// BUILD. A state of None has no effect on anything, as in CPython: also not on values that take no state.
    mutating func build() throws(PickleError) {
        let state = try pop()
        if state == .none, try !takesSteps(top()) { return }
        try mutate("an object", .build(state)) { _ in false }
    }

    /// Whether what happens to the value is recorded: it is not one whose type the pickle tells.
    private func takesSteps(_ value: PickleValue) -> Bool {
        guard case .node(let id) = value, !graph.isUnchangeable(id) else { return false }
        switch graph[id] {
        case .object, .modified, .global, .persistentID, .extensionCode, .buffer: return true
        default: return false
        }
    }

    /// Applies a mutation to the value on top: by `body` if that knows the node, else by recording `step` on
    /// something whose type the pickle does not tell.
    private mutating func mutate(
        _ needed: String, _ step: PickleStep, by body: (inout PickleNode) -> Bool
    ) throws(PickleError) {
        let target = try top()
        // What cannot be changed is not taken out of the graph to find that out.
        guard case .node(let id) = target, !graph.isUnchangeable(id) else {
            if isLenient { return }
            throw wrongType(needed, target)
        }
        var isDone = false
        graph.update(id) { isDone = body(&$0) }
        if isDone { return }
        try record(step, on: id, needed)
    }

    private mutating func record(_ step: PickleStep, on id: PickleNodeID, _ needed: String) throws(PickleError) {
        switch graph[id] {
        case .object, .modified: break
        case .global, .persistentID, .extensionCode, .buffer:
            let base = try make(graph[id])
            graph.replace(id, with: .modified(base: base, steps: []))
        default:
            if isLenient { return }
            throw wrongType(needed, .node(id))
        }
        graph.update(id) { $0.add(step) }
    }

    /// Keeps the effect of a value that POP drops. A reducer's state setter is a call whose first argument is
    /// the object beneath, made only to change it.
    mutating func keepEffect(of dropped: PickleValue) {
        guard case .node(let call) = dropped, case .object(let object) = graph[call], object.construction == .reduce,
            case .node(let target)? = stack.last, !graph.isUnchangeable(target),
            graph.items(ofTuple: object.arguments)?.first == .node(target)
        else { return }
        graph.update(target) { $0.add(.call(call)) }
    }
}

extension PickleNode {
    /// Appends a step to an object or modified node, joining it with the last one of its kind; leaves other
    /// nodes alone.
    mutating func add(_ step: PickleStep) {
        // What is taken out leaves a placeholder behind, so that its arrays have one owner and grow in place.
        if case .object(var object) = self {
            self = .extensionCode(0)
            object.steps.add(step)
            self = .object(object)
        } else if case .modified(let base, var steps) = self {
            self = .extensionCode(0)
            steps.add(step)
            self = .modified(base: base, steps: steps)
        }
    }
}

extension [PickleStep] {
    fileprivate mutating func add(_ step: PickleStep) {
        let last = count - 1
        guard last >= 0 else { return append(step) }
        if case .append(let more) = step, case .append(var items) = self[last] {
            self[last] = .append([])
            items.append(contentsOf: more)
            self[last] = .append(items)
        } else if case .setItems(let more) = step, case .setItems(var entries) = self[last] {
            self[last] = .setItems([])
            entries.append(contentsOf: more)
            self[last] = .setItems(entries)
        } else if case .add(let more) = step, case .add(var items) = self[last] {
            self[last] = .add([])
            items.append(contentsOf: more)
            self[last] = .add(items)
        } else {
            append(step)
        }
    }
}
