import ModelGraph
import TensorCore

/// What is lowered at once: a step, or several that follow each other and whose values in between nobody else reads.
enum PlanUnit {
    case step(FusedStep)
    /// Two linear layers, perhaps with the normalisation before them.
    case perceptron(norm: FusedStep?, first: FusedStep, second: FusedStep)
    /// A 1 × 1 convolution, or that of the graph's input, then a depthwise convolution or the maximum of windows, and
    /// perhaps another 1 × 1 convolution.
    case strips(expand: FusedStep, windows: FusedStep, project: FusedStep?)
    /// A 1 × 1 convolution of a map whose channels are multiplied by a gate first, one of each sample.
    case gated(map: Value, gate: Value, convolution: FusedStep)
    /// A linear layer whose rows, arranged otherwise, are added to another value: windows that become a map again.
    case scattered(product: FusedStep, views: [FusedStep], sum: FusedStep)
}

extension PlanUnit {
    /// What the last step gives.
    var output: Value {
        switch self {
        case .step(let step): step.output
        case .perceptron(_, _, let second): second.output
        case .strips(_, let windows, let project): (project ?? windows).output
        case .gated(_, _, let convolution): convolution.output
        case .scattered(_, _, let sum): sum.output
        }
    }
}

extension PlanGraph {
    /// The steps with those put together that fit into one kernel, each unit where its last step was.
    func units(of steps: [FusedStep]) -> [PlanUnit] {
        let readers = readers
        let producers = Dictionary(uniqueKeysWithValues: steps.indices.map { (steps[$0].output, $0) })
        var taken: Set<Int> = []
        var units: [Int: PlanUnit] = [:]

        /// The step that gives this value, if the value has one reader and the step belongs to no unit yet.
        func producer(of value: Value) -> Int? {
            guard !kept.contains(value), readers[value.node].count == 1, let position = producers[value],
                !taken.contains(position), units[position] == nil
            else { return nil }
            return position
        }
        /// The same for the first value that a step reads.
        func producer(of step: FusedStep) -> Int? { step.inputs.first.flatMap { producer(of: $0) } }
        /// The linear layer behind this value, and the steps between that arrange its rows otherwise.
        func scattered(_ value: Value) -> (product: Int, views: [Int])? {
            var (value, views) = (value, [Int]())
            while let position = producer(of: value) {
                let step = steps[position]
                if step.operation == .linear {
                    return views.isEmpty || !step.epilogues.allSatisfy(\.folds) ? nil : (position, views)
                }
                guard step.isArrangement, let input = step.inputs.first else { return nil }
                views.insert(position, at: 0)
                value = input
            }
            return nil
        }
        for (position, step) in steps.enumerated() {
            if step.operation == .linear, let first = producer(of: step), isHidden(steps[first]) {
                var norm: Int?
                if let before = producer(of: steps[first]), case .layerNorm = steps[before].operation,
                    steps[before].epilogues.isEmpty, steps[before].weights.count == 2
                {
                    norm = before
                    taken.insert(before)
                }
                taken.insert(first)
                units[position] = .perceptron(norm: norm.map { steps[$0] }, first: steps[first], second: step)
            } else if isPointwise(step), let middle = producer(of: step), isDepthwise(steps[middle]),
                steps[middle].shape[2] >= 14, let expand = producer(of: steps[middle]), isExpansion(steps[expand])
            {
                taken.formUnion([middle, expand])
                units[position] = .strips(expand: steps[expand], windows: steps[middle], project: step)
            } else if isPointwise(step), let product = producer(of: step), let operands = gating(steps[product]) {
                taken.insert(product)
                units[position] = .gated(map: operands.map, gate: operands.gate, convolution: step)
            } else if step.operation == .binary(.init(.add)), step.epilogues.isEmpty,
                step.inputs.allSatisfy({ self[$0].shape == step.shape }),
                let (product, views) = step.inputs.lazy.compactMap(scattered).first
            {
                taken.formUnion(views + [product])
                units[position] = .scattered(product: steps[product], views: views.map { steps[$0] }, sum: step)
            }
        }
        // What follows needs the whole map first, or is another kind of layer: it pays where the map between the two would
        // leave the second-level cache.
        for (position, step) in steps.enumerated() where !taken.contains(position) && units[position] == nil {
            guard step.shape.count == 4, step.shape[2] >= 14, let expand = producer(of: step),
                steps[expand].shape.reduce(4, *) > 1 << 20, isExpansion(steps[expand]),
                isDepthwise(step) || isMaximum(step, of: steps[expand])
            else { continue }
            taken.insert(expand)
            units[position] = .strips(expand: steps[expand], windows: step, project: nil)
        }
        return steps.indices.compactMap { taken.contains($0) ? nil : units[$0] ?? .step(steps[$0]) }
    }

