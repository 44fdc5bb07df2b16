import TensorCore

extension Graph {
    /// The parameters that have no part in an output, so that training would give them no gradient. A tensor with several
    /// keys counts once, under its first.
    package var unusedParameters: [Key] {
        var isUsed = [Bool](repeating: false, count: parameters.count)
        var isNeeded = [Bool](repeating: false, count: nodes.count)
        for output in outputs { isNeeded[output.node] = true }
        for index in nodes.indices.reversed() where isNeeded[index] {
            for input in nodes[index].inputs { isNeeded[input.node] = true }
            for weight in nodes[index].weights { isUsed[weight] = true }
        }
        let used = Set(parameters.indices.filter { isUsed[$0] }.map { parameters[$0].firstKey ?? parameters[$0].key })
        return parameters.filter { $0.role == .parameter && $0.firstKey == nil && !used.contains($0.key) }.map(\.key)
    }
}
