/// Brings values of one graph into another. What was shared stays shared, also between several values that one
/// import brings over; cycles stay cycles.
package struct PickleImport: Sendable {
    package let source: PickleGraph
    /// For each node of the source the one that stands for it in the target.
    private var images: [PickleNodeID?]

    package init(from source: PickleGraph) {
        self.source = source
        images = Array(repeating: nil, count: source.count)
    }

    /// Lets `image`, a node of the target, stand wherever the source refers to `id`.
    package mutating func substitute(_ id: PickleNodeID, by image: PickleNodeID) { images[id.index] = image }

    /// Adds what `value` reaches to `target` and returns the value's image there.
    /// - Precondition: every call of one import names the same target.
    package mutating func bring(_ value: PickleValue, into target: inout PickleGraph) -> PickleValue {
        guard case .node(let root) = value else { return value }
        var pending = [root]
        var fresh: [(id: PickleNodeID, image: PickleNodeID)] = []
        while let id = pending.popLast() {
            guard images[id.index] == nil else { continue }
            let image = target.append(.extensionCode(0))
            images[id.index] = image
            fresh.append((id, image))
            source.forEachValue(of: id) { if case .node(let child) = $0 { pending.append(child) } }
        }
        for (id, image) in fresh { target.replace(image, with: self.image(of: source[id])) }
        return self.image(of: value)
    }

    /// Whether `id`, a node of the source, was brought over or substituted.
    package func hasImage(of id: PickleNodeID) -> Bool { images[id.index] != nil }

    // MARK: Images

    private func image(of id: PickleNodeID) -> PickleNodeID { images[id.index] ?? id }

    private func image(of value: PickleValue) -> PickleValue {
        if case .node(let id) = value { .node(image(of: id)) } else { value }
    }

    private func image(of entry: PickleEntry) -> PickleEntry {
        PickleEntry(image(of: entry.key), image(of: entry.value))
    }

    private func image(of step: PickleStep) -> PickleStep {
        switch step {
        case .append(let items): .append(items.map { image(of: $0) })
        case .setItems(let entries): .setItems(entries.map { image(of: $0) })
        case .add(let items): .add(items.map { image(of: $0) })
        case .build(let state): .build(image(of: state))
        case .call(let id): .call(image(of: id))
        }
    }

    private func image(of node: PickleNode) -> PickleNode {
        switch node {
        case .tuple(let items): return .tuple(items.map { image(of: $0) })
        case .list(let items): return .list(items.map { image(of: $0) })
        case .set(let items): return .set(items.map { image(of: $0) })
        case .frozenSet(let items): return .frozenSet(items.map { image(of: $0) })
        case .dict(let entries): return .dict(entries.map { image(of: $0) })
        case .persistentID(let payload): return .persistentID(image(of: payload))
        case .object(var object):
            object.callable = image(of: object.callable)
            object.arguments = image(of: object.arguments)
            object.keywords = object.keywords.map { image(of: $0) }
            object.steps = object.steps.map { image(of: $0) }
            return .object(object)
        case .modified(let base, let steps):
            return .modified(base: image(of: base), steps: steps.map { image(of: $0) })
        case .string, .rawString, .byteString, .bytes, .byteArray, .bigInteger, .global, .extensionCode, .buffer:
            return node
        }
    }
}
