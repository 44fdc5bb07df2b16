import Pickle

/// Rebuilds a state dict that was flattened: dictionaries and lists from the paths of their values.
struct StateTree {
    private indirect enum Node {
        case value(PickleValue)
        case dictionary(keys: [String], children: [String: Node])
        case list([Int: Node])
    }

    private var root = Node.dictionary(keys: [], children: [:])

    /// The deepest nesting of containers that is accepted.
    private static let depthLimit = 256
    /// The length that lists must stay below.
    private static let indexLimit = 1 << 24

    /// - Returns: false if another value is in the way.
    mutating func set(_ path: [TorchDistributedMetadata.PathPart], _ value: PickleValue) -> Bool {
        guard path.count <= Self.depthLimit else { return false }
        return Self.set(path[...], value, in: &root)
    }

    private static func set(
        _ path: ArraySlice<TorchDistributedMetadata.PathPart>, _ value: PickleValue, in node: inout Node
    ) -> Bool {
        guard let part = path.first else { return false }
        let rest = path.dropFirst()
        switch (part, node) {
        case (.key(let key), .dictionary(var keys, var children)):
            // The tree is moved out of its place while it changes, which avoids copying it each time.
            node = .value(.none)
            var child = children.removeValue(forKey: key)
            if child == nil { keys.append(key) } else if rest.isEmpty { return false }
            defer { node = .dictionary(keys: keys, children: children) }
            guard set(rest, value, orMaking: &child) else { return false }
            children[key] = child
            return true
        case (.index(let index), .list(var children)):
            guard index < indexLimit else { return false }
            node = .value(.none)
            var child = children.removeValue(forKey: index)
            if child != nil, rest.isEmpty { return false }
            defer { node = .list(children) }
            guard set(rest, value, orMaking: &child) else { return false }
            children[index] = child
            return true
        default: return false
        }
    }

    private static func set(
        _ path: ArraySlice<TorchDistributedMetadata.PathPart>, _ value: PickleValue, orMaking child: inout Node?
    ) -> Bool {
        guard let part = path.first else {
            child = .value(value)
            return true
        }
        var made = child ?? { if case .index = part { .list([:]) } else { .dictionary(keys: [], children: [:]) } }()
        child = nil
        let isSet = set(path, value, in: &made)
        child = made
        return isSet
    }

    /// - Throws: `PieceError` for a list that mostly lacks its elements.
    func value(in composed: inout ComposedGraph) throws(PieceError) -> PickleValue {
        try Self.value(root, in: &composed)
    }

    private static func value(_ node: Node, in composed: inout ComposedGraph) throws(PieceError) -> PickleValue {
        switch node {
        case .value(let value): return value
        case .dictionary(let keys, let children):
            var entries: [PickleEntry] = []
            for key in keys {
                guard let child = children[key] else { continue }
                entries.append(PickleEntry(composed.graph.string(key), try value(child, in: &composed)))
            }
            return composed.graph.dict(entries)
        case .list(let children):
            let count = (children.keys.max() ?? -1) + 1
            // Missing elements are None, as PyTorch fills them in.
            guard count <= 2 * children.count + 64 else {
                throw .description(
                    "planner_data makes a list of \(grouped(count)) with \(grouped(children.count)) elements")
            }
            var elements: [PickleValue] = []
            for index in 0..<count {
                elements.append(
                    try children[index].map { (child) throws(PieceError) in try value(child, in: &composed) } ?? .none)
            }
            return .node(composed.graph.append(.list(elements)))
        }
    }
}
