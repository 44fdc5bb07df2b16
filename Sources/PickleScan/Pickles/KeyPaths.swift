import Pickle

/// The shortest path from the root of a pickle to each value, by dictionary keys, positions and attributes.
struct KeyPaths {
    private let graph: PickleGraph
    /// For each node that was reached, the node that holds it and the step from there.
    private var parents: [PickleNodeID: (holder: PickleNodeID, step: Step)] = [:]
    /// The objects that call each global.
    private var users: [PickleNodeID: [PickleNodeID]] = [:]
    /// Arguments that were visited: any number of calls may have the same.
    private var arguments: Set<PickleNodeID> = []

    private enum Step {
        case key(PickleValue)
        case index(Int)
        /// A part of an object that has no name: what it calls, its arguments.
        case inside
    }

    /// Limits: steps of a path that are written, bytes of a key, uses of a global that are listed.
    private static let (maximumSteps, maximumKey, maximumUses) = (40, 80, 200)
    /// How many values are visited; those beyond have no path.
    private static let maximumNodes = 1 << 20

    init(_ graph: PickleGraph) {
        self.graph = graph
        guard case .node(let root) = graph.root else { return }
        var pending = [root]
        parents[root] = (root, .inside)
        var position = 0
        while position < pending.count, pending.count < Self.maximumNodes {
            let holder = pending[position]
            position += 1
            let isNew =
                if case .object(let object) = graph[holder] { arguments.insert(object.arguments).inserted } else {
                    true
                }
            forEachStep(of: holder, withArguments: isNew) { value, step in
                guard case .node(let child) = value else { return }
                if case .inside = step, case .global = graph[child] {
                    if users[child, default: []].count < Self.maximumUses { users[child, default: []].append(holder) }
                }
                guard parents[child] == nil else { return }
                parents[child] = (holder, step)
                pending.append(child)
            }
        }
    }

    /// The paths of the objects that a global makes, or its own path where nothing calls it.
    func uses(of id: PickleNodeID) -> [String] {
        if let users = users[id], !users.isEmpty { return users.map(path) }
        return [path(id)]
    }

    func path(_ id: PickleNodeID) -> String {
        var steps: [String] = []
        var (node, isCut) = (id, false)
        while let (holder, step) = parents[node], holder != node {
            if steps.count == Self.maximumSteps {
                isCut = true
                break
            }
            switch step {
            case .key(let key): steps.append(name(key))
            case .index(let index): steps.append("[\(index)]")
            case .inside: break
            }
            node = holder
        }
        var text = isCut ? "…" : ""
        for step in steps.reversed() {
            text += text.isEmpty || step.utf8.first == UInt8(ascii: "[") ? step : "." + step
        }
        return text
    }

    private func name(_ key: PickleValue) -> String {
        if let text = graph.text(key) {
            return text.utf8.count > Self.maximumKey ? String(text.prefix(Self.maximumKey)) + "…" : text
        }
        return "[" + PickleDescription(depth: 2, length: Self.maximumKey).text(key, in: graph) + "]"
    }

    private func forEachStep(
        of id: PickleNodeID, withArguments hasArguments: Bool, _ body: (PickleValue, Step) -> Void
    ) {
        func each(_ items: [PickleValue]) { for (index, item) in items.enumerated() { body(item, .index(index)) } }
        func each(_ entries: [PickleEntry]) {
            for entry in entries {
                body(entry.key, .inside)
                body(entry.value, .key(entry.key))
            }
        }
        switch graph[id] {
        case .tuple(let items), .list(let items), .set(let items), .frozenSet(let items): each(items)
        case .dict(let entries): each(entries)
        case .persistentID(let payload): body(payload, .inside)
        case .object(let object):
            body(.node(object.callable), .inside)
            body(.node(object.arguments), .inside)
            if hasArguments { for argument in graph.arguments(of: object) { body(argument, .inside) } }
            if let keywords = object.keywords { body(.node(keywords), .inside) }
            for step in object.steps { eachValue(of: step, each, each, body) }
        case .modified(let base, let steps):
            body(.node(base), .inside)
            for step in steps { eachValue(of: step, each, each, body) }
        default: break
        }
    }

    private func eachValue(
        of step: PickleStep, _ items: ([PickleValue]) -> Void, _ entries: ([PickleEntry]) -> Void,
        _ body: (PickleValue, Step) -> Void
    ) {
        switch step {
        case .append(let values), .add(let values): items(values)
        case .setItems(let values): entries(values)
        case .build(let state): body(state, .inside)
        case .call(let id): body(.node(id), .inside)
        }
    }
}
