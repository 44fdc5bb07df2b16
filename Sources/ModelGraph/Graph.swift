import TensorCore

/// The output of a node: a position in `Graph.nodes`.
package struct Value: Sendable, Hashable {
    package let node: Int

    package init(node: Int) { self.node = node }
}

/// One step of a model.
package struct Node: Sendable {
    package let operation: Operation
    package let inputs: [Value]
    /// Positions in `Graph.parameters`, in the order that `operation` states.
    package let weights: [Int]
    /// The shape of the output.
    package let shape: [Int]
    /// The dotted path of the module that this node belongs to, e.g. `backbone.layer1.0.conv1`.
    package let module: String
}

/// A module whose output has a name: what a forward hook on it would see in PyTorch.
package struct ModuleOutput: Sendable, Hashable {
    /// What a module returns.
    package enum Kind: Sendable, Hashable {
        case value
        case tuple
        /// Its input: `Identity`, and in evaluation `Dropout` and `DropPath`.
        case unchanged
    }

    /// Dotted path, e.g. `backbone.layer1.0`; "" is the whole model.
    package let path: String
    /// More than one for a module that gives a tuple of so many; never empty.
    package let values: [Value]
    package let kind: Kind

    /// The last one.
    package var value: Value { values[values.count - 1] }

    package init(path: String, values: [Value], kind: Kind = .value) {
        precondition(!values.isEmpty, "a module without output")
        self.kind = kind
        self.path = path
        self.values = values
    }
}

/// One tensor that a model takes.
package struct GraphInput: Sendable, Hashable {
    package let shape: [Int]
    /// Whether it is of integers or truths, which no rounding moves.
    package let isDiscrete: Bool

    package init(_ shape: [Int], isDiscrete: Bool = false) {
        self.shape = shape
        self.isDiscrete = isDiscrete
    }

    package var count: Int { shape.productSaturated }
}

extension [GraphInput] {
    /// The shape of the one tensor that a run is given: of a single input its own; of several `[elements]`, those of the
    /// inputs one after the other.
    package var packedShape: [Int] {
        count == 1 ? self[0].shape : [reduce(0) { $0.addingSaturated($1.count) }]
    }

    /// Where the elements of each input are in that tensor.
    /// - Precondition: the shapes are those of tensors.
    package var ranges: [Range<Int>] {
        var end = 0
        return map { input in
            defer { end += input.count }
            return end..<end + input.count
        }
    }
}

/// A recorded model: nodes in execution order, parameters in `state_dict()` order.
///
/// From this one record come the parameter table, the cost, the reference execution and the fast plan.
package struct Graph: Sendable {
    /// What the model takes, in order; never empty.
    package let inputs: [GraphInput]
    package let nodes: [Node]
    package let parameters: [ParameterSpec]
    /// In execution order; a container's entry follows those of the modules inside it. A module that runs several times
    /// has as many entries.
    package let modules: [ModuleOutput]
    /// What the whole model gives: more than one value for a model that gives a tuple; never empty.
    package let outputs: [Value]
    /// In execution order; empty for a model that has no other form to be deployed in.
    package let foldableBranches: [FoldableBranches]

    /// The shapes of what a node works on.
    package func operands(of node: Node) -> Operands {
        Operands(inputs: node.inputs.map { shape(of: $0) }, weights: node.weights.map { parameters[$0].shape })
    }

    /// The shape of what a run is given: `[N, C, H, W]` for a model of images, `inputs.packedShape` for any.
    package var inputShape: [Int] { inputs.packedShape }

    /// The last of `outputs`.
    package var output: Value { outputs[outputs.count - 1] }

    /// The shape of any node's output.
    package func shape(of value: Value) -> [Int] { nodes[value.node].shape }
}
