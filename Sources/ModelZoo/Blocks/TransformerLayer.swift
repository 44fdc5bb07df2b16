import ModelConfig
import ModelGraph

/// The `arch` of a plain vision transformer.
struct TransformerSize: Sendable, Hashable {
    var channels: Int
    var layers: Int
    var heads: Int
    /// Channels between the two linear layers of a feed-forward network.
    var hidden: Int

    init(channels: Int, layers: Int, heads: Int, hidden: Int) {
        self.channels = channels
        self.layers = layers
        self.heads = heads
        self.hidden = hidden
    }

    init(_ config: inout ConfigReader) throws(ArgumentError) {
        channels = try config.positive("embed_dims")
        layers = try config.positive("num_layers")
        heads = try config.positive("num_heads")
        hidden = try config.positive("feedforward_channels")
        guard channels % heads == 0 else {
            throw config.error("num_heads", "\(channels) channels do not divide into \(heads) heads")
        }
        guard layers <= 1024 else { throw config.error("num_layers", "\(layers) layers are too many") }
    }

    /// The sizes of `VisionTransformer`.
    static let visionTransformers: [String: TransformerSize] = {
        let sizes: [([String], TransformerSize)] = [
            (["s", "small"], TransformerSize(channels: 768, layers: 8, heads: 8, hidden: 2304)),
            (
                ["b", "base", "deit-b", "deit-base"],
                TransformerSize(channels: 768, layers: 12, heads: 12, hidden: 3072)
            ),
            (["l", "large"], TransformerSize(channels: 1024, layers: 24, heads: 16, hidden: 4096)),
            (["h", "huge"], TransformerSize(channels: 1280, layers: 32, heads: 16, hidden: 5120)),
            (["eva-g", "eva-giant"], TransformerSize(channels: 1408, layers: 40, heads: 16, hidden: 6144)),
            (["deit-t", "deit-tiny"], TransformerSize(channels: 192, layers: 12, heads: 3, hidden: 768)),
            (
                ["deit-s", "deit-small", "dinov2-s", "dinov2-small"],
                TransformerSize(channels: 384, layers: 12, heads: 6, hidden: 1536)
            ),
            (["dinov2-g", "dinov2-giant"], TransformerSize(channels: 1536, layers: 40, heads: 24, hidden: 6144)),
        ]
        return named(sizes)
    }()

    /// A dictionary by every name.
    static func named<Size>(_ sizes: [([String], Size)]) -> [String: Size] {
        Dictionary(sizes.flatMap { names, size in names.map { ($0, size) } }) { first, _ in first }
    }
}

/// `TransformerEncoderLayer` of `VisionTransformer`: norm, attention and norm, feed-forward network, each with a
/// shortcut.
struct TransformerLayer: Module {
    struct Configuration: Sendable, Hashable {
        var heads: Int
        var hidden: Int
        var norm: NormLayer
        /// Above 0 for learnt scales.
        var layerScale = 0.0
        /// Whether the projection to q, k and v has a bias.
        var bias = true
        var linearLayers = 2
        var activation = Activation.gelu
        var isSwiGLU = false
    }

    private let scope: Scope
    private let norm1, norm2: any Module
    private let attention: MultiheadAttention
    private let feedForward: (_ input: Value, _ identity: Value) throws(GraphError) -> Value

    init(_ scope: Scope, _ channels: Int, _ configuration: Configuration) throws(GraphError) {
        self.scope = scope
        norm1 = try configuration.norm.layer(scope("ln1"), channels)
        attention = try MultiheadAttention(
            scope("attn"), channels, heads: configuration.heads, bias: configuration.bias,
            layerScale: configuration.layerScale)
        norm2 = try configuration.norm.layer(scope("ln2"), channels)
        if configuration.isSwiGLU {
            let network = try SwiGLUFeedForward(
                scope("ffn"), channels, hidden: SwiGLUFeedForward.fusedHidden(configuration.hidden),
                layerScale: configuration.layerScale)
            feedForward = { input, identity throws(GraphError) in try network(input, identity: identity) }
        } else {
            let network = try FeedForward(
                scope("ffn"), channels, hidden: configuration.hidden, count: configuration.linearLayers,
                activation: configuration.activation, layerScale: configuration.layerScale)
            feedForward = { input, identity throws(GraphError) in try network(input, identity: identity) }
        }
    }

