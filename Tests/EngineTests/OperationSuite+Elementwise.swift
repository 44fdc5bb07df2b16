import ModelGraph
import TensorCore

@testable import Engine

extension OperationCase {
    static let activations: [Activation] = [
        .relu, .relu6, .sigmoid, .silu, .quickGELU, .gelu, .hardSwish, .hardSigmoid, .tanh, .leakyReLU(slope: 0.01),
        .exp, .clamp(lower: -0.25, upper: 0.5),
    ]

    static let functions: [Operation.Function] = [
        .logToBase10, .powerOfTwo, .complementaryErrorFunction, .logOfGamma, .tangent, .arcSine, .arcCosine,
        .arcTangent, .hyperbolicSine, .hyperbolicCosine, .inverseHyperbolicSine, .inverseHyperbolicTangent,
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
        + functions.map { function in
            OperationCase("\(function) of positive numbers below 1", [2, 19, 3, 5]) { scope, x in
                try scope.record(.function(function), scope.activate(.sigmoid, x))
            }
        }
        + [
            OperationCase("the inverse hyperbolic cosine", [2, 19, 3, 5]) { scope, x in
                try scope.record(.function(.inverseHyperbolicCosine), scope.scale(scope.activate(.exp, x), adding: 1))
            }
        ]
        + Operation.BinaryFunction.Kind.allCases.map { kind in
            OperationCase("\(kind) of a map and a column", [2, 19, 3, 5]) { scope, x in
                let column = try scope.mean(x, axes: [3], keepingAxes: true)
                return try scope.record(.binaryFunction(.init(kind)), scope.activate(.exp, x), column)
            }
        }
        + Operation.Compare.Kind.allCases.map { kind in
            OperationCase("\(kind) of the input and a column of it", [2, 19, 3, 5]) { scope, x in
                let mean = try scope.mean(x, axes: [3], keepingAxes: true)
                return try scope.record(.compare(.init(kind)), x, mean)
            }
        }
        + [
            OperationCase("a choice by a map for all channels", [2, 19, 3, 5]) { scope, x in
                let mean = try scope.mean(x, axes: [1], keepingAxes: true)
                let zero = try scope.constant(ComputedTable("0", shape: []) { [0] })
                let condition = try scope.record(.compare(.init(.gt)), mean, zero)
                let other = try scope.mean(x, axes: [2, 3], keepingAxes: true)
                return try scope.activate(.relu, scope.record(.choose(.init()), condition, x, other))
            },
            OperationCase("a swish written out", [2, 19, 3, 5]) { scope, x in
                try scope.multiply(x, by: scope.activate(.sigmoid, x))
            },
            OperationCase("a hard swish and a hard sigmoid written out", [2, 19, 3, 5]) { scope, x in
                let y = try scope.scale(x, by: 5)
                let gate = try scope.activate(
                    .clamp(lower: -.infinity, upper: 6), scope.activate(.relu, scope.scale(y, adding: 3)))
                let other = try scope.activate(.relu6, scope.scale(y, adding: 3))
                return try scope.add(
                    scope.scale(scope.multiply(y, by: gate), by: 1.0 / 6), scope.scale(other, by: 1.0 / 6))
            },
            OperationCase("a hard sigmoid written out, with a quotient", [2, 19, 3, 5]) { scope, x in
                let six = try scope.constant(ComputedTable("6", shape: []) { [6] })
                let y = try scope.scale(x, by: 5)
                return try scope.divide(scope.activate(.relu6, scope.scale(y, adding: 3)), by: six)
            },
            OperationCase("a number over a map, and the map over a number", [2, 19, 3, 5]) { scope, x in
                let seven = try scope.constant(ComputedTable("7", shape: []) { [7] })
                return try scope.add(
                    scope.divide(seven, by: scope.activate(.exp, x)), scope.divide(x, by: seven))
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
}
