import ModelGraph

/// A depthwise convolution of the map and the map itself: `ConditionalPositionEncoding`, and `ConvPosEnc` of DaViT.
///
/// Source: `mmpretrain/models/utils/position_encoding.py` and `mmpretrain/models/backbones/davit.py` of MMPreTrain 1.2.
struct ConditionalPositions {
    private let scope: Scope
    private let proj: Conv2d

    init(_ scope: Scope, _ channels: Int) throws(GraphError) {
        self.scope = scope
        proj = try Conv2d(scope("proj"), channels, channels, kernel: 3, padding: 1, groups: channels)
    }

    /// `[N, H·W, C]` → the same shape.
    func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
        let map = try scope.map(of: input, grid)
        return scope.output(try scope.tokens(of: try scope.add(try proj(map), map)))
    }
}