    /// `[N, L, channels]` → the same shape.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let value = try scope.add(input, try attention(try norm1(input)))
        return scope.output(try feedForward(try norm2(value), value))
    }
}

/// Which of a transformer's tokens a backbone gives: `out_type`.
enum TokenOutput: String, Sendable {
    case raw
    case classToken = "cls_token"
    case map = "featmap"
    case meanOfMap = "avg_featmap"
}

extension ConfigReader {
    mutating func tokenOutput(
        default fallback: TokenOutput, of outputs: [TokenOutput] = [.raw, .classToken, .map, .meanOfMap]
    ) throws(ArgumentError) -> TokenOutput {
        let word = try string("out_type", of: outputs.map(\.rawValue), default: fallback.rawValue)
        return TokenOutput(rawValue: word) ?? fallback
    }

    /// How position embeddings are resized.
    mutating func resizing(_ key: String) throws(ArgumentError) -> Operation.Resize.Mode {
        let modes = Operation.Resize.Mode.allCases.map(\.rawValue)
        return Operation.Resize.Mode(rawValue: try string(key, of: modes, default: "bicubic")) ?? .bicubic
    }

    /// What a `layer_cfgs` changes.
    mutating func transformerLayer(
        _ defaults: TransformerLayer.Configuration
    ) throws(ArgumentError) -> TransformerLayer.Configuration {
        var layer = try plainTransformerLayer(defaults)
        layer.layerScale = try double("layer_scale_init_value", default: layer.layerScale)
        layer.isSwiGLU = try string("ffn_type", of: ["origin", "swiglu_fused"], default: "origin") == "swiglu_fused"
        return layer
    }

    /// The same for layers without a layer scale and SwiGLU.
    mutating func plainTransformerLayer(
        _ defaults: TransformerLayer.Configuration
    ) throws(ArgumentError) -> TransformerLayer.Configuration {
        ignore("drop_rate", "attn_drop_rate", "drop_path_rate", "init_cfg")
        var layer = defaults
        layer.heads = try positive("num_heads", default: layer.heads)
        layer.hidden = try positive("feedforward_channels", default: layer.hidden)
        layer.norm = try requiredNorm(default: layer.norm)
        layer.bias = try bool("qkv_bias", default: layer.bias)
        layer.linearLayers = try linearLayers(default: layer.linearLayers)
        layer.activation = try requiredActivation(default: layer.activation)
        return layer
    }

    /// The number of linear layers of a feed-forward network.
    mutating func linearLayers(default fallback: Int = 2) throws(ArgumentError) -> Int {
        let count = try int("num_fcs", default: fallback)
        guard 2...64 ~= count else { throw error("num_fcs", "'num_fcs' should be 2 or more") }
        return count
    }
}

extension Scope {
    /// What a backbone gives of its tokens `[N, extra + H·W, C]`.
    /// - Parameters:
    ///   - extraTokens: class and distillation tokens; with two, `.classToken` gives both.
    ///   - norm: of `.meanOfMap`.
    func output(
        _ kind: TokenOutput, of tokens: Value, _ grid: Extent2d, extraTokens: Int, norm: (any Module)?
    ) throws(GraphError) -> [Value] {
        switch kind {
        case .raw: return [tokens]
        case .classToken:
            var values: [Value] = []
            for token in 0..<extraTokens { values.append(try select(tokens, axis: 1, token)) }
            return values
        case .map, .meanOfMap:
            let patches = try slice(tokens, axis: 1, extraTokens..<shape(of: tokens)[1])
            if kind == .map { return [try map(of: patches, grid)] }
            let mean = try mean(patches, axes: [1])
            return [try norm?(mean) ?? mean]
        }
    }
}
