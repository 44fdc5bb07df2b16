import ModelGraph
import TensorCore

@testable import Engine

/// A small graph that exercises one operation, or a chain that becomes one step.
struct OperationCase: Sendable, CustomStringConvertible {
    let description: String
    let input: [Int]
    let model: @Sendable (Scope, Value) throws -> Value

    init(_ description: String, _ input: [Int], _ model: @escaping @Sendable (Scope, Value) throws -> Value) {
        self.description = description
        self.input = input
        self.model = model
    }

    var graph: Graph {
        get throws {
            let builder = GraphBuilder(inputShape: input)
            return builder.finish(try model(builder.root, builder.input))
        }
    }
}

extension OperationCase {
    static let all = products + units + residuals + attentions + norms + elementwise + images + views

    static let products: [OperationCase] = [
        OperationCase("linear of tokens, GELU", [2, 7, 19]) { scope, x in
            try scope.activate(.gelu, Linear(scope("fc"), 19, 35)(x))
        },
        OperationCase("linear with layer scale and residual", [2, 7, 19]) { scope, x in
            let gamma = try scope.value(ofParameter: scope.declare("gamma", [19]))
            return try scope.add(x, scope.multiply(Linear(scope("fc"), 19, 19)(x), by: gamma))
        },
        OperationCase("linear with a scale for each token", [2, 7, 19]) { scope, x in
            let gamma = try scope.value(ofParameter: scope.declare("gamma", [7, 1]))
            return try scope.multiply(Linear(scope("fc"), 19, 19)(x), by: gamma)
        },
        OperationCase("linear, SiLU, then a residual", [3, 5, 21]) { scope, x in
            try scope.add(scope.activate(.silu, Linear(scope("fc"), 21, 21)(x)), x)
        },
        OperationCase("matmul", [2, 3, 7, 5]) { scope, x in try scope.matmul(x, scope.transpose(x, -1, -2)) },
        OperationCase("matmul, transposed as it is read", [2, 3, 7, 5]) { scope, x in
            try scope.matmul(scope.activate(.relu, x), x, transposed: true)
        },
        OperationCase("matmul of one matrix with many", [4, 6, 5]) { scope, x in
            let weight = try scope.value(ofParameter: scope.declare("table", [5, 9]))
            return try scope.matmul(x, weight)
        },
        OperationCase("convolution after asymmetric padding", [2, 3, 11, 9]) { scope, x in
            let padded = try scope.pad(x, left: 0, right: 1, top: 1, bottom: 2)
            return try scope.activate(.silu, Conv2d(scope("conv"), 3, 18, kernel: 3, stride: 2)(padded))
        },
        OperationCase("depthwise after asymmetric padding", [2, 18, 11, 9]) { scope, x in
            let padded = try scope.pad(scope.activate(.relu, x), left: 1, right: 2, top: 1, bottom: 2)
            return try Conv2d(scope("conv"), 18, 18, kernel: 5, stride: 2, groups: 18)(padded)
        },
        OperationCase("3 × 3 convolution with GELU", [1, 35, 13, 14]) { scope, x in
            try scope.activate(.gelu, Conv2d(scope("conv"), 35, 37, kernel: 3, padding: 1)(scope.activate(.relu, x)))
        },
        OperationCase("large depthwise with dilation", [1, 19, 23, 21]) { scope, x in
            try Conv2d(scope("conv"), 19, 19, kernel: 7, padding: 9, dilation: 3, groups: 19)(x)
        },
    ]

    static let residuals: [OperationCase] = [
        OperationCase("a residual block, its shortcut recorded last", [1, 20, 5, 6]) { scope, x in
            let shared = try BatchNorm(scope("stem"), 20)(x)
            let branch = try BatchNorm(scope("bn"), 20)(Conv2d(scope("conv"), 20, 20, kernel: 3, padding: 1)(shared))
            let shortcut = try BatchNorm(scope("down.bn"), 20)(Conv2d(scope("down"), 20, 20, kernel: 1)(shared))
            return try scope.activate(.relu, scope.add(branch, shortcut))
        },
        OperationCase("a residual whose rows lie in another order", [2, 7, 9, 19]) { scope, x in
            let rolled = try scope.roll(x, shifts: [2, 3], axes: [1, 2])
            return try scope.add(rolled, Linear(scope("fc"), 19, 19)(LayerNorm(scope("norm"), 19)(rolled)))
        },
        OperationCase("a value twice in a sum", [1, 20, 5, 6]) { scope, x in
            let y = try Conv2d(scope("conv"), 20, 20, kernel: 1)(x)
            return try scope.add(y, y)
        },
    ]

