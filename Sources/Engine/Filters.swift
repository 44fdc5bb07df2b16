import ModelGraph
import TensorCore

/// The weights of a convolution or linear layer, batch normalisation folded in.
struct Filters {
    /// `[outputs, inputs / groups, taps]`, row-major.
    var weights: [Float]
    /// `[outputs]`
    var bias: [Float]
    let outputs, inputsPerGroup, groups: Int
    let kernel: Extent2d

    var taps: Int { kernel.height * kernel.width }
}

/// Per channel, y = scale · x + shift.
struct ChannelScale {
    let scale, shift: [Double]
}

extension Graph {
    /// The weights of the layer's leading node.
    func filters(of layer: FusedLayer, from source: any ParameterSource) throws -> Filters {
        let node = nodes[layer.node]
        let spec = parameters[node.weights[0]]
        var kernel = Extent2d.square(1)
        var groups = 1
        if case .conv2d(let geometry) = node.operation {
            kernel = Extent2d(height: spec.shape[2], width: spec.shape[3])
            groups = geometry.groups
        }
        var bias = [Double](repeating: 0, count: spec.shape[0])
        if node.weights.count > 1 { bias = try doubles(node.weights[1], from: source) }
        let weights: [Float]
        if let position = layer.batchNorm {
            let norm = try channelScale(of: position, from: source)
            bias = bias.indices.map { bias[$0] * norm.scale[$0] + norm.shift[$0] }
            let fan = spec.count / max(1, spec.shape[0])
            weights = try source.withFloat64(spec) { weights in
                try check(spec, weights.count)
                return [Float](unsafeUninitializedCapacity: weights.count) { target, count in
                    for index in weights.indices {
                        target.initializeElement(at: index, to: Float(weights[index] * norm.scale[index / fan]))
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
            weights: weights, bias: bias.map { Float($0) }, outputs: spec.shape[0], inputsPerGroup: spec.shape[1],
            groups: groups, kernel: kernel)
    }

    /// A batch normalisation in evaluation mode as one scale and shift a channel.
    func channelScale(of position: Int, from source: any ParameterSource) throws -> ChannelScale {
        guard case .batchNorm2d(let epsilon) = nodes[position].operation else {
            return ChannelScale(scale: [], shift: [])
        }
        let values = try nodes[position].weights.map { try doubles($0, from: source) }
        let (weight, bias, mean, variance) = (values[0], values[1], values[2], values[3])
        let scale = weight.indices.map { weight[$0] / (variance[$0] + epsilon).squareRoot() }
        return ChannelScale(scale: scale, shift: scale.indices.map { bias[$0] - mean[$0] * scale[$0] })
    }

    private func doubles(_ position: Int, from source: any ParameterSource) throws -> [Double] {
        let spec = parameters[position]
        return try source.withFloat64(spec) { values in
            try check(spec, values.count)
            return Array(values)
        }
    }

    private func check(_ spec: ParameterSpec, _ found: Int) throws(EngineError) {
        guard found == spec.count else { throw .parameterCount(spec.key, expected: spec.count, found: found) }
    }
}
