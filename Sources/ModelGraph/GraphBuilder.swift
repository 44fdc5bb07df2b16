import TensorCore

/// Records a model: the parameters its modules declare, and the operations that run when they are called.
///
/// An architecture is a function of a `Scope`. Constructing a layer declares its parameters, in
/// `state_dict()` order; calling it records a node, in execution order. The two orders may differ, as they do
/// in PyTorch.
package final class GraphBuilder {
    private var nodes: [Node] = []
    private var parameters: [ParameterSpec] = []
    private var positions: [Key: Int] = [:]
    private var modules: [ModuleOutput] = []
    private var foldableBranches: [FoldableBranches] = []
    private let inputs: [GraphInput]

    /// - Parameter inputShape: `[N, C, H, W]` for a model of images.
    package convenience init(inputShape: [Int]) { self.init(inputs: [GraphInput(inputShape)]) }

    /// - Precondition: there is at least one input.
    package init(inputs: [GraphInput]) {
        precondition(!inputs.isEmpty, "a model without input")
        self.inputs = inputs
        nodes.append(Node(operation: .input, inputs: [], weights: [], shape: inputs.packedShape, module: ""))
    }

    /// The graph's input, of the shape `inputs.packedShape`.
    package var input: Value { Value(node: 0) }

    /// The scope of the model itself, with the empty path.
    package var root: Scope { Scope(builder: self, path: "") }

    /// The shape of a recorded value.
    package func shape(of value: Value) -> [Int] { nodes[value.node].shape }

    /// What computes a recorded value.
    package func node(of value: Value) -> Node { nodes[value.node] }

    /// Whether the parameter at `position` has this shape.
    package func isParameter(_ position: Int, _ shape: [Int]) -> Bool { parameters[position].shape == shape }

    /// The record so far, ending in `output`.
    package func finish(_ output: Value) -> Graph { finish([output]) }

    /// The record so far, ending in a tuple.
    /// - Precondition: there is at least one output.
    package func finish(_ outputs: [Value]) -> Graph {
        Graph(
            inputs: inputs, nodes: nodes, parameters: parameters, modules: modules, outputs: outputs,
            foldableBranches: foldableBranches)
    }

    func declare(
        _ signature: TensorSignature, role: ParameterSpec.Role, computed: ComputedTable? = nil,
        sharing first: Int? = nil, isSaved: Bool = true
    ) throws(GraphError) -> Int {
        guard positions[signature.key] == nil else { throw .declaredTwice(signature.key) }
        do { try requireSize(signature.shape) } catch { throw .shape(module: signature.key.modulePath, error) }
        let position = parameters.count
        positions[signature.key] = position
        parameters.append(
            ParameterSpec(
                signature: signature, role: role, computed: computed, firstKey: first.map { parameters[$0].key },
                isSaved: isSaved))
        return position
    }

    func record(
        _ operation: Operation, _ inputs: [Value], weights: [Int], module: String
    ) throws(GraphError) -> Value {
        let shape: [Int]
        do {
            shape = try operation.outputShape(
                inputs: inputs.map { nodes[$0.node].shape }, weights: weights.map { parameters[$0].shape })
        } catch {
            throw .shape(module: module, error)
        }
        nodes.append(Node(operation: operation, inputs: inputs, weights: weights, shape: shape, module: module))
        return Value(node: nodes.count - 1)
    }

    func mark(_ path: String, _ values: [Value], _ kind: ModuleOutput.Kind) {
        modules.append(ModuleOutput(path: path, values: values, kind: kind))
    }

    func mark(_ branches: FoldableBranches) {
        foldableBranches.append(branches)
    }
}