    static let attentions: [OperationCase] = [
        OperationCase("packed attention", [2, 13, 24]) { scope, x in
            let (l, h, d) = (13, 3, 8)
            let qkv = try scope.permute(
                scope.reshape(Linear(scope("qkv"), 24, 72)(x), [2, l, 3, h, d]), [2, 0, 3, 1, 4])
            let parts = try scope.unbind(qkv, axis: 0)
            let y = try scope.attention(parts[0], parts[1], parts[2])
            return try scope.reshape(scope.transpose(y, 1, 2), [2, l, 24])
        },
        OperationCase("window attention with bias and mask, written out", [4, 9, 20]) { scope, x in
            let (b, n, h, d) = (4, 9, 2, 10)
            let qkv = try scope.permute(
                scope.reshape(Linear(scope("qkv"), 20, 60)(x), [b, n, 3, h, d]), [2, 0, 3, 1, 4])
            let parts = try scope.unbind(qkv, axis: 0)
            let q = try scope.scale(parts[0], by: 0.3)
            var scores = try scope.matmul(q, scope.transpose(parts[1], -2, -1))
            let table = try scope.value(ofParameter: scope.declare("bias", [h, n, n]))
            scores = try scope.add(scores, scope.unsqueeze(table, 0))
            let mask = ComputedTable("test mask", shape: [2, n, n]) {
                (0..<2 * n * n).map { $0 % 7 == 0 ? -100 : 0 }
            }
            let lifted = try scope.unsqueeze(scope.unsqueeze(scope.constant(mask), 1), 0)
            scores = try scope.add(scope.reshape(scores, [2, 2, h, n, n]), lifted)
            scores = try scope.reshape(scores, [b, h, n, n])
            let y = try scope.matmul(scope.softmax(scores), parts[2])
            return try scope.reshape(scope.transpose(y, 1, 2), [b, n, 20])
        },
        OperationCase("attention with a bias for the row and one for the column of a key", [2, 12, 20]) { scope, x in
            let parts = try scope.splitInHeads(Linear(scope("qkv"), 20, 60)(x), heads: 2)
            let map = try scope.reshape(parts[0], [2, 2, 3, 4, 10])
            let rows = try scope.value(ofParameter: scope.declare("rows", [3, 3, 10]))
            let columns = try scope.value(ofParameter: scope.declare("columns", [4, 4, 10]))
            let down = try scope.matmul(map, rows, transposed: true, isEinsum: true)
            let across = try scope.transpose(scope.matmul(scope.transpose(map, 2, 3), columns, transposed: true), 2, 3)
            let sum = try scope.add(scope.unsqueeze(down, 5), scope.unsqueeze(across, 4))
            let scores = try scope.matmul(scope.scale(parts[0], by: 0.3), parts[1], transposed: true)
            let weights = try scope.softmax(scope.add(scores, scope.reshape(sum, [2, 2, 12, 12])))
            return try scope.reshape(scope.transpose(scope.matmul(weights, parts[2]), 1, 2), [2, 12, 20])
        },
        OperationCase("cross-covariance attention", [2, 15, 24]) { scope, x in
            let qkv = try scope.permute(
                scope.reshape(Linear(scope("qkv"), 24, 72)(x), [2, 15, 3, 3, 8]), [2, 0, 3, 4, 1])
            let parts = try scope.unbind(qkv, axis: 0)
            let (q, k) = (try scope.normalize(parts[0], axis: -1), try scope.normalize(parts[1], axis: -1))
            let scores = try scope.softmax(scope.matmul(q, scope.transpose(k, -2, -1)))
            return try scope.reshape(scope.permute(scope.matmul(scores, parts[2]), [0, 3, 1, 2]), [2, 15, 24])
        },
    ]

