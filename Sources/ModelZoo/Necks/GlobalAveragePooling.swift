import ModelConfig
import ModelGraph

/// The mean of each channel over the positions, flattened; of every level that the backbone gives.
///
/// Source: `mmpretrain/models/necks/gap.py` of MMPreTrain 1.2.
package struct GlobalAveragePooling: Architecture {
    package static let typeNames = ["GlobalAveragePooling"]

    /// Axes of positions: `[N, C, L]` has 1, `[N, C, H, W]` has 2.
    private let axes: Int

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        axes = try config.int("dim", default: 2)
        guard 1...2 ~= axes else { throw config.notBuiltIn("dim", "pooling over \(axes) axes is not built in") }
    }

    package func stage(in scope: Scope) -> any Stage { Pooling(scope: scope, axes: axes) }

    private struct Pooling: Stage {
        let scope: Scope
        let axes: Int

        func features(_ input: Features) throws(GraphError) -> Features {
            try scope.features(input) { value throws(GraphError) in
                try scope.flatten(try scope.pooledPositions(value, axes: axes))
            }
        }
    }
}

extension Scope {
    /// `gap`: the mean of each channel of `[N, C, L]` or `[N, C, H, W]` over its one or two axes of positions, which stay.
    func pooledPositions(_ value: Value, axes: Int) throws(GraphError) -> Value {
        let gap = self("gap")
        guard axes == 1 else { return try AdaptiveAvgPool2d(gap, 1)(value) }
        guard shape(of: value).count == 3 else {
            throw .shape(module: gap.path, .rank(expected: 3, found: shape(of: value)))
        }
        return gap.output(try gap.mean(value, axes: [2], keepingAxes: true))
    }
}
