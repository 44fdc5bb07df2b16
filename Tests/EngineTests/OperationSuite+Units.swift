import ModelGraph
import TensorCore

@testable import Engine

extension OperationCase {
    /// What the plan lowers at once: layers that follow each other, by strips of rows.
    static let units: [OperationCase] = [
        OperationCase("a perceptron with norm, layer scale and residual", [3, 67, 35]) { scope, x in
            let y = try Linear(scope("fc1"), 35, 70)(LayerNorm(scope("norm"), 35)(x))
            let gamma = try scope.value(ofParameter: scope.declare("gamma", [35]))
            let z = try Linear(scope("fc2"), 70, 35)(scope.activate(.gelu, y))
            return try scope.add(x, scope.multiply(z, by: gamma))
        },
        OperationCase("a perceptron without norm", [1, 150, 19]) { scope, x in
            try Linear(scope("fc2"), 40, 33)(scope.activate(.relu, Linear(scope("fc1"), 19, 40)(x)))
        },
        OperationCase("an inverted residual", [2, 20, 17, 15]) { scope, x in
            let stem = try BatchNorm(scope("stem"), 20)(x)
            var y = try scope.activate(.relu6, BatchNorm(scope("n1"), 50)(Conv2d(scope("c1"), 20, 50, kernel: 1)(stem)))
            y = try Conv2d(scope("c2"), 50, 50, kernel: 3, padding: 1, groups: 50)(y)
            y = try scope.activate(.relu6, BatchNorm(scope("n2"), 50)(y))
            return try scope.add(stem, BatchNorm(scope("n3"), 20)(Conv2d(scope("c3"), 50, 20, kernel: 1)(y)))
        },
        OperationCase("pointwise and depthwise convolutions in turn", [1, 20, 15, 14]) { scope, x in
            var y = try BatchNorm(scope("stem"), 20)(x)
            for block in 0..<3 {
                y = try scope.activate(.relu, Conv2d(scope("p\(block)"), 20, 20, kernel: 1)(y))
                y = try scope.activate(
                    .relu, Conv2d(scope("d\(block)"), 20, 20, kernel: 3, padding: 1, groups: 20)(y))
            }
            return try Conv2d(scope("last"), 20, 20, kernel: 1)(y)
        },
        OperationCase("an inverted residual of stride 2", [1, 20, 30, 29]) { scope, x in
            let stem = try BatchNorm(scope("stem"), 20)(x)
            var y = try scope.activate(.silu, Conv2d(scope("c1"), 20, 50, kernel: 1)(stem))
            y = try scope.activate(.silu, Conv2d(scope("c2"), 50, 50, kernel: 5, stride: 2, padding: 2, groups: 50)(y))
            return try Conv2d(scope("c3"), 50, 37, kernel: 1)(y)
        },
        OperationCase("a stem with an inverted residual", [2, 3, 41, 37]) { scope, x in
            var y = try scope.activate(
                .relu6, BatchNorm(scope("n1"), 21)(Conv2d(scope("c1"), 3, 21, kernel: 3, stride: 2, padding: 1)(x)))
            y = try scope.activate(.relu6, Conv2d(scope("c2"), 21, 21, kernel: 3, padding: 1, groups: 21)(y))
            return try Conv2d(scope("c3"), 21, 18, kernel: 1)(y)
        },
        OperationCase("a large stem and the maximum of its windows", [1, 3, 165, 171]) { scope, x in
            let y = try scope.activate(.relu, Conv2d(scope("c1"), 3, 70, kernel: 7, stride: 2, padding: 3)(x))
            return try MaxPool2d(scope("pool"), kernel: 3, stride: 2, padding: 1)(y)
        },
        OperationCase("a large stem and the maximum of what may be negative", [1, 3, 165, 171]) { scope, x in
            let y = try Conv2d(scope("c1"), 3, 70, kernel: 3, stride: 2, padding: 1)(x)
            return try MaxPool2d(scope("pool"), kernel: 3, stride: 2, padding: 1)(y)
        },
        OperationCase("a large expansion whose windows are gated", [1, 7, 66, 69]) { scope, x in
            let stem = try BatchNorm(scope("stem"), 7)(x)
            var y = try scope.activate(.silu, Conv2d(scope("c1"), 7, 99, kernel: 1)(stem))
            y = try scope.activate(.silu, Conv2d(scope("c2"), 99, 99, kernel: 5, stride: 2, padding: 2, groups: 99)(y))
            let gate = try scope.activate(.sigmoid, scope.mean(y, axes: [2, 3], keepingAxes: true))
            return try Conv2d(scope("c3"), 99, 20, kernel: 1)(scope.multiply(y, by: gate))
        },
        OperationCase("a projection of a gated map with a residual", [2, 20, 19, 17]) { scope, x in
            let stem = try BatchNorm(scope("stem"), 20)(x)
            let gate = try scope.activate(.sigmoid, scope.mean(stem, axes: [2, 3], keepingAxes: true))
            return try scope.add(stem, Conv2d(scope("conv"), 20, 20, kernel: 1)(scope.multiply(stem, by: gate)))
        },
    ]
}
