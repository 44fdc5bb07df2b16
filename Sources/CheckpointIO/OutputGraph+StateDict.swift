import Pickle
import TensorCore

/// Replacing a state dict at its place.
extension OutputGraph {
    /// Puts `output`'s entries and metadata in the place of its state dict's, which is of the base checkpoint.
    mutating func replaceStateDict(_ output: CheckpointOutput) {
        let container = output.stateDict.container.node.node
        let known = KnownEntries(graph, of: container)
        var entries: [PickleEntry] = []
        entries.reserveCapacity(output.entries.count)
        for entry in output.entries {
            let before = known[entry.key]
            let key = before?.key ?? edit { $0.string(entry.key.text) }
            if case .value(let value) = entry.source, let before, graph.represents(before.value, value) {
                entries.append(PickleEntry(key, before.value))
            } else {
                entries.append(PickleEntry(key, value(of: entry)))
            }
        }
        switch graph[container] {
        case .object(var object):
            object.steps = entries.isEmpty ? [] : [.setItems(entries)]
            if graph.callee(of: object)?.qualifiedName == "collections.OrderedDict" {
                // Python 2 gives the content as arguments.
                if !graph.arguments(of: object).isEmpty { object.arguments = edit { $0.append(.tuple([])) } }
            }
            if let state = state(replacing: output) { object.steps.append(.build(state)) }
            edit { $0.replace(container, with: .object(object)) }
        default: edit { $0.replace(container, with: .dict(entries)) }
        }
    }

    /// The attributes of the state dict with the new `_metadata`, or nil for none.
    private mutating func state(replacing output: CheckpointOutput) -> PickleValue? {
        let container = output.stateDict.container
        var items: [PickleEntry] = []
        var known: [Key: PickleEntry] = [:]
        var stateNode: PickleNodeID?
        if let object = output.stateDict.checkpoint.source.graph.object(.node(container.node.node)) {
            for state in object.states {
                guard case .node(let node) = state, case .dict(let attributes) = graph[node] else { continue }
                stateNode = node
                items += attributes
            }
        }
        let name = items.first { graph.text($0.key) == "_metadata" }
        items.removeAll { graph.text($0.key) == "_metadata" }
        var table: PickleObject?
        var tableNode: PickleNodeID?
        if let name, case .node(let node) = name.value {
            tableNode = node
            table = graph.object(name.value)
            known = KnownEntries(graph, of: node).entries
        }
        if !output.metadata.isEmpty {
            var entries: [PickleEntry] = []
            for row in output.metadata {
                let key = known[Key(row.module)]?.key ?? edit { $0.string(row.module) }
                entries.append(PickleEntry(key, value(row.value)))
            }
            let metadata: PickleNodeID
            if var table, let tableNode {
                table.steps = [.setItems(entries)]
                let object = table
                edit { $0.replace(tableNode, with: .object(object)) }
                metadata = tableNode
            } else {
                metadata = edit { graph in
                    let orderedDict = graph.global(module: "collections", name: "OrderedDict")
                    return graph.object(calling: orderedDict, [], items: entries)
                }
            }
            let key = name?.key ?? edit { $0.string("_metadata") }
            items.append(PickleEntry(key, .node(metadata)))
        }
        guard !items.isEmpty else { return nil }
        guard let stateNode else { return edit { $0.dict(items) } }
        let attributes = items
        edit { $0.replace(stateNode, with: .dict(attributes)) }
        return .node(stateNode)
    }
}

/// A dictionary's entries by their text, so that unchanged keys stay the same strings.
private struct KnownEntries {
    private(set) var entries: [Key: PickleEntry] = [:]

    init(_ graph: PickleGraph, of node: PickleNodeID) {
        for entry in graph.entries(.node(node)) ?? [] {
            if let text = graph.text(entry.key) { entries[Key(text)] = entry }
        }
    }

    subscript(key: Key) -> PickleEntry? { entries[key] }
}

extension PickleGraph {
    /// Whether a value that was read is the one that `node` stands for, as far as single values go.
    fileprivate func represents(_ node: PickleValue, _ value: CheckpointValue) -> Bool {
        switch value {
        case .none: node == .none
        case .bool(let flag): node == .bool(flag)
        case .int(let number): node == .int(Int64(number))
        case .float(let number): node == .float(number)
        case .string(let text): self.text(node)?.utf8.elementsEqual(text.utf8) ?? false
        case .bytes(let bytes): self.bytes(node) == bytes
        case .global(let name): global(node)?.qualifiedName == name
        default: false
        }
    }
}