    static let norms: [OperationCase] = [
        OperationCase("layer norm of tokens", [2, 7, 37]) { scope, x in try LayerNorm(scope("norm"), 37)(x) },
        OperationCase("layer norm of a feature map", [2, 18, 5, 7]) { scope, x in
            try LayerNorm(scope("norm"), 18).onFeatureMap(scope.activate(.relu, x))
        },
        OperationCase("layer norm without weights", [3, 33]) { scope, x in
            try LayerNorm(scope("norm"), 33, affine: false)(x)
        },
        OperationCase("group norm", [2, 18, 5, 7]) { scope, x in try GroupNorm(scope("norm"), groups: 1, 18)(x) },
        OperationCase("group norm of three groups", [2, 18, 5, 7]) { scope, x in
            try GroupNorm(scope("norm"), groups: 3, 18)(x)
        },
        OperationCase("batch norm of a matrix without weights", [3, 21]) { scope, x in
            try BatchNorm(scope("norm"), 21, affine: false)(x)
        },
        OperationCase("batch norm after a linear layer", [3, 21]) { scope, x in
            try BatchNorm(scope("norm"), 10)(Linear(scope("fc"), 21, 10)(x))
        },
        OperationCase("normalize along the last axis", [2, 3, 17]) { scope, x in try scope.normalize(x, axis: -1) },
        OperationCase("normalize along the channels", [2, 18, 3, 5]) { scope, x in try scope.normalize(x, axis: 1) },
        OperationCase("softmax along the last axis", [2, 3, 19]) { scope, x in try scope.softmax(x) },
        OperationCase("softmax along another axis", [2, 19, 3]) { scope, x in try scope.softmax(x, axis: 1) },
        OperationCase("global response norm", [2, 5, 7, 18]) { scope, x in
            let gx = try scope.reduce(.norm, x, axes: [1, 2], keepingAxes: true)
            let mean = try scope.scale(scope.mean(gx, axes: [-1], keepingAxes: true), adding: 1e-6)
            let nx = try scope.divide(gx, by: mean)
            let gamma = try scope.value(ofParameter: scope.declare("gamma", [18]))
            let beta = try scope.value(ofParameter: scope.declare("beta", [18]))
            return try scope.add(scope.add(scope.multiply(gamma, by: scope.multiply(x, by: nx)), beta), x)
        },
    ]

    static let activations: [Activation] = [
        .relu, .relu6, .sigmoid, .silu, .gelu, .hardSwish, .hardSigmoid, .tanh, .leakyReLU(slope: 0.01), .exp,
        .clamp(lower: -0.25, upper: 0.5),
    ]

    static let elementwise: [OperationCase] =
        activations.map { activation in
            OperationCase("\(activation)", [2, 19, 3, 5]) { scope, x in
                try scope.activate(activation, scope.scale(x, by: 5))
            }
        }
        + Operation.Binary.Kind.allCases.flatMap { kind in
            [
                ("equal shapes", [2, 19, 3, 5]), ("a channel each", [19, 1, 1]), ("a gate a sample", [2, 19, 1, 1]),
                ("a row", [5]), ("a number", [1]), ("a map for all channels", [2, 1, 3, 5]),
                ("a map for all samples", [1, 19, 3, 5]), ("a column", [3, 1]),
            ].map { name, shape in
                OperationCase("\(kind) of \(name)", [2, 19, 3, 5]) { scope, x in
                    let weight = try scope.value(ofParameter: scope.declare("other", shape))
                    // Not a constant, so that nothing folds.
                    let other = try scope.add(weight, scope.mean(scope.activate(.sigmoid, x), axes: [0, 1, 2, 3]))
                    return try scope.record(.binary(.init(kind)), x, scope.activate(.exp, other))
                }
            }
        }
        + [
            OperationCase("a swish written out", [2, 19, 3, 5]) { scope, x in
                try scope.multiply(x, by: scope.activate(.sigmoid, x))
            },
            OperationCase("numbers without axes", [2, 3]) { scope, x in
                let mean = try scope.mean(x, axes: [0, 1])
                return try scope.add(mean, scope.multiply(mean, by: mean))
            },
            OperationCase("scale and shift", [2, 7, 19]) { scope, x in
                try scope.activate(.relu, scope.scale(x, by: 0.37, adding: 0.11))
            },
            OperationCase("a residual over permuted axes", [2, 19, 3, 5]) { scope, x in
                let last = try scope.permute(x, [0, 2, 3, 1])
                let y = try scope.permute(Linear(scope("fc"), 19, 19)(last), [0, 3, 1, 2])
                return try scope.add(x, y)
            },
            OperationCase("a scaled residual over permuted axes", [2, 19, 3, 5]) { scope, x in
                let last = try scope.permute(x, [0, 2, 3, 1])
                let y = try scope.permute(Linear(scope("fc"), 19, 19)(last), [0, 3, 1, 2])
                let gamma = try scope.value(ofParameter: try scope.declare("gamma", [19]))
                let scaled = try scope.multiply(y, by: try scope.reshape(gamma, [1, -1, 1, 1]))
                return try scope.add(x, scaled)
            },
            OperationCase("a product over permuted axes with what depends on them", [2, 19, 3, 5]) { scope, x in
                let last = try scope.permute(x, [0, 2, 3, 1])
                let y = try scope.permute(Linear(scope("fc"), 19, 19)(last), [0, 3, 1, 2])
                return try scope.multiply(y, by: scope.mean(x, axes: [2, 3], keepingAxes: true))
            },
        ]

