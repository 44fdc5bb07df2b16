import ModelGraph
import TensorCore

extension ATenCalls {
    static let norms: [String: Body] = {
        var table: [String: Body] = [:]
        for name in [
            "batch_norm.default", "_native_batch_norm_legit_no_training.default", "native_batch_norm.default",
            "_native_batch_norm_legit.default", "_native_batch_norm_legit.no_stats", "cudnn_batch_norm.default",
        ] {
            table[name] = { call in [try call.batchNorm()] }
        }
        for name in ["layer_norm.default", "native_layer_norm.default"] {
            table[name] = { call in
                let input = try call.first()
                let (axes, folded) = try call.normalized(input)
                let norm = Operation.LayerNorm(epsilon: try call.number("eps", default: 1e-5))
                let weights = try call.parameters("weight", "bias", shape: [input.shape[axes].reduce(1, *)])
                var x = try call.scope.applying(.reshape(folded), to: call.value(input))
                x = try call.scope.record(.layerNorm(norm), x, weights: axes.count == 1 ? weights ?? [] : [])
                x = try call.scope.applying(.reshape(input.shape), to: x)
                if axes.count == 1, weights != nil { return [call.result(x)] }
                return [call.result(try call.scaledAndShifted(x, shape: { $0 }))]
            }
        }
        for name in ["group_norm.default", "native_group_norm.default"] {
            table[name] = { call in
                let groups = try call.has("num_groups") ? call.int("num_groups") : call.int("group")
                return [try call.groupNorm(groups)]
            }
        }
        table["instance_norm.default"] = { call in
            guard call.bool("use_input_stats", default: true) else { return [try call.batchNorm()] }
            let shape = try call.first().shape
            guard shape.count >= 2 else { throw CallError("its input has the shape \(shape)") }
            return [try call.groupNorm(shape[1])]
        }
        for name in ["rms_norm.default", "_fused_rms_norm.default"] {
            table[name] = { call in
                let input = try call.first()
                let (axes, _) = try call.normalized(input)
                let scope = call.scope
                let x = try call.value(input)
                let square = try scope.record(.reduce(.init(.mean, axes: Array(axes))), scope.multiply(x, by: x))
                let epsilon = try call.optionalNumber("eps") ?? 0x1p-23
                let inverse = try scope.record(.function(.reciprocalSquareRoot), scope.scale(square, adding: epsilon))
                return [call.result(try call.scaledAndShifted(scope.multiply(x, by: inverse), shape: { $0 }))]
            }
        }
        table["renorm.default"] = { call in
            let tensor = try call.first()
            let axis = try call.axis(of: tensor)
            let others = tensor.shape.indices.filter { $0 != axis }
            guard !others.isEmpty else { throw CallError("it has no axes to take norms of") }
            let most = try call.number("maxnorm")
            let norms = try call.length(of: tensor, axes: others, order: call.number("p"))
            let sizes = call.tracer.tensor(norms)
            // PyTorch's own addition.
            let divisor = try call.combined(.tensor(sizes), .number(1e-7), .add)
            let factor = try call.combined(.number(most), .tensor(divisor), .divide)
            let isLarge = try call.compared(.tensor(sizes), .number(most), .gt)
            let scale = try call.chosen(isLarge, .tensor(factor), .number(1))
            return [.tensor(try call.combined(.tensor(tensor), .tensor(scale), .multiply))]
        }
        return table
    }()
}

extension Call {
    /// The axes that are normalised together, and the shape with them as one.
    fileprivate func normalized(_ input: ProgramTensor) throws -> (axes: Range<Int>, folded: [Int]) {
        let shape = try ints("normalized_shape")
        guard !shape.isEmpty, shape.count <= input.shape.count, Array(input.shape.suffix(shape.count)) == shape else {
            throw CallError("it normalises \(shape) of a tensor of \(input.shape)")
        }
        let first = input.shape.count - shape.count
        return (first..<input.shape.count, input.shape[..<first] + [shape.reduce(1, *)])
    }

    /// Positions of both where they are parameters of this shape; none where neither is given; nil for others.
    fileprivate func parameters(_ names: String..., shape: [Int]) throws -> [Int]? {
        let tensors = try names.map { try optionalTensor($0) }
        if tensors.allSatisfy({ $0 == nil }) { return [] }
        let positions = tensors.compactMap { $0?.shape == shape ? $0?.parameter : nil }
        return positions.count == names.count ? positions : nil
    }

    /// x · weight + bias, each as far as it is given.
    /// - Parameter shape: what spreads to x.
    fileprivate func scaledAndShifted(_ x: Value, shape: ([Int]) -> [Int]) throws -> Value {
        var x = x
        if let weight = try optionalTensor("weight") {
            x = try scope.multiply(x, by: scope.applying(.reshape(shape(weight.shape)), to: value(weight)))
        }
        if let bias = try optionalTensor("bias") {
            x = try scope.add(x, scope.applying(.reshape(shape(bias.shape)), to: value(bias)))
        }
        return x
    }

    fileprivate func groupNorm(_ groups: Int) throws -> ProgramValue {
        let input = try first()
        guard input.shape.count >= 2 else { throw CallError("its input has the shape \(input.shape)") }
        let norm = Operation.GroupNorm(groups: groups, epsilon: try number("eps", default: 1e-5))
        let weights = try parameters("weight", "bias", shape: [input.shape[1]])
        let x = try scope.record(.groupNorm(norm), value(input), weights: weights ?? [])
        if weights != nil { return result(x) }
        return result(try scaledAndShifted(x) { $0 + [Int](repeating: 1, count: input.shape.count - 2) })
    }

    fileprivate func batchNorm() throws -> ProgramValue {
        let input = try first()
        guard input.shape.count >= 2 else { throw CallError("its input has the shape \(input.shape)") }
        let epsilon = try number("eps", default: 1e-5)
        let channels = [input.shape[1]]
        func perChannel(_ shape: [Int]) -> [Int] { shape + [Int](repeating: 1, count: input.shape.count - 2) }
        let isOwn = try bool("training", default: false) || optionalTensor("running_mean") == nil
        if !isOwn, input.shape.count <= 5,
            let statistics = try parameters("running_mean", "running_var", shape: channels),
            let affine = try parameters("weight", "bias", shape: channels)
        {
            let norm = Operation.BatchNorm(epsilon: epsilon)
            return result(
                try scope.record(.batchNorm(norm), value(input), weights: affine + statistics))
        }
        let x = try value(input)
        let difference: Value
        let variance: Value
        if isOwn {
            let axes = input.shape.indices.filter { $0 != 1 }
            difference = try scope.subtract(x, scope.record(.reduce(.init(.mean, axes: axes)), x))
            variance = try scope.record(
                .reduce(.init(.mean, axes: axes)), scope.multiply(difference, by: difference))
        } else {
            let mean = try tensor("running_mean")
            difference = try scope.subtract(x, scope.applying(.reshape(perChannel(mean.shape)), to: value(mean)))
            let spread = try tensor("running_var")
            variance = try scope.applying(.reshape(perChannel(spread.shape)), to: value(spread))
        }
        let inverse = try scope.record(.function(.reciprocalSquareRoot), scope.scale(variance, adding: epsilon))
        return result(try scaledAndShifted(scope.multiply(difference, by: inverse), shape: perChannel))
    }
}
