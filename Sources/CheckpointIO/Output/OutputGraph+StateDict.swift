import Pickle
import TensorCore

/// Replacing a state dict at its place.
extension OutputGraph {
    /// Puts `output`'s entries and metadata in the place of its state dict's, which is of the base checkpoint.
    mutating func replaceStateDict(_ output: CheckpointOutput) {
        let container = output.stateDict.container.node.node
        let known = KnownEntries(graph, of: .node(container))
        // Keys that are not strings, by the text that they appear as.
        var otherKeys: [Key: PickleValue] = [:]
        for entry in output.stateDict.container.entries {
            switch entry.key {
            case .string: continue
            case .bytes(let bytes):
                let before = graph.entries(.node(container))?.first { graph.bytes($0.key) == bytes }
                otherKeys[Key(entry.name)] = before?.key ?? value(entry.key)
            default: otherKeys[Key(entry.name)] = value(entry.key)
            }
        }
        var entries: [PickleEntry] = []
        entries.reserveCapacity(output.entries.count)
        for entry in output.entries {
            let before = known[entry.key]
            let key = before?.key ?? otherKeys[entry.key] ?? graph.string(entry.key.text)
            if case .value(let value) = entry.source, let before, graph.represents(before.value, value) {
                entries.append(PickleEntry(key, before.value))
            } else {
                entries.append(PickleEntry(key, value(of: entry)))
            }
        }
        guard case .object(var object) = graph[container] else {
            return graph.replace(container, with: .dict(entries))
        }
        let state = state(of: object, with: output.metadata)
        object.steps = entries.isEmpty ? [] : [.setItems(entries)]
        if let state { object.steps.append(.build(state)) }
        // What the old entries may stand in: only a defaultdict needs its argument, the factory.
        let keeps = graph.callee(of: object)?.qualifiedName == "collections.defaultdict" ? 1 : 0
        let arguments = graph.arguments(of: object)
        if arguments.count > keeps { object.arguments = graph.append(.tuple(Array(arguments.prefix(keeps)))) }
        graph.replace(container, with: .object(object))
    }

    /// The attributes of `object` with `metadata` for its `_metadata`, or nil for none.
    private mutating func state(of object: PickleObject, with metadata: [StateDict.Metadata]) -> PickleValue? {
        let states = object.states.filter { if case .dict = graph[$0] { true } else { false } }
        var attributes = states.flatMap { graph.entries($0) ?? [] }
        let position = attributes.firstIndex { graph.text($0.key) == "_metadata" }
        let before = position.map { attributes[$0] }
        if metadata.isEmpty {
            if let position { attributes.remove(at: position) }
        } else {
            let table = table(of: metadata, replacing: before?.value)
            let entry = PickleEntry(before?.key ?? graph.string("_metadata"), table)
            if let position { attributes[position] = entry } else { attributes.append(entry) }
        }
        guard !attributes.isEmpty else { return nil }
        guard case .node(let node)? = states.last else { return graph.dict(attributes) }
        graph.replace(node, with: .dict(attributes))
        return .node(node)
    }

    /// An OrderedDict of module paths: the old one with other items, or a new one.
    private mutating func table(of metadata: [StateDict.Metadata], replacing old: PickleValue?) -> PickleValue {
        let known = old.map { KnownEntries(graph, of: $0) }
        var entries: [PickleEntry] = []
        for row in metadata {
            let key = known?[Key(row.module)]?.key ?? graph.string(row.module)
            entries.append(PickleEntry(key, value(row.value)))
        }
        if let old, case .node(let node) = old, case .object(var object) = graph[node] {
            object.steps = [.setItems(entries)]
            graph.replace(node, with: .object(object))
            return old
        }
        let orderedDict = graph.global(module: "collections", name: "OrderedDict")
        return .node(graph.object(calling: orderedDict, [], items: entries))
    }
}

/// A dictionary's entries by their text, so that unchanged keys stay the same strings.
private struct KnownEntries {
    private var entries: [Key: PickleEntry] = [:]

    init(_ graph: PickleGraph, of value: PickleValue) {
        for entry in graph.entries(value) ?? [] {
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
