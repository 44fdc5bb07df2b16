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
        OperationCase("a small map's expansion and its windows", [2, 20, 9, 7]) { scope, x in
            let stem = try BatchNorm(scope("stem"), 20)(x)
            var y = try scope.activate(.relu6, Conv2d(scope("c1"), 20, 150, kernel: 1)(stem))
            y = try scope.activate(.relu6, Conv2d(scope("c2"), 150, 150, kernel: 3, padding: 1, groups: 150)(y))
            return try scope.add(stem, Conv2d(scope("c3"), 150, 20, kernel: 1)(y))
        },
        OperationCase("halves that are shuffled, as one buffer", [2, 12, 15, 14]) { scope, x in
            let stem = try BatchNorm(scope("stem"), 12)(x)
            var y = try shuffled(
                scope, [Conv2d(scope("a"), 12, 11, kernel: 1)(stem), Conv2d(scope("b"), 12, 11, kernel: 1)(stem)], 2)
            for unit in 0..<4 {
                let parts = try scope.chunk(y, axis: 1, count: 2)
                let own = scope("unit\(unit)")
                var z = try scope.activate(.relu, Conv2d(own("c1"), 11, 11, kernel: 1)(parts[1]))
                z = try Conv2d(own("c2"), 11, 11, kernel: 3, padding: 1, groups: 11)(z)
                y = try shuffled(scope, [parts[0], Conv2d(own("c3"), 11, 11, kernel: 1)(z)], 2)
            }
            let end = try Conv2d(scope("end"), 22, 22, kernel: 3, padding: 1, groups: 22)(y)
            return try scope.add(end, y)
        },
        OperationCase("shuffled halves of which one is read by others", [1, 12, 9, 8]) { scope, x in
            let stem = try BatchNorm(scope("stem"), 12)(x)
            let (a, b) = (
                try Conv2d(scope("a"), 12, 18, kernel: 1)(stem), try Conv2d(scope("b"), 12, 6, kernel: 1)(stem)
            )
            let y = try Conv2d(scope("c"), 24, 18, kernel: 3, padding: 1)(shuffled(scope, [a, b], 3))
            return try scope.add(y, a)
        },
        OperationCase("a product of shuffled channels", [2, 30, 7, 9]) { scope, x in
            let y = try Conv2d(scope("c1"), 30, 45, kernel: 1, groups: 5)(x)
            return try Conv2d(scope("c2"), 45, 20, kernel: 1)(scope.channelShuffle(y, groups: 5))
        },
        OperationCase("windows that become a map again, with a residual", [2, 48, 20]) { scope, x in
            let windows = try scope.reshape(
                scope.permute(
                    scope.reshape(LayerNorm(scope("norm"), 20)(x), [2, 2, 3, 4, 2, 20]), [0, 1, 3, 2, 4, 5]),
                [16, 6, 20])
            let y = try scope.reshape(Linear(scope("proj"), 20, 20)(windows), [2, 2, 4, 3, 2, 20])
            let map = try scope.reshape(scope.permute(y, [0, 1, 3, 2, 4, 5]), [2, 6, 8, 20])
            let rolled = try scope.roll(map, shifts: [1, 3], axes: [1, 2])
            return try scope.add(x, scope.reshape(rolled, [2, 48, 20]))
        },
        OperationCase("a part of a layer's rows, with a residual", [2, 5, 20]) { scope, x in
            let y = try Linear(scope("proj"), 20, 20)(scope.concat([x, x], axis: 1))
            return try scope.add(x, scope.slice(y, axis: 1, 2..<7))
        },
        OperationCase("the first of a layer's channels, with a residual", [2, 5, 20]) { scope, x in
            let y = try Linear(scope("proj"), 20, 70)(x)
            return try scope.add(x, scope.slice(y, axis: 2, 0..<20))
        },
        OperationCase("rows in another order, with a residual that is spread", [2, 6, 20]) { scope, x in
            let y = try scope.reshape(Linear(scope("proj"), 20, 20)(x), [2, 2, 3, 20])
            let rows = try scope.reshape(scope.permute(y, [0, 2, 1, 3]), [2, 6, 20])
            return try scope.add(rows, scope.slice(x, axis: 1, 0..<1))
        },
    ]

    /// The channels of the parts in turn.
    private static func shuffled(_ scope: Scope, _ parts: [Value], _ groups: Int) throws -> Value {
        try scope.channelShuffle(try scope.concat(parts, axis: 1), groups: groups)
    }
}

extension Scope {
    /// `[N, C, H, W]` with channel g · C / groups + c moved to c · groups + g.
    fileprivate func channelShuffle(_ input: Value, groups: Int) throws -> Value {
        let shape = shape(of: input)
        let grouped = try reshape(input, [shape[0], groups, shape[1] / groups, shape[2], shape[3]])
        return try reshape(permute(grouped, [0, 2, 1, 3, 4]), shape)
    }
}
