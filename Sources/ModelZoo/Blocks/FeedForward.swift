import ModelConfig
import ModelGraph

/// mmcv's `FFN`: linear layers with an activation between them, and the shortcut.
///
/// Source: `mmcv/cnn/bricks/transformer.py` of mmcv 2.2.
struct FeedForward {
    /// What a config says of the network, beyond its channels.
    struct Settings: Sendable {
        /// nil for the number that follows from the block's own arguments.
        var hidden: Int?
        /// Hidden channels per channel where `hidden` is nil; nil for the block's own ratio.
        var ratio: Double?
        /// Linear layers.
        var count = 2
        var activation = Activation.gelu
        /// Above 0 for a learnt scale.
        var layerScale = 0.0
        var addsIdentity = true
    }

    private let scope: Scope
    private let layers: Sequential
    private let gamma: any Module
    private let addsIdentity: Bool

    /// - Parameter hidden: where the settings leave it open.
    init(_ scope: Scope, _ channels: Int, hidden: Int, _ settings: Settings) throws(GraphError) {
        let hidden = settings.ratio.map { Int(Double(channels) * $0) } ?? hidden
        try self.init(
            scope, channels, hidden: settings.hidden ?? hidden, count: settings.count, activation: settings.activation,
            layerScale: settings.layerScale, addsIdentity: settings.addsIdentity)
    }

    /// - Parameters:
    ///   - count: linear layers.
    ///   - activationName: the path under which hooks see the activation, which upstream shares with the layers; by
    ///     default each has its own.
    ///   - layerScale: above 0 for a learnt scale `gamma2`.
    init(
        _ scope: Scope, _ channels: Int, hidden: Int, count: Int = 2, activation: Activation = .gelu,
        activationName: String? = nil, layerScale: Double = 0, addsIdentity: Bool = true
    ) throws(GraphError) {
        self.scope = scope
        self.addsIdentity = addsIdentity
        let layers = scope("layers")
        var modules: [any Module] = []
        var inputs = channels
        for index in 0..<(count - 1) {
            let layer = layers(index)
            modules.append(
                Sequential(
                    layer,
                    [
                        try Linear(layer(0), inputs, hidden),
                        ActivationLayer(activationName.map { scope($0) } ?? layer(1), activation),
                        Identity(layer(2)),
                    ]))
            inputs = hidden
        }
        modules.append(try Linear(layers(count - 1), hidden, channels))
        modules.append(Identity(layers(count)))
        self.layers = Sequential(layers, modules)
        gamma = try LayerScale.ifAbove0(layerScale, scope("gamma2"), channels)
    }

    /// `[…, channels]` → the same shape.
    /// - Parameter identity: what is added; by default the input.
    func callAsFunction(_ input: Value, identity: Value? = nil) throws(GraphError) -> Value {
        let value = Identity(scope("dropout_layer"))(try gamma(try layers(input)))
        return scope.output(addsIdentity ? try scope.add(identity ?? input, value) : value)
    }
}

extension ConfigReader {
    /// The feed-forward networks that `stage_cfgs` sets, for each block of each stage.
    mutating func feedForwards(
        depths: [Int], default usual: FeedForward.Settings
    ) throws(ArgumentError) -> [[FeedForward.Settings]] {
        var stage = 0
        return try dictionaries("stage_cfgs", count: depths.count) { config throws(ArgumentError) in
            defer { stage += 1 }
            config.ignore("drop_paths", "with_cp", "init_cfg")
            return try config.dictionaries("block_cfgs", count: depths[stage]) { config throws(ArgumentError) in
                config.ignore("drop_path", "with_cp", "init_cfg")
                var settings = usual
                if config.value("ffn_ratio") != nil { settings.ratio = try config.ratio("ffn_ratio", default: 4) }
                return try config.feedForward(settings)
            }
        }
    }

    /// What an `ffn_cfgs` changes of `FFN`'s arguments.
    mutating func feedForward(_ defaults: FeedForward.Settings) throws(ArgumentError) -> FeedForward.Settings {
        try dictionary("ffn_cfgs") { config throws(ArgumentError) in
            config.ignore("ffn_drop", "dropout_layer", "init_cfg")
            var settings = defaults
            if config.value("feedforward_channels") != nil {
                settings.hidden = try config.positive("feedforward_channels")
            }
            settings.count = try config.linearLayers(default: settings.count)
            settings.activation = try config.requiredActivation(default: settings.activation)
            settings.layerScale = try config.double("layer_scale_init_value", default: settings.layerScale)
            settings.addsIdentity = try config.bool("add_identity", default: settings.addsIdentity)
            return settings
        }
    }
}

/// MMPreTrain's `SwiGLUFFN`: silu(x·W₁) · (x·W₂), then a linear layer and the shortcut.
///
/// Source: `mmpretrain/models/utils/swiglu_ffn.py` of MMPreTrain 1.2.
struct SwiGLUFeedForward {
    private let scope: Scope
    private let w12, w3: Linear
    private let norm, gamma: any Module
    private let addsIdentity: Bool

    init(
        _ scope: Scope, _ channels: Int, hidden: Int, norm: NormLayer? = nil, layerScale: Double = 0,
        addsIdentity: Bool = true
    ) throws(GraphError) {
        self.scope = scope
        self.addsIdentity = addsIdentity
        w12 = try Linear(scope("w12"), channels, 2 * hidden)
        self.norm = if let norm { try norm.layer(scope("norm"), hidden) } else { Identity(scope("norm")) }
        w3 = try Linear(scope("w3"), hidden, channels)
        gamma = try LayerScale.ifAbove0(layerScale, scope("gamma2"), channels)
    }

    /// The hidden channels of the fused kind for those that the config states: two thirds, rounded up to eights.
    static func fusedHidden(_ channels: Int) -> Int { (Int(Double(channels * 2) / 3) + 7) / 8 * 8 }

    /// `[…, channels]` → the same shape.
    func callAsFunction(_ input: Value, identity: Value? = nil) throws(GraphError) -> Value {
        let halves = try scope.chunk(try w12(input), axis: -1, count: 2)
        let hidden = try scope.multiply(try scope.activate(.silu, halves[0]), by: halves[1])
        let value = Identity(scope("dropout_layer"))(try gamma(try w3(try norm(hidden))))
        return scope.output(addsIdentity ? try scope.add(identity ?? input, value) : value)
    }
}