    static let images: [OperationCase] =
        [[2, 19, 7, 5], [1, 35, 6, 8], [2, 3, 1, 9], [1, 2, 13, 2], [3, 17, 4, 1]].map { shape in
            OperationCase("a spectral filter of \(shape)", shape) { scope, x in
                let weight = try scope.value(
                    ofParameter: scope.declare("weight", [shape[1], shape[2], shape[3] / 2 + 1, 2]))
                return try scope.spectralFilter(x, by: weight)
            }
        }
        + [
            OperationCase("a spectral filter of part of the channels, its weight resized", [1, 38, 9, 7]) { scope, x in
                let halves = try scope.chunk(BatchNorm(scope("norm"), 38)(x), axis: 1, count: 2)
                var weight = try scope.value(ofParameter: scope.declare("weight", [19, 5, 3, 2]))
                weight = try scope.resize(
                    scope.permute(weight, [3, 0, 1, 2]), .bilinear, to: Extent2d(height: 9, width: 4),
                    alignCorners: true)
                let y = try scope.spectralFilter(halves[1], by: scope.permute(weight, [1, 2, 3, 0]))
                return try scope.reshape(scope.stack([halves[0], y], axis: 2), [1, 38, 9, 7])
            },
            OperationCase("mean over a map", [2, 19, 5, 7]) { scope, x in try scope.mean(x, axes: [2, 3]) },
            OperationCase("mean over tokens", [2, 11, 19]) { scope, x in try scope.mean(x, axes: [1]) },
            OperationCase("mean over channels", [2, 11, 19]) { scope, x in try scope.mean(x, axes: [2]) },
            OperationCase("sum over one axis", [2, 19, 5, 7]) { scope, x in
                try scope.reduce(.sum, x, axes: [3], keepingAxes: true)
            },
            OperationCase("maximum over one axis", [2, 19, 5, 7]) { scope, x in try scope.reduce(.max, x, axes: [3]) },
            OperationCase("norm over a map", [2, 19, 5, 7]) { scope, x in try scope.reduce(.norm, x, axes: [2, 3]) },
            OperationCase("adaptive pooling", [2, 19, 5, 7]) { scope, x in
                try AdaptiveAvgPool2d(scope("pool"), 3)(x)
            },
        ]
        + Operation.Resize.Mode.allCases.flatMap { mode in
            [Extent2d(height: 9, width: 4), Extent2d(height: 3, width: 13)].flatMap { size in
                [false, true].compactMap { corners -> OperationCase? in
                    if mode == .nearest, corners { return nil }
                    return OperationCase("\(mode) to \(size), corners \(corners)", [2, 3, 5, 7]) { scope, x in
                        try scope.resize(x, mode, to: size, alignCorners: corners)
                    }
                }
            }
        }

