/// An instance of any other class. It is written back as it was read.
package struct CheckpointObject: Sendable {
    /// The qualified name of its class, or of the function that makes it.
    package let typeName: String
    /// What the class or function is called with.
    package let arguments: [CheckpointValue]
    /// What its state sets, where that is a dictionary; a state of another form is the attribute `__state__`.
    package let attributes: [CheckpointAttribute]
    /// What is appended or added to it (subclasses of `list` and `set`).
    package let elements: [CheckpointValue]
    /// What is set in it (subclasses of `dict`).
    package let entries: [CheckpointDictionary.Entry]

    let node: NodeReference
    /// How many tensors it holds at any depth, each counted as often as a path leads to it.
    package let tensorCount: Int
}

extension CheckpointObject {
    init(typeName: String, arguments: [CheckpointValue] = [], node: NodeReference, tensorCount: Int = 0) {
        self.init(
            typeName: typeName, arguments: arguments, attributes: [], elements: [], entries: [], node: node,
            tensorCount: tensorCount)
    }
}