    /// The first layer of a perceptron whose weights are small enough to be read again for each strip of rows.
    private func isHidden(_ step: FusedStep) -> Bool {
        guard step.operation == .linear, !step.addsResidual else { return false }
        let inputs = self[step.inputs[0]].shape
        return inputs.count >= 2 && inputs[inputs.count - 1] <= 384 && inputs.dropLast().reduce(1, *) >= 128
    }

    /// The operands of a product of a map `[N, C, H, W]` and a gate `[N, C, 1, 1]`.
    private func gating(_ step: FusedStep) -> (map: Value, gate: Value)? {
        guard step.operation == .binary(.init(.multiply)), step.epilogues.isEmpty, step.shape.count == 4 else {
            return nil
        }
        for (map, gate) in [(step.inputs[0], step.inputs[1]), (step.inputs[1], step.inputs[0])]
        where self[map].shape == step.shape && self[gate].shape == Array(step.shape[..<2]) + [1, 1]
            && step.shape[2] * step.shape[3] > 1
        {
            return (map, gate)
        }
        return nil
    }

    private func isPointwise(_ step: FusedStep) -> Bool {
        guard case .conv2d(let convolution) = step.operation else { return false }
        return convolution.geometry == Conv2dGeometry() && graph.parameters[step.weights[0]].shape.suffix(2) == [1, 1]
    }

    private func isExpansion(_ step: FusedStep) -> Bool {
        guard case .conv2d = step.operation, !step.addsResidual else { return false }
        return self[step.inputs[0]].operation == .input ? stem(of: step) != nil : isPointwise(step)
    }

    /// The maximum over windows, which may count what lies beyond the map as zeros: nothing on it is negative.
    private func isMaximum(_ step: FusedStep, of expand: FusedStep) -> Bool {
        guard case .maxPool2d = step.operation, step.epilogues.isEmpty else { return false }
        return expand.epilogues.last?.activation?.bounds?.lowerBound == 0
    }

    /// The layout of the graph's input for a convolution of it; nil for another step, and where it is better computed
    /// otherwise.
    func stem(of step: FusedStep) -> StemGeometry? {
        guard case .conv2d(let convolution) = step.operation, self[step.inputs[0]].operation == .input else {
            return nil
        }
        return StemGeometry(
            convolution.geometry, filterShape(of: step), input: self[step.inputs[0]].shape, output: step.shape)
    }

    /// The weights that a convolution or linear layer has.
    func filterShape(of step: FusedStep) -> FilterShape {
        let shape = computedKernel(of: step)?.shape ?? graph.parameters[step.weights[0]].shape
        let groups: Int
        switch step.operation {
        case .conv2d(let convolution): groups = convolution.geometry.groups
        case .convolve(let operation): groups = operation.convolution.geometry.groups
        default: return FilterShape(outputs: shape[0], inputsPerGroup: shape[1], groups: 1, kernel: .square(1))
        }
        return FilterShape(
            outputs: shape[0], inputsPerGroup: shape[1], groups: groups,
            kernel: Extent2d(height: shape[2], width: shape[3]))
    }

    /// The kernel of a convolution that the model computes; nil for one that is a parameter.
    func computedKernel(of step: FusedStep) -> DenseTensor<Double>? {
        guard case .convolve = step.operation else { return nil }
        return constants[step.inputs[1].node]
    }

    private func isDepthwise(_ step: FusedStep) -> Bool {
        guard case .conv2d(let convolution) = step.operation, !step.addsResidual else { return false }
        let kernel = graph.parameters[step.weights[0]].shape
        return convolution.geometry.groups > 1 && convolution.geometry.groups == kernel[0] && kernel[1] == 1
            && kernel[2] <= 7 && self[step.inputs[0]].shape[1] == kernel[0]
    }
}

extension FusedStep {
    /// Whether the step only changes where elements lie.
    fileprivate var isArrangement: Bool {
        switch operation {
        case .reshape, .permute, .roll, .slice: epilogues.isEmpty
        default: false
        }
    }

    fileprivate var addsResidual: Bool {
        epilogues.contains { if case .add = $0 { true } else { false } }
    }
}
