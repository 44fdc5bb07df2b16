/// An instance of any other class. It is written back as it was read.
public struct CheckpointObject: Sendable {
    /// The qualified name of its class, or of the function that makes it.
    public let typeName: String
    /// What the class or function is called with.
    public let arguments: [CheckpointValue]
    /// What its state sets, where that is a dictionary; a state of another form is the attribute `__state__`.
    public let attributes: [CheckpointAttribute]
    /// What is appended or added to it (subclasses of `list` and `set`).
    public let elements: [CheckpointValue]
    /// What is set in it (subclasses of `dict`).
    public let entries: [CheckpointDictionary.Entry]

    let node: NodeReference
    /// How many tensors it holds at any depth, each counted as often as a path leads to it.
    public let tensorCount: Int
}

extension CheckpointObject {
    init(typeName: String, arguments: [CheckpointValue] = [], node: NodeReference, tensorCount: Int = 0) {
        self.init(
            typeName: typeName, arguments: arguments, attributes: [], elements: [], entries: [], node: node,
            tensorCount: tensorCount)
    }
}
