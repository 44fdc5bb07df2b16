import TensorCore

extension Graph {
    /// How many values of each input the model tells apart: of positions as many as the shortest axis has that they look
    /// up, of other integers and truths 2; of floats 0.
    package var inputLimits: [Int] {
        // The inputs that a value consists of, with its elements moved or cut.
        var origins = [Set<Int>](repeating: [], count: nodes.count)
        let ranges = inputs.ranges
        if inputs.count == 1 { origins[0] = [0] }
        var extents: [Int: Int] = [:]
        for (index, node) in nodes.enumerated() {
            switch node.operation {
            case .slice(let slice) where node.inputs[0].node == 0 && inputs.count > 1:
                if let number = ranges.firstIndex(of: slice.start..<slice.start + slice.count) {
                    origins[index] = [number]
                }
            case .reshape, .permute, .expand, .slice, .concat, .gather, .roll:
                origins[index] = node.inputs.reduce(into: []) { $0.formUnion(origins[$1.node]) }
            // A position from the end becomes one from the front: index + extent · (index < 0).
            case .binary(let binary) where binary.kind == .add:
                let shift = nodes[node.inputs[1].node]
                guard case .affine = shift.operation else { break }
                let test = nodes[shift.inputs[0].node]
                guard case .compare = test.operation else { break }
                let (own, tested) = (origins[node.inputs[0].node], origins[test.inputs[0].node])
                if own == tested { origins[index] = own }
            case .selectRows:
                let extent = shape(of: node.inputs[0])[1]
                for number in origins[node.inputs[1].node] { extents[number] = min(extents[number] ?? extent, extent) }
            default: break
            }
        }
        return inputs.indices.map { inputs[$0].isDiscrete ? extents[$0] ?? 2 : 0 }
    }

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
