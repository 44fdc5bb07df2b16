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

/// What normalisation and channel scales make of a layer's weights.
struct FilterFold {
    let shape: FilterShape
    /// By output, in double precision, rounded once with the weight; nil where nothing scales.
    let scale: [Double]?
    /// `[outputs]`
    let bias: [Float]

    /// All weights, row-major.
    func folded(_ source: UnsafeBufferPointer<Float>) -> [Float] {
        guard let scale else { return Array(source) }
        let fan = shape.fan
        return [Float](unsafeUninitializedCapacity: source.count) { target, count in
            for index in source.indices {
                target.initializeElement(at: index, to: Float(Double(source[index]) * scale[index / fan]))
            }
            count = source.count
        }
    }
}

/// The weights of a convolution or linear layer, with normalisation and channel scales folded in.
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
        // A computed kernel is not a weight.
        let bias = graph.computedKernel(of: step) == nil ? step.weights.dropFirst().first : step.weights.first
        var fold = ChannelScale(
            scale: [Double](repeating: 1, count: shape.outputs),
            shift: try bias.map { try doubles($0) } ?? [Double](repeating: 0, count: shape.outputs))
        var isScaled = false
        for epilogue in step.epilogues {
            guard let next = try channelScale(of: epilogue) else { continue }
            fold = fold.then(next)
            isScaled = true
        }
        return FilterFold(
            shape: shape, scale: isScaled ? fold.scale : nil, bias: fold.shift.map { Float($0) })
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
        let fold = FilterFold(shape: filters.shape, scale: nil, bias: filters.bias)
        return filters.weights.withUnsafeBufferPointer { PackedFilters(fold, $0, for: self) }
    }

    /// Borrows a layer's weights, `[outputs, inputs / groups, taps]`.
    /// - Throws: `EngineError.parameterCount`, or what the source throws.
    private func withWeights<Result>(
        of step: FusedStep, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        if let kernel = graph.computedKernel(of: step) {
            return try kernel.scalars.map { Float($0) }.withUnsafeBufferPointer(body)
        }
        let spec = graph.graph.parameters[step.weights[0]]
        return try source.withFloat32(spec) { weights in
            try check(spec, weights.count)
            return try body(weights)
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
