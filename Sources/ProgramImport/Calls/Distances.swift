import ModelGraph
import TensorCore

/// Distances between vectors, and what comes to them.
extension ATenCalls {
    static let distances: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["cdist.default", "_cdist_forward.default"] {
            table[name] = { call in
                let order = try call.number("p", default: 2)
                return [.tensor(try call.distances(call.tensor("x1"), call.tensor("x2"), order: order))]
            }
        }
        table["_euclidean_dist.default"] = { call in
            [.tensor(try call.distances(call.tensor("x1"), call.tensor("x2"), order: 2))]
        }
        table["dist.default"] = { call in
            let difference = try call.combined(call.operand("self"), call.operand("other"), .subtract)
            let flat = try call.reshaped(difference, [-1])
            return [.tensor(try call.length(of: flat, order: try call.number("p", default: 2)))]
        }
        table["pairwise_distance.default"] = { call in
            let difference = try call.combined(call.operand("x1"), call.operand("x2"), .subtract)
            let shifted = try call.combined(
                .tensor(difference), .number(call.number("eps", default: 1e-6)), .add)
            let length = try call.length(of: shifted, order: call.number("p", default: 2))
            guard call.bool("keepdim", default: false) else { return [.tensor(length)] }
            return [.tensor(try call.reshaped(length, length.shape + [1]))]
        }
        // Networks with codebooks give them beside their output.
        for name in ["mse_loss.default", "l1_loss.default"] {
            table[name] = { call in
                let gap = try call.combined(.tensor(call.tensor("self")), .tensor(call.tensor("target")), .subtract)
                let losses =
                    name == "mse_loss.default"
                    ? try call.combined(.tensor(gap), .tensor(gap), .multiply) : try call.applied(.absolute, to: gap)
                let reduction = try call.int("reduction", default: 1)
                guard reduction != 0 else { return [.tensor(losses)] }
                let line = try call.reshaped(losses, [-1])
                return [.tensor(try call.reducedAway(line, reduction == 2 ? .sum : .mean, axis: 0))]
            }
        }
        for name in ["pdist.default", "_pdist_forward.default"] {
            table[name] = { call in
                let rows = try call.first()
                guard rows.shape.count == 2, rows.shape[0] > 1 else {
                    throw CallError("its input has the shape \(rows.shape)")
                }
                let count = rows.shape[0]
                try call.tracer.spend(multipliedSaturated(count, count))
                let all = try call.distances(rows, rows, order: call.number("p", default: 2))
                let upper = (0..<count * count).filter { $0 / count < $0 % count }
                return [.tensor(try call.gathered(call.reshaped(all, [-1]), 0, upper, [upper.count]))]
            }
        }
        table["bilinear.default"] = { call in
            try [.tensor(call.bilinear(call.tensor("input1"), call.tensor("input2"), call.tensor("weight")))]
        }
        table["_trilinear.default"] = { call in
            // What a bilinear layer comes to: Σ over the last two axes of three factors that spread to each other.
            var factors: [ProgramTensor] = []
            for (name, expansion) in [("i1", "expand1"), ("i2", "expand2"), ("i3", "expand3")] {
                var tensor = try call.tensor(name)
                for axis in try call.ints(expansion) {
                    var shape = tensor.shape
                    shape.insert(1, at: try call.axis(axis, rank: shape.count + 1))
                    tensor = try call.reshaped(tensor, shape)
                }
                factors.append(tensor)
            }
            return [.tensor(try call.trilinear(factors, summed: call.ints("sumdim")))]
        }
        for name in ["_weight_norm.default", "_weight_norm_interface.default"] {
            table[name] = { call in
                let (direction, size) = (try call.tensor("v"), try call.tensor("g"))
                // -1 is not the last axis: the norm is that of the whole.
                let number = try call.int("dim", default: 0)
                let axis = try number == -1 ? nil : call.axis(number, rank: direction.shape.count)
                let v = try call.value(direction)
                let axes = direction.shape.indices.filter { $0 != axis }
                let norm = try call.scope.record(.reduce(.init(.norm, axes: axes)), v)
                let factor = try call.scope.divide(call.value(size), by: norm)
                return [call.result(try call.scope.multiply(v, by: factor)), call.result(norm)]
            }
        }
        table["one_hot.default"] = { call in
            let index = try call.first()
            guard index.constant != nil || call.has("num_classes") else {
                throw CallError("the number of its classes depends on the input")
            }
            var count = try call.int("num_classes", default: -1)
            if count == -1, let known = index.constant {
                let largest = known.elements.max() ?? -1
                guard let last = Int(exactly: largest), last < 1 << 31 else {
                    throw CallError("it has a class \(largest)")
                }
                count = last + 1
            }
            guard count > 0 else { throw CallError("it has \(count) classes") }
            try call.tracer.spend(index.shape.reduce(count, multipliedSaturated))
            let classes = try call.tracer.constant(.int64, [count], (0..<count).map { Double($0) })
            let column = try call.reshaped(index, index.shape + [1])
            return [.tensor(try call.typed(call.compared(.tensor(column), .tensor(classes), .eq), .int64))]
        }
        return table
    }()
}

