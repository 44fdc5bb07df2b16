import ModelGraph
import TensorCore

/// A graph on its way to a plan: rewrites change its nodes, and constants are evaluated.
///
/// The first nodes are the graph's, so its values keep their names; rewrites append others. A node that nothing reads
/// any more is left out of `order`.
struct PlanGraph {
    struct Node {
        var operation: Operation
        var inputs: [Value]
        /// Positions in `Graph.parameters`.
        var weights: [Int]
        let shape: [Int]
        /// The branches whose sum a convolution is; the first has its geometry and weights. Empty for all other nodes.
        var branches: [ConvolutionBranch] = []
    }

    let graph: Graph
    /// Values that must exist in memory: outputs, and what is observed.
    let kept: Set<Value>
    var nodes: [Node]
    /// Values that do not depend on the input, by node.
    private(set) var constants: [Int: DenseTensor<Double>] = [:]

    init(_ graph: Graph, kept: Set<Value>) {
        self.graph = graph
        self.kept = kept
        nodes = graph.nodes.map {
            Node(operation: $0.operation, inputs: $0.inputs, weights: $0.weights, shape: $0.shape)
        }
    }

    subscript(value: Value) -> Node { nodes[value.node] }

    /// The extent of the first input's first axis: how many images. 1 without such an axis.
    var batch: Int { graph.inputs.first?.shape.first ?? 1 }

    /// The operands of a node that is this operation on two values.
    func operands(of node: Int, _ kind: Operation.Binary.Kind) -> (Value, Value)? {
        guard nodes[node].operation == .binary(.init(kind)) else { return nil }
        return (nodes[node].inputs[0], nodes[node].inputs[1])
    }

    func operands(of value: Value, _ kind: Operation.Binary.Kind) -> (Value, Value)? {
        operands(of: value.node, kind)
    }

    /// c of a node that is c · x, or 1 / c of one that is x / c, where c is a number and x its first input.
    func factor(of node: Node) -> Double? {
        switch node.operation {
        case .affine(let affine) where affine.shift == 0: return affine.scale
        case .binary(let binary) where binary.kind == .divide:
            guard case .constant(let divisor) = self[node.inputs[1]].operation, divisor.table.shape.isEmpty else {
                return nil
            }
            return 1 / divisor.table.elements[0]
        default: return nil
        }
    }

    func isConstant(_ value: Value) -> Bool { constants[value.node] != nil }

    /// Has the node compute the same value otherwise.
    mutating func replace(_ value: Value, by operation: Operation, of inputs: [Value]) {
        nodes[value.node].operation = operation
        nodes[value.node].inputs = inputs
        nodes[value.node].weights = []
        nodes[value.node].branches = []
    }

    /// A new value.
    /// - Throws: `ShapeError` if the operation does not take these operands.
    mutating func append(_ operation: Operation, of inputs: [Value]) throws(ShapeError) -> Value {
        let shape = try operation.outputShape(inputs: inputs.map { self[$0].shape })
        nodes.append(Node(operation: operation, inputs: inputs, weights: [], shape: shape))
        return Value(node: nodes.count - 1)
    }

    /// The nodes that matter, each after what it reads; the graph's order where that leaves a choice.
    var order: [Int] {
        var needed = [Bool](repeating: false, count: nodes.count)
        var pending = kept.map(\.node)
        while let node = pending.popLast() {
            guard !needed[node] else { continue }
            needed[node] = true
            if constants[node] == nil { pending += nodes[node].inputs.map(\.node) }
        }
        var order: [Int] = []
        var emitted = [Bool](repeating: false, count: nodes.count)
        for root in nodes.indices where needed[root] {
            var stack = [root]
            while let node = stack.last {
                let open =
                    constants[node] == nil
                    ? nodes[node].inputs.map(\.node).filter { !emitted[$0] } : []
                if open.isEmpty {
                    stack.removeLast()
                    if !emitted[node] { order.append(node) }
                    emitted[node] = true
                } else {
                    stack += open
                }
            }
        }
        return order
    }

    /// For each node the nodes that read it, among those that matter.
    var readers: [[Int]] {
        var readers = [[Int]](repeating: [], count: nodes.count)
        for node in order where constants[node] == nil {
            for input in nodes[node].inputs { readers[input.node].append(node) }
        }
        return readers
    }

    /// Whether each node does not depend on the input: what `foldConstants` evaluates.
    var fixedNodes: [Bool] {
        var fixed = [Bool](repeating: false, count: nodes.count)
        for node in order {
            fixed[node] = nodes[node].operation != .input && nodes[node].inputs.allSatisfy { fixed[$0.node] }
        }
        return fixed
    }

    /// Evaluates, in double precision, whatever does not depend on the input.
    mutating func foldConstants(parameters: any ParameterSource, pool: ThreadPool) throws {
        for node in order where constants[node] == nil {
            let (operation, inputs) = (nodes[node].operation, nodes[node].inputs)
            guard operation != .input, inputs.allSatisfy(isConstant) else { continue }
            constants[node] = try graph.evaluate(
                operation, inputs.compactMap { constants[$0.node] }, weights: nodes[node].weights,
                shape: nodes[node].shape, parameters: parameters, pool: pool)
        }
    }
}
