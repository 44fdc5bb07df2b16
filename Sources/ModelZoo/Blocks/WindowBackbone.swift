import ModelConfig
import ModelGraph

/// The arguments that both versions of Swin Transformer have in common.
struct WindowBackbone: Sendable {
    var image: Extent2d
    var inputChannels: Int
    var patches: PatchEmbed.Configuration
    var hasPositions: Bool
    var padsSmallMap: Bool
    var resizing: Operation.Resize.Mode
    var norm: NormLayer?
    var outIndices: Set<Int>

    /// - Parameters:
    ///   - image: the default side.
    ///   - stages: how many the network has.
    init(_ config: inout ConfigReader, image side: Int, stages: Int) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "with_cp", "frozen_stages", "norm_eval", "init_cfg")
        image = try config.squareOrExtent("img_size", default: side)
        inputChannels = try config.inputChannels()
        let patch = try config.squareOrExtent("patch_size", default: 4)
        let usual = PatchEmbed.Configuration(kernel: patch, stride: patch, norm: .layerNorm(epsilon: 1e-5))
        patches = try config.dictionary("patch_cfg") { config throws(ArgumentError) in try config.patches(usual) }
        hasPositions = try config.bool("use_abs_pos_embed", default: false)
        padsSmallMap = try config.bool("pad_small_map", default: false)
        resizing = try config.resizing("interpolate_mode")
        norm = try config.norm("norm_cfg", default: .layerNorm(epsilon: 1e-5))
        outIndices = try config.outIndices(default: [3], count: stages)
    }
}

/// The tokens of the patches of an image, with position embeddings added where there are any: `absolute_pos_embed` and
/// `patch_embed`.
struct WindowStem {
    private let scope: Scope
    private let resizing: Operation.Resize.Mode
    /// The grid of the image that the position embeddings are for.
    private let grid: Extent2d
    private let positions: Int?
    private let patchEmbed: PatchEmbed

    init(_ scope: Scope, _ arguments: WindowBackbone, channels: Int) throws(GraphError) {
        self.scope = scope
        resizing = arguments.resizing
        grid = try arguments.patches.grid(of: arguments.image, module: scope("patch_embed").path)
        positions =
            arguments.hasPositions
            ? try scope.declare("absolute_pos_embed", [1, grid.height * grid.width, channels]) : nil
        patchEmbed = try PatchEmbed(scope("patch_embed"), arguments.inputChannels, channels, arguments.patches)
    }

    /// `[N, C, H, W]` → `[N, h·w, channels]`, and h and w.
    func callAsFunction(_ input: Value) throws(GraphError) -> (tokens: Value, grid: Extent2d) {
        var (value, grid) = try patchEmbed(input)
        if let positions {
            let resized = try scope.resizedPositions(
                try scope.value(ofParameter: positions), from: self.grid, to: grid, resizing, extraTokens: 0)
            value = try scope.add(value, resized)
        }
        return (Identity(scope("drop_after_pos"))(value), grid)
    }
}