extension Call {
    /// Distances of all rows of two stacks of matrices: `[…, P, M]`, `[…, R, M]` → `[…, P, R]`.
    fileprivate func distances(_ left: ProgramTensor, _ right: ProgramTensor, order: Double) throws -> ProgramTensor {
        guard left.shape.count >= 2, right.shape.count >= 2 else {
            throw CallError("its operands have the shapes \(left.shape) and \(right.shape)")
        }
        let (rows, columns) = (left.shape[left.shape.count - 2], right.shape[right.shape.count - 2])
        // As PyTorch does where there are many: |a|² + |b|² − 2 a·b.
        if order == 2, rows > 25 || columns > 25, try optionalNumber("compute_mode") != 2 {
            func squares(_ tensor: ProgramTensor) throws -> ProgramTensor {
                let square = try combined(.tensor(tensor), .tensor(tensor), .multiply)
                return try reducedAway(square, .sum, axis: tensor.shape.count - 1)
            }
            let (a, b) = (try squares(left), try squares(right))
            let sum = try combined(
                .tensor(reshaped(a, a.shape + [1])), .tensor(reshaped(b, b.shape.dropLast() + [1, columns])), .add)
            var axes = Array(right.shape.indices)
            axes.swapAt(axes.count - 1, axes.count - 2)
            let twice = try combined(.tensor(product(left, permuted(right, axes))), .number(2), .multiply)
            let square = try combined(.tensor(sum), .tensor(twice), .subtract)
            let positive = try scope.activate(.relu, value(square))
            return tracer.tensor(try scope.record(.function(.squareRoot), positive))
        }
        let a = try reshaped(left, left.shape.dropLast() + [1, left.shape[left.shape.count - 1]])
        var lead = Array(right.shape.dropLast(2))
        lead += [1] + right.shape.suffix(2)
        let difference = try combined(.tensor(a), .tensor(reshaped(right, lead)), .subtract)
        return try length(of: difference, order: order)
    }

    /// The length of each row of the last axis.
    fileprivate func length(of tensor: ProgramTensor, order: Double) throws -> ProgramTensor {
        guard order >= 0 else { throw CallError("it measures by the order \(order)") }
        let size = try length(of: tensor, axes: [tensor.shape.count - 1], order: order)
        return tracer.tensor(try scope.applying(.reshape(tensor.shape.dropLast()), to: size))
    }

    /// `torch.nn.Bilinear`: for each output o, Σᵢⱼ aᵢ · W[o, i, j] · bⱼ.
    fileprivate func bilinear(
        _ left: ProgramTensor, _ right: ProgramTensor, _ weight: ProgramTensor
    ) throws -> ProgramTensor {
        let bias = try optionalTensor("bias")
        guard weight.shape.count == 3, !left.shape.isEmpty, left.shape.count == right.shape.count,
            left.shape.dropLast() == right.shape.dropLast(), left.shape.last == weight.shape[1],
            right.shape.last == weight.shape[2]
        else {
            throw CallError(
                "its operands have the shapes \(left.shape) and \(right.shape), its weight \(weight.shape)")
        }
        let (outputs, inputs, others) = (weight.shape[0], weight.shape[1], weight.shape[2])
        let rows = left.shape.dropLast().reduce(1, *)
        let matrix = try reshaped(permuted(weight, [1, 0, 2]), [inputs, outputs * others])
        let half = try product(reshaped(left, [rows, inputs]), matrix)
        let whole = try product(
            reshaped(half, [rows, outputs, others]), reshaped(right, [rows, others, 1]))
        let output = try reshaped(whole, left.shape.dropLast() + [outputs])
        guard let bias else { return output }
        return try combined(.tensor(output), .tensor(bias), .add)
    }

    /// The sum over axes of the product of three tensors of one rank.
    fileprivate func trilinear(_ factors: [ProgramTensor], summed: [Int]) throws -> ProgramTensor {
        let rank = factors[0].shape.count
        guard factors.allSatisfy({ $0.shape.count == rank }) else { throw CallError("its factors have several ranks") }
        let axes = try Set(summed.map { try axis($0, rank: rank) }).sorted(by: >)
        let product = try combined(.tensor(factors[0]), .tensor(factors[1]), .multiply)
        var sum = try combined(.tensor(product), .tensor(factors[2]), .multiply)
        for axis in axes { sum = try reducedAway(sum, .sum, axis: axis) }
        return sum
    }
}
