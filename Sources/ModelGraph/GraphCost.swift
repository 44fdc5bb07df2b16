/// The cost of a model and of every module in it.
public struct GraphCost: Sendable {
    /// The cost of one module with all that is inside it.
    public struct Entry: Sendable, Hashable {
        /// Dotted path; "" is the whole model.
        public let path: String
        public let cost: Cost
    }

    /// Every module, a container before what is inside it; the first is the whole model.
    public let modules: [Entry]

    /// The cost of the whole model.
    public var total: Cost { modules.first?.cost ?? Cost() }

    /// The cost of the module `path`, or nil if there is none.
    public subscript(path: String) -> Cost? { modules.first { $0.path == path }?.cost }
}

extension Graph {
    /// The cost of one run on an input of `inputShape`, batch included.
    public var cost: GraphCost {
        var tally = Tally()
        for module in modules { tally.add(Cost(), to: module.path) }
        for node in nodes {
            tally.add(cost(of: node), to: node.module)
        }
        for parameter in parameters where parameter.role == .parameter {
            tally.add(Cost(parameters: parameter.count), to: parameter.key.modulePath)
        }
        return GraphCost(modules: tally.entries)
    }

    private func cost(of node: Node) -> Cost {
        let outputs = node.shape.productSaturated
        switch node.operation {
        case .conv2d:
            let kernel = parameters[node.weights[0]].shape.dropFirst()
            return Cost(flops: outputs.multipliedSaturated(kernel.productSaturated), activations: outputs)
        case .linear:
            let inputs = parameters[node.weights[0]].shape[1]
            return Cost(flops: outputs.multipliedSaturated(inputs), activations: outputs)
        case .batchNorm2d:
            return Cost(flops: outputs.multipliedSaturated(2))
        case .adaptiveAveragePool2d:
            return Cost(flops: shape(of: node.inputs[0]).productSaturated)
        case .input, .activation, .add, .multiply, .maxPool2d, .averagePool2d, .flatten:
            return Cost()
        }
    }
}

/// Sums costs up the module tree.
private struct Tally {
    private struct Branch {
        let path: String
        var cost = Cost()
        var children: [Int] = []
    }

    private var branches = [Branch(path: "")]
    private var positions = ["": 0]

    mutating func add(_ cost: Cost, to path: String) {
        branches[0].cost += cost
        guard !path.isEmpty else { return }
        var parent = 0
        for end in path.indices.filter({ path[$0] == "." }) + [path.endIndex] {
            parent = position(of: String(path[..<end]), under: parent)
            branches[parent].cost += cost
        }
    }

    private mutating func position(of path: String, under parent: Int) -> Int {
        if let position = positions[path] { return position }
        let position = branches.count
        branches.append(Branch(path: path))
        branches[parent].children.append(position)
        positions[path] = position
        return position
    }

    /// Depth first, siblings in the order in which they were met.
    var entries: [GraphCost.Entry] {
        var entries: [GraphCost.Entry] = []
        var pending = [0]
        while let position = pending.popLast() {
            let branch = branches[position]
            entries.append(GraphCost.Entry(path: branch.path, cost: branch.cost))
            pending += branch.children.reversed()
        }
        return entries
    }
}
