/// An ordered mapping: `dict`, `collections.OrderedDict`, `collections.defaultdict`, `collections.Counter`.
package struct CheckpointDictionary: Sendable {
    package struct Entry: Sendable {
        /// Any hashable value; mostly a string.
        package let key: CheckpointValue
        package let value: CheckpointValue

        /// The key as a part of a path: a string as it is, anything else as Python's `repr`.
        package var name: String { key.pathPart }
    }

    /// The qualified name: `dict`, `collections.OrderedDict` …
    package let typeName: String
    /// In file order; a key that is set twice stands at its first place with its last value, as in Python.
    package let entries: [Entry]
    /// What is set on the object itself, such as a state dict's `_metadata`.
    package let attributes: [CheckpointAttribute]

    let node: NodeReference
    /// How many tensors it holds at any depth, each counted as often as a path leads to it.
    package let tensorCount: Int

    /// The value of a string key. Looks through all entries.
    package subscript(key: String) -> CheckpointValue? {
        // By index: an entry that is taken out of the array to look at its key costs a reference count or two.
        entries.indices.first { entries[$0].key.isString(key) }.map { entries[$0].value }
    }

    /// Whether all that the dictionary holds is tensors under texts.
    var isFlat: Bool {
        guard tensorCount == entries.count else { return false }
        return entries.indices.allSatisfy { index in
            guard case .string = entries[index].key, case .tensor = entries[index].value else { return false }
            return true
        }
    }

    /// What was set on it under the name; the first where there are several.
    package func attribute(_ name: String) -> CheckpointValue? {
        attributes.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}

/// What is set on an object by name.
package struct CheckpointAttribute: Sendable {
    package let name: String
    package let value: CheckpointValue
}
