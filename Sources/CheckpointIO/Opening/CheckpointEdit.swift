import Pickle
import TensorCore

/// Changes to the dictionaries of a checkpoint, as Python would make them on what `torch.load` gives: in place, so
/// that whoever holds a dictionary holds the changed one, and an entry that is set keeps its place.
///
/// ```swift
/// let published = try checkpoint.edited { edit in
///     edit.remove(["optimizer"], from: root)
///     edit.set([("meta", .dictionary([("epoch", .kept(epoch))]))], in: root)
/// }
/// ```
package struct CheckpointEdit: Sendable {
    /// A value to set.
    package indirect enum Item: Sendable {
        /// One that the checkpoint holds.
        case kept(CheckpointValue)
        case text(String)
        /// A new `dict`.
        case dictionary([(name: String, value: Item)])
        case tuple([Item])
    }

    private var output: OutputGraph
    /// Equal new texts are one string, as in a Python module's constants.
    private var texts: [Key: PickleValue] = [:]

    init(_ source: CheckpointSource) { output = OutputGraph(source) }

    var graph: PickleGraph { output.graph }

    /// Removes the entries with these string keys; keys that are not there do no harm.
    /// - Parameter dictionary: of the checkpoint that is edited.
    package mutating func remove(_ names: Set<Key>, from dictionary: CheckpointDictionary) {
        let kept = entries(of: dictionary).filter { entry in
            output.graph.text(entry.key).map { names.contains(Key($0)) } != true
        }
        replace(dictionary, with: kept)
    }

    /// Sets entries with string keys: each in its place, or after the others.
    /// - Parameter dictionary: of the checkpoint that is edited.
    package mutating func set(_ items: [(name: String, value: Item)], in dictionary: CheckpointDictionary) {
        var entries = entries(of: dictionary)
        var positions: [Key: Int] = [:]
        for (position, entry) in entries.enumerated() {
            if let name = output.graph.text(entry.key) { positions[Key(name)] = position }
        }
        for (name, item) in items {
            let value = value(of: item)
            if let position = positions[Key(name)] {
                entries[position].value = value
            } else {
                positions[Key(name)] = entries.count
                entries.append(PickleEntry(text(name), value))
            }
        }
        replace(dictionary, with: entries)
    }

    /// Makes `item` the root of the checkpoint.
    package mutating func setRoot(to item: Item) { output.graph.root = value(of: item) }

    // MARK: Nodes

    private mutating func text(_ text: String) -> PickleValue {
        if let known = texts[Key(text)] { return known }
        let value = output.graph.string(text)
        texts[Key(text)] = value
        return value
    }

    private mutating func value(of item: Item) -> PickleValue {
        switch item {
        case .kept(let value): return output.value(value)
        case .text(let text): return self.text(text)
        case .dictionary(let items):
            return output.graph.dict(items.map { PickleEntry(text($0.name), value(of: $0.value)) })
        case .tuple(let items): return output.graph.tuple(items.map { value(of: $0) })
        }
    }

    /// The entries as the pickle has them, or, where it sets some twice or in a way of its own, made of their values.
    private mutating func entries(of dictionary: CheckpointDictionary) -> [PickleEntry] {
        let written = output.graph.entries(.node(dictionary.node.node)) ?? []
        if isWhole(dictionary) { return written }
        return dictionary.entries.map { PickleEntry(output.value($0.key), output.value($0.value)) }
    }

    /// Whether all entries are those that the node itself or SETITEMS sets. Holds for what was replaced here, too.
    private func isWhole(_ dictionary: CheckpointDictionary) -> Bool {
        guard case .object(let object) = output.graph[dictionary.node.node] else { return true }
        return output.graph.arguments(of: object).count <= argumentCount(object)
    }

    private mutating func replace(_ dictionary: CheckpointDictionary, with entries: [PickleEntry]) {
        let node = dictionary.node.node
        guard case .object(var object) = output.graph[node] else {
            return output.graph.replace(node, with: .dict(entries))
        }
        if !isWhole(dictionary) {
            let kept = output.graph.arguments(of: object).prefix(argumentCount(object))
            object.arguments = output.graph.append(.tuple(Array(kept)))
        }
        let others = object.steps.filter { if case .setItems = $0 { false } else { true } }
        object.steps = (entries.isEmpty ? [] : [.setItems(entries)]) + others
        output.graph.replace(node, with: .object(object))
    }

    /// How many arguments hold no entries: only a defaultdict has one, the factory.
    private func argumentCount(_ object: PickleObject) -> Int {
        output.graph.callee(of: object)?.qualifiedName == "collections.defaultdict" ? 1 : 0
    }
}

extension Checkpoint {
    /// The checkpoint with changed dictionaries. Tensors stay where they are.
    /// - Throws: `CheckpointError` where the result is not a checkpoint any more: values that hold themselves without end.
    package func edited(_ body: (inout CheckpointEdit) throws -> Void) throws -> Checkpoint {
        var edit = CheckpointEdit(source)
        try body(&edit)
        return try Checkpoint(source.replacing(edit.graph))
    }
}
