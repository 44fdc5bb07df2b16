/// The cost of a model and of every module in it.
package struct GraphCost: Sendable {
    /// The cost of one module with all that is inside it.
    package struct Entry: Sendable, Hashable {
        /// Dotted path; "" is the whole model.
        package let path: String
        package let cost: Cost
    }

    /// Every module, a container before what is inside it; the first is the whole model.
    package let modules: [Entry]

    /// The cost of the whole model.
    package var total: Cost { modules.first?.cost ?? Cost() }

    /// The cost of the module `path`, or nil if there is none.
    package subscript(path: String) -> Cost? { modules.first { $0.path == path }?.cost }
}

extension Graph {
    /// The cost of one run on an input of `inputShape`, batch included.
    package var cost: GraphCost { cost(countingAttention: true) }

    /// The cost of one run on an input of `inputShape`, batch included.
    /// - Parameter countingAttention: whether `scaled_dot_product_attention` counts as its two products, as in
    ///   MMPreTrain's metafiles; mmengine does not see it in PyTorch 2.
    package func cost(countingAttention: Bool) -> GraphCost {
        var tally = Tally()
        for module in modules { tally.add(Cost(), to: module.path) }
        for node in nodes {
            tally.add(cost(of: node, countingAttention: countingAttention), to: node.module)
        }
        for parameter in parameters where parameter.role == .parameter {
            tally.add(Cost(parameters: parameter.count), to: parameter.key.modulePath)
        }
        return GraphCost(modules: tally.entries)
    }

    private func cost(of node: Node, countingAttention: Bool) -> Cost {
        let cost = node.operation.definition.cost(operands(of: node), output: node.shape)
        guard countingAttention || !cost.isInvisible else { return Cost() }
        return Cost(flops: cost.flops, activations: cost.activations)
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