    static let views: [OperationCase] = [
        OperationCase("tokens of a map and back", [2, 19, 3, 5]) { scope, x in
            let tokens = try scope.transpose(scope.flatten(x, from: 2), 1, 2)
            let y = try LayerNorm(scope("norm"), 19)(tokens)
            return try scope.reshape(scope.transpose(y, 1, 2), [2, 19, 3, 5])
        },
        OperationCase("shifted windows and back", [2, 7, 9, 19]) { scope, x in
            let padded = try scope.pad(x, before: [:], after: [1: 1, 2: 3])
            let rolled = try scope.roll(padded, shifts: [-2, -2], axes: [1, 2])
            var y = try scope.permute(scope.reshape(rolled, [2, 2, 4, 3, 4, 19]), [0, 1, 3, 2, 4, 5])
            y = try Linear(scope("fc"), 19, 19)(scope.reshape(y, [12, 16, 19]))
            y = try scope.permute(scope.reshape(y, [2, 2, 3, 4, 4, 19]), [0, 1, 3, 2, 4, 5])
            y = try scope.roll(scope.reshape(y, [2, 8, 12, 19]), shifts: [2, 2], axes: [1, 2])
            y = try scope.slice(scope.slice(y, axis: 1, 0..<7), axis: 2, 0..<9)
            return try scope.add(x, y)
        },
        OperationCase("roll along the last axis", [2, 3, 7]) { scope, x in try scope.roll(x, shifts: [3], axes: [2]) },
        OperationCase("padding of the last axis", [2, 3, 7]) { scope, x in
            try scope.pad(x, before: [2: 2], after: [1: 1])
        },
        OperationCase("a class token in front", [2, 5, 19]) { scope, x in
            let token = try scope.value(ofParameter: scope.declare("cls", [1, 1, 19]))
            let all = try scope.concat([scope.expand(token, [2, 1, 19]), x], axis: 1)
            let embedding = try scope.value(ofParameter: scope.declare("pos", [1, 6, 19]))
            return try LayerNorm(scope("norm"), 19)(scope.add(all, embedding))
        },
        OperationCase("channels one after the other", [2, 19, 3, 5]) { scope, x in
            try scope.concat([x, scope.activate(.relu, x), x], axis: 1)
        },
        OperationCase("channel shuffle", [2, 20, 3, 5]) { scope, x in
            let grouped = try scope.reshape(x, [2, 4, 5, 3, 5])
            let y = try scope.reshape(scope.transpose(grouped, 1, 2), [2, 20, 3, 5])
            return try Conv2d(scope("conv"), 20, 9, kernel: 1)(y)
        },
        OperationCase("every second position", [2, 7, 19]) { scope, x in
            try Linear(scope("fc"), 19, 5)(scope.slice(x, axis: 1, 0..<7, step: 2))
        },
        OperationCase("part of the channels", [2, 30, 3, 5]) { scope, x in
            let parts = try scope.chunk(scope.activate(.relu, x), axis: 1, count: 2)
            return try scope.multiply(Conv2d(scope("conv"), 15, 15, kernel: 3, padding: 1)(parts[0]), by: parts[1])
        },
        OperationCase("rows by a table", [5, 19]) { scope, x in
            try scope.gather(x, ComputedTable("rows", shape: [2, 4], dtype: .int64) { [0, 4, 2, 2, 1, 3, 0, 4] })
        },
        OperationCase("columns by a table", [3, 5]) { scope, x in
            try scope.gather(x, axis: 1, ComputedTable("columns", shape: [2, 2], dtype: .int64) { [4, 0, 3, 3] })
        },
        OperationCase("positions of the largest", [2, 7, 19]) { scope, x in try scope.topK(x, 5) },
        OperationCase("positions of all, in falling order", [3, 5]) { scope, x in try scope.topK(x, 5) },
        OperationCase("the nearest of other rows", [2, 11, 19]) { scope, x in
            let others = try scope.slice(x, axis: 1, 0..<11, step: 2)
            let nearest = try scope.topK(scope.matmul(x, others, transposed: true), 4)
            let rows = try scope.selectRows(others, at: scope.slice(nearest, axis: 2, 0..<4, step: 2))
            return try scope.subtract(scope.reduce(.max, rows, axes: [2]), x)
        },
        OperationCase("patch merging", [2, 19, 6, 8]) { scope, x in
            let windows = Operation.Unfold(kernel: .square(2), stride: .square(2))
            let y = try scope.transpose(scope.unfold(scope.activate(.relu, x), windows), 1, 2)
            return try Linear(scope("fc"), 76, 38, bias: false)(LayerNorm(scope("norm"), 76)(y))
        },
        OperationCase("overlapping windows with padding", [2, 3, 7, 9]) { scope, x in
            try scope.unfold(x, Operation.Unfold(kernel: .square(3), stride: .square(2), padding: .square(1)))
        },
        OperationCase("a constant", [2, 3]) { scope, x in
            try scope.add(x, scope.constant(ComputedTable("ramp", shape: [3]) { [0, 1, 2] }))
        },
    ]
}

extension Scope {
    /// `[N, L, 3 · C]` → q, k and v, each `[N, heads, L, C / heads]`.
    fileprivate func splitInHeads(_ value: Value, heads: Int) throws -> [Value] {
        let shape = shape(of: value)
        let split = try reshape(value, [shape[0], shape[1], 3, heads, shape[2] / (3 * heads)])
        return try unbind(permute(split, [2, 0, 3, 1, 4]), axis: 0)
    }
}
