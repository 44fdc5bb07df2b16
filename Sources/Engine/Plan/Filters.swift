import CKernels
import ModelGraph
import TensorCore

/// How many weights a convolution or linear layer has: `[outputs, inputs / groups, kernel]`.
struct FilterShape: Equatable {
    var outputs, inputsPerGroup, groups: Int
    var kernel: Extent2d

    var taps: Int { kernel.height * kernel.width }
    /// Weights of one output.
    var fan: Int { inputsPerGroup * taps }

    /// One weight a channel.
    static func eachChannel(_ channels: Int) -> FilterShape {
        FilterShape(outputs: channels, inputsPerGroup: 1, groups: channels, kernel: .square(1))
    }

    /// One filter a channel, or small groups all of whose channels the filters see: what `ck_channelwise_f32` takes.
    func isChannelwise(inputs: Int) -> Bool {
        guard groups > 1, outputs == inputs, groups * inputsPerGroup == inputs else { return false }
        return inputsPerGroup == 1 || ([2, 4, 8, 16].contains(inputsPerGroup) && fan <= Int(CK_SPAN))
    }
}

/// What normalisation, channel scales and parallel branches make of a layer's weights.
struct FilterFold {
    let shape: FilterShape
    /// What the filters are the sum of; the first has their shape.
    let terms: [FilterTerm]
    /// `[outputs]`
    let bias: [Float]

    /// All weights, row-major.
    /// - Parameter sources: the weights of each term; nil: of each channel, 1.
    func folded(_ sources: [UnsafePointer<Float>?]) -> [Float] {
        let count = shape.outputs * shape.fan
        return [Float](unsafeUninitializedCapacity: count) { target, initialized in
            if let target = target.baseAddress { add(sources, 0..<shape.outputs, into: target) }
            initialized = count
        }
    }

    /// The filters of some outputs: summed in double precision, and rounded once.
    func add(_ sources: [UnsafePointer<Float>?], _ outputs: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: shape.fan) { sums in
            guard let sums = sums.baseAddress else { return }
            for output in outputs {
                sums.initialize(repeating: 0, count: shape.fan)
                for (term, source) in zip(terms, sources) { term.add(source, output, to: sums, of: shape) }
                let filter = target + (output - outputs.lowerBound) * shape.fan
                for index in 0..<shape.fan { (filter + index).initialize(to: Float(sums[index])) }
            }
        }
    }
}

/// Weights that are one summand of a layer's filters.
struct FilterTerm {
    let shape: FilterShape
    /// Where each tap lies among those of the layer, in ascending order.
    let taps: [Int]
    /// By output; nil where nothing scales.
    let scale: [Double]?

    /// Adds the filter of one output to that of the layer, `[inputs / groups, taps]`.
    fileprivate func add(
        _ source: UnsafePointer<Float>?, _ output: Int, to sums: UnsafeMutablePointer<Double>, of layer: FilterShape
    ) {
        let scale = scale?[output] ?? 1
        let first = output / (shape.outputs / shape.groups) * shape.inputsPerGroup
        let sums = sums + (first - output / (layer.outputs / layer.groups) * layer.inputsPerGroup) * layer.taps
        guard let filter = source.map({ $0 + output * shape.fan }) else {
            sums[taps[0]] += scale
            return
        }
        if shape.taps == layer.taps {
            for index in 0..<shape.fan { sums[index] += Double(filter[index]) * scale }
            return
        }
        taps.withUnsafeBufferPointer { taps in
            for input in 0..<shape.inputsPerGroup {
                for (index, tap) in taps.enumerated() {
                    sums[input * layer.taps + tap] += Double(filter[input * taps.count + index]) * scale
                }
            }
        }
    }
}

/// The weights of a convolution or linear layer, with normalisation, channel scales and branches folded in.
struct Filters {
    let shape: FilterShape
    /// `[outputs, inputs / groups, taps]`, row-major.
    let weights: [Float]
    /// `[outputs]`
    let bias: [Float]
}

