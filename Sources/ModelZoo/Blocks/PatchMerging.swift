import ModelGraph

/// Patches of 2 × 2 tokens joined (channels outermost, as `torch.nn.Unfold` has them), normalised and projected.
///
/// Source: `PatchMerging` of mmcv 2.2, `mmcv/cnn/bricks/transformer.py`, and of MMPreTrain 1.2, `models/utils/embed.py`,
/// which may normalise after the projection.
struct PatchMerging {
    private let scope: Scope
    private let norm: (any Module)?
    private let reduction: Linear
    private let normalizesLast: Bool

    /// - Parameter normalizesLast: the norm comes after the projection, in the state dict too.
    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, norm: NormLayer?, normalizesLast: Bool = false
    ) throws(GraphError) {
        self.scope = scope
        self.normalizesLast = normalizesLast
        if normalizesLast {
            reduction = try Linear(scope("reduction"), 4 * inputs, outputs, bias: false)
            self.norm = if let norm { try norm.layer(scope("norm"), outputs) } else { nil }
        } else {
            self.norm = if let norm { try norm.layer(scope("norm"), 4 * inputs) } else { nil }
            reduction = try Linear(scope("reduction"), 4 * inputs, outputs, bias: false)
        }
    }

    /// `[N, H·W, inputs]` → `[N, ⌈H / 2⌉·⌈W / 2⌉, outputs]`, and the new grid.
    func callAsFunction(_ input: Value, _ grid: Extent2d) throws(GraphError) -> (tokens: Value, grid: Extent2d) {
        let padding = AdaptivePadding(
            scope("adaptive_padding"), .corner, kernel: .square(2), stride: .square(2), dilation: .square(1))
        let map = try scope.map(of: input, grid)
        let padded = try padding?(map) ?? map
        let sampler = scope("sampler")
        let windows = try sampler.unfold(padded, .init(kernel: .square(2), stride: .square(2)))
        var tokens = try scope.transpose(sampler.output(windows), 1, 2)
        if !normalizesLast, let norm { tokens = try norm(tokens) }
        tokens = try reduction(tokens)
        if normalizesLast, let norm { tokens = try norm(tokens) }
        let merged = Extent2d(height: (grid.height + 1) / 2, width: (grid.width + 1) / 2)
        scope.output([tokens])
        return (tokens, merged)
    }
}
