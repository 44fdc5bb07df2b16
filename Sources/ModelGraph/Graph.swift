import TensorCore

/// The output of a node: a position in `Graph.nodes`.
public struct Value: Sendable, Hashable {
    public let node: Int

    public init(node: Int) { self.node = node }
}

/// One step of a model.
public struct Node: Sendable, Hashable {
    public let operation: Operation
    public let inputs: [Value]
    /// Positions in `Graph.parameters`, in the order that `operation` states.
    public let weights: [Int]
    /// The shape of the output.
    public let shape: [Int]
    /// The dotted path of the module that this node belongs to, e.g. `backbone.layer1.0.conv1`.
    public let module: String
}

/// A module whose output has a name: what a forward hook on it would see in PyTorch.
public struct ModuleOutput: Sendable, Hashable {
    /// Dotted path, e.g. `backbone.layer1.0`; "" is the whole model.
    public let path: String
    public let value: Value
}

/// A recorded model: nodes in execution order, parameters in `state_dict()` order.
///
/// From this one record come the parameter table, the cost, the reference execution and the fast plan.
public struct Graph: Sendable {
    /// [N, C, H, W].
    public let inputShape: [Int]
    public let nodes: [Node]
    public let parameters: [ParameterSpec]
    /// In execution order; a container's entry follows those of the modules inside it.
    public let modules: [ModuleOutput]
    /// What the whole model gives.
    public let output: Value
    /// In execution order; empty for a model that has no other form to be deployed in.
    public let foldableBranches: [FoldableBranches]

    /// The shape of any node's output.
    public func shape(of value: Value) -> [Int] { nodes[value.node].shape }
}