/// Per channel, y = scale · x + shift.
struct ChannelScale {
    var scale, shift: [Double]

    /// This scale, then another.
    func then(_ next: ChannelScale) -> ChannelScale {
        ChannelScale(
            scale: scale.indices.map { scale[$0] * next.scale[$0] },
            shift: shift.indices.map { shift[$0] * next.scale[$0] + next.shift[$0] })
    }
}

extension PlanBuilder {
    /// What folds into the weights of a convolution or linear layer.
    private func filterFold(of step: FusedStep) throws -> FilterFold {
        let shape = graph.filterShape(of: step)
        let scales = try step.epilogues.compactMap { try channelScale(of: $0) }
        guard step.branches.isEmpty else { return try filterFold(of: step.branches, shape, scales) }
        // A computed kernel is not a weight.
        let bias = graph.computedKernel(of: step) == nil ? step.weights.dropFirst().first : step.weights.first
        let fold = try channelScale(bias: bias, scales, count: shape.outputs)
        let term = FilterTerm(
            shape: shape, taps: Array(0..<shape.taps), scale: scales.isEmpty ? nil : fold.scale)
        return FilterFold(shape: shape, terms: [term], bias: fold.shift.map { Float($0) })
    }

    /// What folds into the weights of a convolution in whose place a step has branches.
    /// - Parameter scales: what follows their sum.
    private func filterFold(
        of branches: [ConvolutionBranch], _ shape: FilterShape, _ scales: [ChannelScale]
    ) throws -> FilterFold {
        var bias = [Double](repeating: 0, count: shape.outputs)
        let terms = try branches.map { branch in
            let maps = try branch.maps.map { try channelScale(of: $0, count: shape.outputs) }
            let fold = try channelScale(bias: branch.weights.dropFirst().first, maps, count: shape.outputs)
            for output in bias.indices { bias[output] += fold.shift[output] }
            guard let taps = branch.window.taps(in: branches[0].window) else {
                preconditionFailure("a branch fits into the first")
            }
            return FilterTerm(
                shape: branch.window.filters, taps: taps,
                scale: scales.reduce(fold) { $0.then($1) }.scale)
        }
        let sum = ChannelScale(scale: [Double](repeating: 1, count: shape.outputs), shift: bias)
        return FilterFold(
            shape: shape, terms: terms, bias: scales.reduce(sum) { $0.then($1) }.shift.map { Float($0) })
    }

    /// Scales one after the other, the first of what has this bias.
    private func channelScale(bias: Int?, _ scales: [ChannelScale], count: Int) throws -> ChannelScale {
        let own = ChannelScale(
            scale: [Double](repeating: 1, count: count),
            shift: try bias.map { try doubles($0) } ?? [Double](repeating: 0, count: count))
        return scales.reduce(own) { $0.then($1) }
    }

    /// The weights of a convolution or linear layer, folded.
    func filters(of step: FusedStep) throws -> Filters {
        let fold = try filterFold(of: step)
        return try withWeights(of: step) {
            Filters(shape: fold.shape, weights: fold.folded($0), bias: fold.bias)
        }
    }

    /// The weights of a convolution or linear layer in the order of the kernels: read, folded and laid out in one go on
    /// all threads.
    /// - Parameter isTransformed: for Winograd's algorithm.
    func packedFilters(of step: FusedStep, isTransformed: Bool = false) throws -> PackedFilters {
        let fold = try filterFold(of: step)
        return try withWeights(of: step) { PackedFilters(fold, $0, isTransformed: isTransformed, for: self) }
    }

    /// Folded weights in the order of the kernels.
    func packed(_ filters: Filters) -> PackedFilters {
        let term = FilterTerm(shape: filters.shape, taps: Array(0..<filters.shape.taps), scale: nil)
        let fold = FilterFold(shape: filters.shape, terms: [term], bias: filters.bias)
        return filters.weights.withUnsafeBufferPointer { PackedFilters(fold, [$0.baseAddress], for: self) }
    }

