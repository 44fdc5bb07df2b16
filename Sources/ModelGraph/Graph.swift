import TensorCore

/// The output of a node: a position in `Graph.nodes`.
public struct Value: Sendable, Hashable {
    public let node: Int

    public init(node: Int) { self.node = node }
}

/// One step of a model.
public struct Node: Sendable {
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
    /// What a module returns.
    public enum Kind: Sendable, Hashable {
        case value
        case tuple
        /// Its input: `Identity`, and in evaluation `Dropout` and `DropPath`.
        case unchanged
    }

    /// Dotted path, e.g. `backbone.layer1.0`; "" is the whole model.
    public let path: String
    /// More than one for a module that gives a tuple of so many; never empty.
    public let values: [Value]
    public let kind: Kind

    /// The last one.
    public var value: Value { values[values.count - 1] }

    public init(path: String, values: [Value], kind: Kind = .value) {
        precondition(!values.isEmpty, "a module without output")
        self.kind = kind
        self.path = path
        self.values = values
    }
}

/// A recorded model: nodes in execution order, parameters in `state_dict()` order.
///
/// From this one record come the parameter table, the cost, the reference execution and the fast plan.
public struct Graph: Sendable {
    /// `[N, C, H, W]` for a model of images.
    public let inputShape: [Int]
    public let nodes: [Node]
    public let parameters: [ParameterSpec]
    /// In execution order; a container's entry follows those of the modules inside it. A module that runs several times
    /// has as many entries.
    public let modules: [ModuleOutput]
    /// What the whole model gives: more than one value for a model that gives a tuple; never empty.
    public let outputs: [Value]
    /// In execution order; empty for a model that has no other form to be deployed in.
    public let foldableBranches: [FoldableBranches]

    /// The shapes of what a node works on.
    public func operands(of node: Node) -> Operands {
        Operands(inputs: node.inputs.map { shape(of: $0) }, weights: node.weights.map { parameters[$0].shape })
    }

    /// The last of `outputs`.
    public var output: Value { outputs[outputs.count - 1] }

    /// The shape of any node's output.
    public func shape(of value: Value) -> [Int] { nodes[value.node].shape }
}
