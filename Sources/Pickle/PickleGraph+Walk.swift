/// Walks over what a value reaches. None of them recurses, so that deep nesting costs memory, not the stack.
extension PickleGraph {
    /// The persistent IDs that `root` reaches, in the order in which a pickler meets them: the order in which
    /// `torch.save` numbers storages. Each node comes once; two nodes may have equal payloads.
    package func persistentIDs() -> [PickleNodeID] {
        reachable(from: root).filter { payload(ofPersistentID: $0) != nil }
    }

    /// Every global that `root` reaches, in the order of writing, each node once.
    package func globals() -> [PickleNodeID] {
        reachable(from: root).filter { if case .global = self[$0] { true } else { false } }
    }

    /// The nodes that `value` reaches, each once, parents before children and in the order in which a pickler
    /// begins to write them.
    package func reachable(from value: PickleValue) -> [PickleNodeID] {
        var isKnown = [Bool](repeating: false, count: count)
        var order: [PickleNodeID] = []
        var pending: [PickleValue] = [value]
        while let value = pending.popLast() {
            guard case .node(let id) = value, !isKnown[id.index] else { continue }
            isKnown[id.index] = true
            order.append(id)
            let first = pending.count
            forEachValue(of: id) { pending.append($0) }
            pending[first...].reverse()
        }
        return order
    }

    /// For each node how many references to it a pickler meets: those that reachable nodes hold, and the root's.
    func referenceCounts() -> [Int32] {
        var counts = [Int32](repeating: 0, count: count)
        func add(_ value: PickleValue) {
            if case .node(let id) = value, counts[id.index] < .max { counts[id.index] += 1 }
        }
        add(root)
        for id in reachable(from: root) { forEachValue(of: id, add) }
        return counts
    }
}

extension PickleNode {
    /// Calls `body` with each value that the node holds, in the order in which a pickler writes them.
    package func forEachValue(_ body: (PickleValue) -> Void) {
        switch self {
        case .tuple(let items), .list(let items), .set(let items), .frozenSet(let items): items.forEach(body)
        case .dict(let entries): entries.forEachValue(body)
        case .persistentID(let payload): body(payload)
        case .object(let object):
            body(.node(object.callable))
            body(.node(object.arguments))
            if let keywords = object.keywords { body(.node(keywords)) }
            for step in object.steps { step.forEachValue(body) }
        case .modified(let base, let steps):
            body(.node(base))
            for step in steps { step.forEachValue(body) }
        case .string, .rawString, .byteString, .bytes, .byteArray, .bigInteger, .global, .extensionCode, .buffer:
            break
        }
    }
}

extension PickleStep {
    package func forEachValue(_ body: (PickleValue) -> Void) {
        switch self {
        case .append(let items), .add(let items): items.forEach(body)
        case .setItems(let entries): entries.forEachValue(body)
        case .build(let state): body(state)
        case .call(let id): body(.node(id))
        }
    }
}

extension [PickleEntry] {
    fileprivate func forEachValue(_ body: (PickleValue) -> Void) {
        for entry in self {
            body(entry.key)
            body(entry.value)
        }
    }
}