    /// Borrows the weights of each of a layer's terms, `[outputs, inputs / groups, taps]`; nil for a term without.
    /// - Throws: `EngineError.parameterCount`, or what the source throws.
    private func withWeights<Result>(
        of step: FusedStep, _ body: ([UnsafePointer<Float>?]) throws -> Result
    ) throws -> Result {
        if let kernel = graph.computedKernel(of: step) {
            return try kernel.scalars.map { Float($0) }.withUnsafeBufferPointer { try body([$0.baseAddress]) }
        }
        let positions = step.branches.isEmpty ? [step.weights[0]] : step.branches.map(\.weights.first)
        return try withWeights(positions[...], after: [], body)
    }

    private func withWeights<Result>(
        _ positions: ArraySlice<Int?>, after others: [UnsafePointer<Float>?],
        _ body: ([UnsafePointer<Float>?]) throws -> Result
    ) throws -> Result {
        guard let first = positions.first else { return try body(others) }
        guard let position = first else { return try withWeights(positions.dropFirst(), after: others + [nil], body) }
        let spec = graph.graph.parameters[position]
        return try source.withFloat32(spec) { weights in
            try check(spec, weights.count)
            return try withWeights(positions.dropFirst(), after: others + [weights.baseAddress], body)
        }
    }

    /// What an epilogue does per channel; nil for one that folds into no weights.
    private func channelScale(of epilogue: Epilogue) throws -> ChannelScale? {
        switch epilogue {
        case .batchNorm(let norm, let weights): return try channelScale(of: norm, weights: weights)
        case .scale(let value, _):
            guard let scale = graph.constants[value.node]?.scalars else {
                preconditionFailure("only a constant is absorbed as a scale")
            }
            return ChannelScale(scale: scale, shift: [Double](repeating: 0, count: scale.count))
        case .add, .activation: return nil
        }
    }

    /// What a branch does per channel, of which there are `count`.
    private func channelScale(of map: ConvolutionBranch.ChannelMap, count: Int) throws -> ChannelScale {
        switch map {
        case .batchNorm(let norm, let weights): return try channelScale(of: norm, weights: weights)
        case .scale(let value):
            guard let scale = graph.constants[value.node]?.scalars else {
                preconditionFailure("only a constant scales a branch")
            }
            return ChannelScale(
                scale: (0..<count).map { scale[$0 % scale.count] }, shift: [Double](repeating: 0, count: count))
        case .affine(let affine):
            return ChannelScale(
                scale: [Double](repeating: affine.scale, count: count),
                shift: [Double](repeating: affine.shift, count: count))
        }
    }

    /// A batch normalisation in evaluation mode as one scale and shift a channel.
    /// - Parameter weights: positions in `Graph.parameters`.
    func channelScale(of norm: Operation.BatchNorm, weights: [Int]) throws -> ChannelScale {
        let values = try weights.map { try doubles($0) }
        let (mean, variance) = (values[values.count - 2], values[values.count - 1])
        let scale = variance.indices.map { index in
            (values.count == 4 ? values[0][index] : 1) / (variance[index] + norm.epsilon).squareRoot()
        }
        return ChannelScale(
            scale: scale,
            shift: scale.indices.map { (values.count == 4 ? values[1][$0] : 0) - mean[$0] * scale[$0] })
    }

    /// A parameter's elements.
    /// - Throws: `EngineError.parameterCount`, or what the source throws.
    func doubles(_ position: Int) throws -> [Double] {
        let spec = graph.graph.parameters[position]
        return try source.withFloat64(spec) { values in
            try check(spec, values.count)
            return Array(values)
        }
    }

    private func check(_ spec: ParameterSpec, _ found: Int) throws(EngineError) {
        guard found == spec.count else { throw .parameterCount(spec.key, expected: spec.count, found: found) }
    }
}
