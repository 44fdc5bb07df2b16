/// `list`, `tuple`, `set`, `frozenset`, `collections.deque`, `torch.Size`.
package struct CheckpointSequence: Sendable {
    /// The qualified name: `list`, `tuple` …
    package let typeName: String
    package let elements: [CheckpointValue]

    let node: NodeReference
    /// How many tensors it holds at any depth, each counted as often as a path leads to it.
    package let tensorCount: Int

    /// The same sequence with other elements.
    /// - Parameter elements: as many as it has now.
    package func replacing(_ elements: [CheckpointValue]) -> CheckpointSequence {
        CheckpointSequence(typeName: typeName, elements: elements, node: node, tensorCount: tensorCount)
    }
}
