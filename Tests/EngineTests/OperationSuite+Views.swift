import ModelGraph
import TensorCore

@testable import Engine

extension OperationCase {
    /// Filters, reductions and resizes of maps.
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
        + Operation.GridSample.Mode.allCases.flatMap { mode in
            Operation.GridSample.Padding.allCases.flatMap { padding in
                [false, true].map { corners in
                    OperationCase("\(mode) samples, \(padding) outside, corners \(corners)", [2, 19, 5, 7]) {
                        scope, x in
                        let places = try scope.permute(scope.chunk(x, axis: 1, count: 19)[0], [0, 2, 3, 1])
                        let grid = try scope.concat([places, scope.scale(places, by: -1.5, adding: 0.25)], axis: 3)
                        return try scope.record(
                            .gridSample(.init(mode, padding: padding, alignCorners: corners)), x, grid)
                    }
                }
            }
        }
        + Operation.Scan.Kind.allCases.flatMap { kind in
            [1, 3].map { axis in
                OperationCase("running \(kind) along axis \(axis)", [2, 19, 5, 7]) { scope, x in
                    try scope.record(.scan(.init(kind, axis: axis)), x)
                }
            }
        }
        + Operation.Scatter.Kind.allCases.flatMap { kind in
            [false, true].map { own in
                OperationCase("elements put by \(kind), the base's own among them: \(own)", [2, 19, 5, 7]) { scope, x in
                    let positions = try scope.record(.topK(.init(3)), x)
                    let source = try scope.slice(scope.scale(x, by: -2), axis: 3, 1..<4)
                    return try scope.record(
                        .scatter(.init(kind, axis: 1, includesBase: own)), x, positions, source)
                }
            }
        }
        + [
            OperationCase("samples at positions of elements", [2, 19, 5, 7]) { scope, x in
                let places = try scope.permute(scope.chunk(x, axis: 1, count: 19)[0], [0, 2, 3, 1])
                let grid = try scope.concat(
                    [scope.scale(places, by: 6, adding: 3), scope.scale(places, by: -4, adding: 2)], axis: 3)
                return try scope.record(.gridSample(.init(.bilinear, isInElements: true)), x, grid)
            }
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

    /// Rearrangements: what views and copies express.
    static let views: [OperationCase] = [
        OperationCase("patches by several permutations", [2, 6, 4, 8]) { scope, x in
            let rows = try scope.permute(scope.reshape(x, [2 * 6 * 2, 2, 4, 2]), [0, 2, 1, 3])
            let patches = try scope.permute(scope.reshape(rows, [2, 6, 8, 4]), [0, 3, 2, 1])
            return try scope.scale(scope.reshape(patches, [8, 8, 6]), by: 2)
        },
        OperationCase("permutations of axes that do not divide each other", [2, 6, 5]) { scope, x in
            let columns = try scope.permute(scope.reshape(x, [2, 5, 6]), [0, 2, 1])
            return try scope.permute(scope.reshape(columns, [4, 3, 5]), [2, 0, 1])
        },
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
        OperationCase("roll by any number", [2, 5, 3]) { scope, x in
            try scope.roll(x, shifts: [.max, .min], axes: [1, 0])
        },
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
        OperationCase("channels appended one by one", [2, 19, 3, 5]) { scope, x in
            let first = try scope.concat([scope.activate(.relu, x), x], axis: 1)
            let second = try scope.concat([first, scope.scale(x, by: -1.5)], axis: 1)
            return try scope.concat([x, second, scope.concat([second], axis: 1)], axis: 1)
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
