import ModelGraph
import TensorCore

/// The weights of a convolution or linear layer, with normalisation and channel scales folded in.
struct Filters {
    /// `[outputs, inputs / groups, taps]`, row-major.
    var weights: [Float]
    /// `[outputs]`
    var bias: [Float]
    let outputs, inputsPerGroup, groups: Int
    let kernel: Extent2d

    var taps: Int { kernel.height * kernel.width }

    /// One filter a channel.
    func isDepthwise(inputs: Int) -> Bool { groups == inputs && outputs == inputs && inputsPerGroup == 1 && groups > 1 }
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
    /// The weights of a convolution or linear layer and of the epilogues that fold into them.
    func filters(of step: FusedStep) throws -> Filters {
        let spec = graph.graph.parameters[step.weights[0]]
        var kernel = Extent2d.square(1)
        var groups = 1
        if case .conv2d(let convolution) = step.operation {
            kernel = Extent2d(height: spec.shape[2], width: spec.shape[3])
            groups = convolution.geometry.groups
        }
        var fold = ChannelScale(
            scale: [Double](repeating: 1, count: spec.shape[0]),
            shift: step.weights.count > 1
                ? try doubles(step.weights[1]) : [Double](repeating: 0, count: spec.shape[0]))
        var isScaled = false
        for epilogue in step.epilogues {
            guard let next = try channelScale(of: epilogue) else { continue }
            fold = fold.then(next)
            isScaled = true
        }
        let weights: [Float]
        if isScaled {
            let fan = spec.count / max(1, spec.shape[0])
            weights = try source.withFloat64(spec) { weights in
                try check(spec, weights.count)
                return [Float](unsafeUninitializedCapacity: weights.count) { target, count in
                    for index in weights.indices {
                        target.initializeElement(at: index, to: Float(weights[index] * fold.scale[index / fan]))
                    }
                    count = weights.count
                }
            }
        } else {
            weights = try source.withFloat32(spec) { weights in
                try check(spec, weights.count)
                return Array(weights)
            }
        }
        return Filters(
            weights: weights, bias: fold.shift.map { Float($0) }, outputs: spec.shape[0],
            inputsPerGroup: spec.shape[1], groups: groups, kernel: kernel)
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
