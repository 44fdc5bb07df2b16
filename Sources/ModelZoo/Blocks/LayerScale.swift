import ModelGraph

/// Each channel times a learnt number.
///
/// Source: `mmpretrain/models/utils/layer_scale.py` of MMPreTrain 1.2 and `mmcv/cnn/bricks/scale.py` of mmcv 2.2.
struct LayerScale: Module {
    private let scope: Scope
    private let weight: Int
    /// Axes after that of the channels.
    private let trailingAxes: Int

    /// Declares `weight`, `[channels]`.
    /// - Parameter trailingAxes: 0 for channels last, 2 for `[N, C, H, W]`.
    init(_ scope: Scope, _ channels: Int, trailingAxes: Int = 0) throws(GraphError) {
        self.scope = scope
        self.trailingAxes = trailingAxes
        weight = try scope.declare("weight", [channels])
    }

    /// A scale if `value` is above 0, else a module that gives what it gets.
    static func ifAbove0(_ value: Double, _ scope: Scope, _ channels: Int) throws(GraphError) -> any Module {
        value > 0 ? try LayerScale(scope, channels) : Identity(scope)
    }

    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let weight = try scope.value(ofParameter: weight)
        let shape = scope.shape(of: weight) + [Int](repeating: 1, count: trailingAxes)
        return scope.output(try scope.multiply(input, by: try scope.reshape(weight, shape)))
    }
}
