import ModelGraph

/// The mean of each channel over the feature map, flattened.
///
/// Source: `mmpretrain/models/necks/gap.py` of MMPreTrain 1.2.
public struct GlobalAveragePooling: Architecture {
    public init() {}

    public var typeName: String { "GlobalAveragePooling" }

    public func module(in scope: Scope) -> any Module { Layers(scope) }

    private struct Layers: Module {
        let scope: Scope
        let gap: AdaptiveAvgPool2d

        init(_ scope: Scope) {
            self.scope = scope
            gap = AdaptiveAvgPool2d(scope("gap"), 1)
        }

        /// `[N, C, H, W]` → `[N, C]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            scope.output(try scope.flatten(try gap(input)))
        }
    }
}
