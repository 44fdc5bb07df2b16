import TensorCore

/// Records a model: the parameters its modules declare, and the operations that run when they are called.
///
/// An architecture is a function of a `Scope`. Constructing a layer declares its parameters, in
/// `state_dict()` order; calling it records a node, in execution order. The two orders may differ, as they do
/// in PyTorch.
public final class GraphBuilder {
    private var nodes: [Node] = []
    private var parameters: [ParameterSpec] = []
    private var positions: [Key: Int] = [:]
    private var modules: [ModuleOutput] = []
    private let inputShape: [Int]

    /// - Parameter inputShape: `[N, C, H, W]`.
    public init(inputShape: [Int]) {
        self.inputShape = inputShape
        nodes.append(Node(operation: .input, inputs: [], weights: [], shape: inputShape, module: ""))
    }

    /// The graph's input, `inputShape`.
    public var input: Value { Value(node: 0) }

    /// The scope of the model itself, with the empty path.
    public var root: Scope { Scope(builder: self, path: "") }

    public func shape(of value: Value) -> [Int] { nodes[value.node].shape }

    /// The record so far, ending in `output`.
    public func finish(_ output: Value) -> Graph {
        Graph(inputShape: inputShape, nodes: nodes, parameters: parameters, modules: modules, output: output)
    }

    func declare(_ signature: TensorSignature, role: ParameterSpec.Role) throws(GraphError) -> Int {
        guard positions[signature.key] == nil else { throw .declaredTwice(signature.key) }
        let position = parameters.count
        positions[signature.key] = position
        parameters.append(ParameterSpec(signature: signature, role: role))
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

    func mark(_ path: String, _ value: Value) {
        modules.append(ModuleOutput(path: path, value: value))
    }
}

/// A place in the module tree: a dotted path under which layers declare parameters and record operations.
public struct Scope {
    let builder: GraphBuilder
    /// Dotted path of the module, "" for the model itself.
    public let path: String

    /// The scope of a child module.
    public func callAsFunction(_ name: String) -> Scope {
        Scope(builder: builder, path: path.isEmpty ? name : path + "." + name)
    }

    /// The scope of the child module `index` of a sequence.
    public func callAsFunction(_ index: Int) -> Scope { self(String(index)) }

    /// Declares a parameter or buffer of this module and returns its position in `Graph.parameters`.
    /// - Throws: `GraphError.declaredTwice` if the module already has one of that name.
    public func declare(
        _ name: String, _ shape: [Int], dtype: DType = .float32, role: ParameterSpec.Role = .parameter
    ) throws(GraphError) -> Int {
        let key = Key(path.isEmpty ? name : path + "." + name)
        return try builder.declare(TensorSignature(key: key, dtype: dtype, shape: shape), role: role)
    }

    /// Records an operation of this module.
    /// - Parameter weights: positions from `declare`, in the order that `operation` states.
    /// - Throws: `GraphError.shape` if the operation does not accept these shapes.
    public func record(
        _ operation: Operation, _ inputs: Value..., weights: [Int] = []
    ) throws(GraphError) -> Value {
        try builder.record(operation, inputs, weights: weights, module: path)
    }

    /// States that `value` is the output of this module, and returns it.
    @discardableResult
    public func output(_ value: Value) -> Value {
        builder.mark(path, value)
        return value
    }

    /// The shape of a recorded value.
    public func shape(of value: Value) -> [Int] { builder.shape(of: value) }
}

/// A model definition that does not fit together.
public enum GraphError: Error, Equatable, Sendable, CustomStringConvertible {
    case declaredTwice(Key)
    case shape(module: String, ShapeError)
    case unknownModule(String)

    public var description: String {
        switch self {
        case .declaredTwice(let key): "'\(key)' is declared twice"
        case .shape(let module, let error): "\(module): \(error)"
        case .unknownModule(let path): "the model has no module '\(path)'"
        }
    }
}
