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
    static let all = products + units + branches + residuals + attentions + norms + elementwise + images + views

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
            let shortcut = try BatchNorm(scope("down.bn"), 20)(Conv2d(scope("down"), 20, 20, kernel: 1)(x))
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

    static let norms: [OperationCase] = [
        OperationCase("layer norm of channels written out", [2, 19, 3, 5]) { scope, x in
            func parameter(_ name: String) throws -> Value {
                try scope.reshape(scope.value(ofParameter: scope.declare(name, [19])), [19, 1, 1])
            }
            let difference = try scope.subtract(x, scope.mean(x, axes: [1], keepingAxes: true))
            let variance = try scope.mean(scope.multiply(difference, by: difference), axes: [1], keepingAxes: true)
            let root = try scope.record(.function(.squareRoot), scope.scale(variance, adding: 1e-6))
            let quotient = try scope.divide(difference, by: root)
            return try scope.add(scope.multiply(parameter("weight"), by: quotient), parameter("bias"))
        },
        OperationCase("vectors of length 1 written out", [2, 19, 3, 5]) { scope, x in
            let norm = try scope.reduce(.norm, x, axes: [1], keepingAxes: true)
            let bounded = try scope.activate(.clamp(lower: 1e-12, upper: .infinity), norm)
            return try scope.divide(x, by: scope.expand(bounded, [2, 19, 3, 5]))
        },
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
}
