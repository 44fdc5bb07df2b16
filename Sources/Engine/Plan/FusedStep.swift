import ModelGraph

/// What is computed at the end of an operation's kernel, on what it gives.
enum Epilogue: Equatable {
    /// A batch normalisation: its weights, positions in `Graph.parameters`.
    case batchNorm(Operation.BatchNorm, weights: [Int])
    /// The product with a constant that is the same at all places but along one axis, counted from the end: −1 is the
    /// last.
    case scale(Value, axis: Int)
    /// The sum with a value of the same shape.
    case add(Value)
    case activation(Activation)
}

extension Epilogue {
    /// Whether a kernel that ends in scale, sum and activation, the last two in either order, computes this after
    /// `others`.
    func follows(_ others: [Epilogue]) -> Bool {
        switch self {
        case .batchNorm, .scale: others.allSatisfy(\.folds)
        // The kernels clamp last.
        case .add: others.allSatisfy { $0.folds || ($0.activation.map { $0.bounds == nil } ?? false) }
        case .activation: others.allSatisfy { $0.activation == nil }
        }
    }

    /// Whether it becomes part of the weights.
    var folds: Bool {
        switch self {
        case .batchNorm, .scale: true
        case .add, .activation: false
        }
    }

    var activation: Activation? {
        if case .activation(let activation) = self { activation } else { nil }
    }
}

/// An operation with its epilogues: what becomes one step of a plan, mostly.
struct FusedStep {
    let operation: Operation
    /// What the operation reads; values of epilogues are not among them.
    let inputs: [Value]
    /// Positions in `Graph.parameters`.
    let weights: [Int]
    /// The branches whose sum a convolution is; the first has its geometry and weights. Empty for all other nodes.
    let branches: [ConvolutionBranch]
    let shape: [Int]
    private(set) var epilogues: [Epilogue] = []
    /// What the last of the epilogues gives.
    private(set) var output: Value

    fileprivate init(_ node: PlanGraph.Node, at position: Int) {
        operation = node.operation
        inputs = node.inputs
        weights = node.weights
        branches = node.branches
        shape = node.shape
        output = Value(node: position)
    }

    fileprivate mutating func append(_ epilogue: Epilogue, at position: Int) {
        epilogues.append(epilogue)
        output = Value(node: position)
    }
}

extension PlanGraph {
    /// The graph as steps, each after what it reads.
    ///
    /// An operation takes in those that follow it as long as its kernels absorb them and nobody else reads the value
    /// in between.
    func fusedSteps() -> [FusedStep] {
        let (readers, order) = (readers, order)
        var fused = [Bool](repeating: false, count: nodes.count)
        var steps: [FusedStep] = []
        for position in order where !fused[position] && constants[position] == nil {
            var step = FusedStep(nodes[position], at: position)
            while !kept.contains(step.output), readers[step.output.node].count == 1 {
                let next = readers[step.output.node][0]
                guard !fused[next], let epilogue = epilogue(next, of: step.output),
                    step.operation.implementation.absorbs(epilogue, after: step.epilogues)
                else { break }
                step.append(epilogue, at: next)
                fused[next] = true
            }
            steps.append(step)
        }
        // A step runs where its last operation did: by then everything that it reads is there.
        var ranks = [Int](repeating: 0, count: nodes.count)
        for (rank, node) in order.enumerated() { ranks[node] = rank }
        return steps.sorted { ranks[$0.output.node] < ranks[$1.output.node] }
    }

    /// The node as an epilogue of what gives `value`.
    private func epilogue(_ position: Int, of value: Value) -> Epilogue? {
        let node = nodes[position]
        switch node.operation {
        case .batchNorm(let norm): return .batchNorm(norm, weights: node.weights)
        case .activation(let activation): return .activation(activation)
        case .binary(let binary):
            guard node.inputs[0] != node.inputs[1], !node.shape.isEmpty, node.shape == self[value].shape else {
                return nil
            }
            let other = node.inputs[0] == value ? node.inputs[1] : node.inputs[0]
            switch binary.kind {
            case .add where self[other].shape == node.shape: return .add(other)
            case .multiply where isConstant(other):
                let shape = self[other].shape
                let wide = shape.indices.filter { shape[$0] > 1 }
                guard wide.count == 1 else { return nil }
                return .scale(other, axis: wide[0] - shape.count)
            default: return nil
            }
        default: return nil
        }
    }
}
