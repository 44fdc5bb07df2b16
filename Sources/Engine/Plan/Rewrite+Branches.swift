import ModelGraph

extension Rewrite {
    /// Convolutions of one value that are added are one convolution, as in the training form of RepVGG, MobileOne and
    /// RepLKNet (Ding et al. 2021, arXiv:2101.03697).
    ///
    /// A normalisation after a convolution scales its filters, one of the value itself is a 1 × 1 convolution, and a filter
    /// is a larger one with zeros around. The largest window must hold the others, so that the sum costs what its largest
    /// term does. Nothing else may read what is computed on the way. Applied when the constants are known.
    static let parallelBranches = Rewrite { graph in
        let readers = graph.readers
        for node in graph.order where !graph.isConstant(Value(node: node)) {
            guard let terms = graph.terms(ofSum: node, readers) else { continue }
            let inputs = terms.filter { !$0.branches.isEmpty }.map(\.input)
            var rest = terms
            var merged: [BranchTerm] = []
            for (place, input) in inputs.enumerated() where inputs.firstIndex(of: input) == place {
                merged += BranchTerm.merged(&rest, of: input)
            }
            if !merged.isEmpty { try graph.replaceSum(node, merged: merged, rest: rest) }
        }
    }
}

/// A term of a sum.
private struct BranchTerm {
    let value: Value
    let isNegative: Bool
    /// What the branches convolve.
    let input: Value
    /// Whose sum `value` is, without its sign.
    let branches: [ConvolutionBranch]

    /// Whether it is the input as it is, which a kernel adds in passing.
    private var isPlain: Bool { value == input && !isNegative }

    /// Takes the terms that are convolutions of `input` and together are one.
    static func merged(_ terms: inout [BranchTerm], of input: Value) -> [BranchTerm] {
        var merged: [BranchTerm] = []
        // The terms that no convolution has been found to hold.
        var open = Array(terms.indices).filter { terms[$0].input == input && !terms[$0].branches.isEmpty }
        var taken: Set<Int> = []
        while let largest = open.flatMap({ terms[$0].branches }).filter({ !$0.weights.isEmpty })
            .max(by: { $0.window.filters.fan < $1.window.filters.fan })
        {
            let fitting = open.filter { index in
                terms[index].branches.allSatisfy { $0.window.taps(in: largest.window) != nil }
            }
            open.removeAll { fitting.contains($0) || terms[$0].branches.contains(largest) }
            guard fitting.count(where: { !terms[$0].isPlain }) > 1 else { continue }
            var branches = fitting.flatMap { terms[$0].signedBranches }
            if let first = branches.firstIndex(where: { $0.window == largest.window && !$0.weights.isEmpty }) {
                branches.swapAt(0, first)
            }
            taken.formUnion(fitting)
            merged.append(BranchTerm(value: input, isNegative: false, input: input, branches: branches))
        }
        terms = terms.indices.filter { !taken.contains($0) }.map { terms[$0] }
        return merged
    }

    private var signedBranches: [ConvolutionBranch] {
        guard isNegative else { return branches }
        return branches.map { branch in
            var branch = branch
            branch.maps.append(.negation)
            return branch
        }
    }
}

extension PlanGraph {
    /// The terms of a sum of maps, or of a difference, that is not itself a term; nil for another node.
    fileprivate func terms(ofSum node: Int, _ readers: [[Int]]) -> [BranchTerm]? {
        let shape = nodes[node].shape
        /// What a node adds up, each with its sign.
        func summands(_ node: Int) -> [(value: Value, isNegative: Bool)]? {
            guard case .binary(let binary) = nodes[node].operation, [.add, .subtract].contains(binary.kind),
                nodes[node].inputs.allSatisfy({ self[$0].shape == shape })
            else { return nil }
            return [(nodes[node].inputs[0], false), (nodes[node].inputs[1], binary.kind == .subtract)]
        }
        func isRead(by reader: Int, _ value: Value) -> Bool { readers[value.node] == [reader] && !kept.contains(value) }

        guard shape.count == 4, summands(node) != nil else { return nil }
        if let reader = readers[node].first, isRead(by: reader, Value(node: node)), summands(reader) != nil {
            return nil
        }
        var terms: [BranchTerm] = []
        var pending = [(value: Value(node: node), isNegative: false)]
        while let (value, isNegative) = pending.popLast() {
            if value.node == node || (readers[value.node].count == 1 && !kept.contains(value) && !isConstant(value)),
                let summands = summands(value.node)
            {
                pending += summands.reversed().map { ($0.value, $0.isNegative != isNegative) }
                continue
            }
            terms.append(term(value, isNegative, readers))
        }
        return terms
    }

    /// A term as branches of the value that it is computed from.
    private func term(_ value: Value, _ isNegative: Bool, _ readers: [[Int]]) -> BranchTerm {
        let shape = self[value].shape
        var maps: [ConvolutionBranch.ChannelMap] = []
        var branches = [ConvolutionBranch(identityOf: shape[1])]
        var input = value
        while readers[input.node].count == 1, !kept.contains(input), !isConstant(input) {
            let node = self[input]
            if case .conv2d(let convolution) = node.operation {
                let kernel = graph.parameters[node.weights[0]].shape
                let own = ConvolutionBranch(convolution, kernel: kernel, weights: node.weights)
                branches = node.branches.isEmpty ? [own] : node.branches
                input = node.inputs[0]
                break
            }
            guard let (map, next) = channelMap(node), self[next].shape == shape else { break }
            maps.insert(map, at: 0)
            input = next
        }
        for index in branches.indices { branches[index].maps += maps }
        return BranchTerm(
            value: value, isNegative: isNegative, input: input, branches: isConstant(input) ? [] : branches)
    }

    /// What a node does with each channel of another value.
    private func channelMap(_ node: Node) -> (ConvolutionBranch.ChannelMap, Value)? {
        switch node.operation {
        case .batchNorm(let norm): return (.batchNorm(norm, weights: node.weights), node.inputs[0])
        case .affine(let affine): return (.affine(affine), node.inputs[0])
        case .binary(.init(.multiply)):
            for (value, factor) in [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])] {
                let own = self[factor].shape
                guard isConstant(factor), own.indices.allSatisfy({ own[$0] == 1 || $0 - own.count == -3 }) else {
                    continue
                }
                return (.scale(factor), value)
            }
            return nil
        default: return nil
        }
    }

    /// Has a node add up merged convolutions and the terms that are left.
    fileprivate mutating func replaceSum(_ node: Int, merged: [BranchTerm], rest: [BranchTerm]) throws(ShapeError) {
        var summands = rest.map { (value: $0.value, isNegative: $0.isNegative) }
        for term in merged.reversed() {
            let convolution = Node(
                operation: .conv2d(.init(term.branches[0].window.geometry)), inputs: [term.input],
                weights: term.branches[0].weights, shape: nodes[node].shape, branches: term.branches)
            nodes.append(convolution)
            summands.insert((Value(node: nodes.count - 1), false), at: 0)
        }
        var sum = summands.removeFirst().value
        guard let last = summands.popLast() else {
            nodes[node] = self[sum]
            return
        }
        func operation(_ isNegative: Bool) -> Operation { .binary(.init(isNegative ? .subtract : .add)) }
        for summand in summands { sum = try append(operation(summand.isNegative), of: [sum, summand.value]) }
        replace(Value(node: node), by: operation(last.isNegative), of: [sum, last.value])
    }
}
