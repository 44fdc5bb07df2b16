import TensorCore

extension Graph {
    /// The part of the graph that computes the output of the module `path`.
    ///
    /// What does not contribute to that output is left out: nodes, modules, and the parameters of modules that
    /// have no node left. The order of all three is kept.
    /// - Throws: `GraphError.unknownModule` if no module of that path ran.
    package func ending(at path: String) throws(GraphError) -> Graph {
        guard let end = modules.lastIndex(where: { $0.path == path }) else { throw .unknownModule(path) }
        if path.isEmpty { return self }
        let outputs = modules[end].values

        var needed = [Bool](repeating: false, count: nodes.count)
        for output in outputs { needed[output.node] = true }
        for index in nodes.indices.reversed() where needed[index] {
            for input in nodes[index].inputs { needed[input.node] = true }
        }
        needed[0] = true
        let nodePositions = positions(of: needed)

        let owners = Set(nodes.indices.filter { needed[$0] }.map { nodes[$0].module })
        var kept = parameters.map { owners.contains($0.key.modulePath) }
        for index in nodes.indices where needed[index] {
            for weight in nodes[index].weights { kept[weight] = true }
        }
        let parameterPositions = positions(of: kept)

        return Graph(
            inputs: self.inputs,
            nodes: nodes.indices.filter { needed[$0] }.map { index in
                let node = nodes[index]
                return Node(
                    operation: node.operation,
                    inputs: node.inputs.map { Value(node: nodePositions[$0.node]) },
                    weights: node.weights.map { parameterPositions[$0] },
                    shape: node.shape, module: node.module)
            },
            parameters: parameters.indices.filter { kept[$0] }.map { parameters[$0] },
            modules: modules[...end].filter { $0.values.allSatisfy { needed[$0.node] } }.map { module in
                ModuleOutput(
                    path: module.path, values: module.values.map { Value(node: nodePositions[$0.node]) },
                    kind: module.kind)
            },
            outputs: outputs.map { Value(node: nodePositions[$0.node]) },
            foldableBranches: foldableBranches.filter { needed[$0.output.node] }.map { branches in
                FoldableBranches(
                    module: branches.module, input: Value(node: nodePositions[branches.input.node]),
                    output: Value(node: nodePositions[branches.output.node]))
            })
    }
}

/// For each element, the number of `true` before it: its position once the others are gone.
private func positions(of kept: [Bool]) -> [Int] {
    var next = 0
    return kept.map { isKept in
        defer { if isKept { next += 1 } }
        return next
    }
}
