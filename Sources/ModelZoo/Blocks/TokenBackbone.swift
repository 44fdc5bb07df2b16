import ModelConfig
import ModelGraph

/// The arguments that the backbones of `VisionTransformer`'s kind have in common.
struct TokenBackbone: Sendable {
    var size: TransformerSize
    var image: Extent2d
    var inputChannels: Int
    var patches: PatchEmbed.Configuration
    var norm: NormLayer
    var output: TokenOutput
    var hasClassToken: Bool
    var hasFinalNorm: Bool
    var resizing: Operation.Resize.Mode
    var outIndices: Set<Int>

    /// What the classes differ in.
    struct Defaults {
        var sizes = TransformerSize.visionTransformers
        var arch = "base"
        /// nil where there is no default.
        var patch: Int? = 16
        var output = TokenOutput.classToken
        var outputs: [TokenOutput] = [.raw, .classToken, .map, .meanOfMap]
        var hasClassToken = true
        var hasFinalNorm = true
        var normEpsilon = 1e-6
        /// Whether the patch embedding's convolution has a bias.
        var patchBias = true
        /// Whether `out_indices` is an argument.
        var givesSeveral = true
    }

    init(_ config: inout ConfigReader, _ defaults: Defaults = Defaults()) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "frozen_stages", "init_cfg")
        size = try config.variant(
            "arch", of: defaults.sizes, default: defaults.arch, ignoringMore: true, custom: TransformerSize.init)
        image = try config.squareOrExtent("img_size", default: 224)
        inputChannels = try config.inputChannels()
        let patch = try config.squareOrExtent("patch_size", default: defaults.patch)
        let usual = PatchEmbed.Configuration(kernel: patch, stride: patch, bias: defaults.patchBias)
        patches = try config.dictionary("patch_cfg") { config throws(ArgumentError) in try config.patches(usual) }
        norm = try config.requiredNorm(default: .layerNorm(epsilon: defaults.normEpsilon))
        hasFinalNorm = try config.bool("final_norm", default: defaults.hasFinalNorm)
        output = try config.tokenOutput(default: defaults.output, of: defaults.outputs)
        hasClassToken = try config.bool("with_cls_token", default: defaults.hasClassToken)
        guard hasClassToken || output != .classToken else {
            throw config.error("with_cls_token", "with_cls_token must be True when out_type is 'cls_token'")
        }
        resizing = try config.resizing("interpolate_mode")
        outIndices =
            defaults.givesSeveral
            ? try config.outIndices(default: [-1], count: size.layers, negatives: .inLists) : [size.layers - 1]
    }

    /// Tokens in front of those of the patches.
    var extraTokens: Int { hasClassToken ? 1 : 0 }

    /// Records the layers one after the other, with the norm after the last, and what the backbone gives of each.
    func levels(
        _ scope: Scope, _ input: Value, _ grid: Extent2d, extraTokens: Int, finalNorm: (any Module)?,
        mapNorm: (any Module)?, layer: (_ index: Int, _ input: Value) throws(GraphError) -> Value
    ) throws(GraphError) -> Features {
        var value = input
        var levels: [[Value]] = []
        for index in 0..<size.layers {
            value = try layer(index, value)
            if index == size.layers - 1, let finalNorm { value = try finalNorm(value) }
            if outIndices.contains(index) {
                levels.append(try scope.output(output, of: value, grid, extraTokens: extraTokens, norm: mapNorm))
            }
        }
        scope.output(levels.flatMap { $0 })
        return Features(levels)
    }
}

/// The tokens of the patches of an image, with class and distillation tokens in front and position embeddings added:
/// `cls_token`, `pos_embed`, `dist_token` and `patch_embed`.
struct TokenStem {
    /// What has a position embedding.
    enum Positions: Sendable { case none, patches, all }

    private let scope: Scope
    private let arguments: TokenBackbone
    private let positions: Positions
    private let tokens: [Int]
    private let embedding: Int?
    private let patchEmbed: PatchEmbed
    /// The grid of the image that the position embeddings are for.
    let grid: Extent2d

    init(
        _ scope: Scope, _ arguments: TokenBackbone, positions: Positions = .all, isDistilled: Bool = false
    ) throws(GraphError) {
        self.scope = scope
        self.arguments = arguments
        self.positions = positions
        let channels = arguments.size.channels
        grid = try arguments.patches.grid(of: arguments.image, module: scope("patch_embed").path)
        let patches = grid.height * grid.width
        var tokens: [Int] = []
        if arguments.hasClassToken { tokens.append(try scope.declare("cls_token", [1, 1, channels])) }
        switch positions {
        case .none: embedding = nil
        case .patches: embedding = try scope.declare("pos_embed", [1, patches, channels])
        case .all:
            embedding = try scope.declare("pos_embed", [1, patches + tokens.count + (isDistilled ? 1 : 0), channels])
        }
        if isDistilled { tokens.append(try scope.declare("dist_token", [1, 1, channels])) }
        self.tokens = tokens
        patchEmbed = try PatchEmbed(scope("patch_embed"), arguments.inputChannels, channels, arguments.patches)
    }

    /// `[N, C, H, W]` → `[N, extra + h·w, channels]`, and h and w.
    func callAsFunction(_ input: Value) throws(GraphError) -> (tokens: Value, grid: Extent2d) {
        let (patches, grid) = try patchEmbed(input)
        let drop = Identity(scope("drop_after_pos"))
        switch positions {
        case .none: return (drop(try withTokens(patches)), grid)
        case .patches: return (try withTokens(drop(try positioned(patches, grid))), grid)
        case .all: return (drop(try positioned(try withTokens(patches), grid)), grid)
        }
    }

    private func withTokens(_ patches: Value) throws(GraphError) -> Value {
        if tokens.isEmpty { return patches }
        var parts: [Value] = []
        for token in tokens {
            parts.append(try scope.repeated(try scope.value(ofParameter: token), batch: scope.shape(of: patches)[0]))
        }
        return try scope.concat(parts + [patches], axis: 1)
    }

    private func positioned(_ input: Value, _ grid: Extent2d) throws(GraphError) -> Value {
        guard let embedding else { return input }
        let resized = try scope.resizedPositions(
            try scope.value(ofParameter: embedding), from: self.grid, to: grid, arguments.resizing,
            extraTokens: positions == .all ? tokens.count : 0)
        return try scope.add(input, resized)
    }
}
