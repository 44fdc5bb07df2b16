import ModelConfig
import ModelGraph
import PlatformC

/// Tokens-to-token ViT (Yuan et al. 2021, arXiv:2101.11986).
///
/// Source: `mmpretrain/models/backbones/t2t_vit.py` of MMPreTrain 1.2. Its attention divides the scores by 1 / √d where
/// others multiply by it, and the published weights depend on that.
package struct T2TViT: Architecture {
    package static let typeNames = ["T2T_ViT"]

    private let image, inputChannels, channels, tokenChannels: Int
    package var imageSize: Extent2d? { .square(image) }
    private let layers: [TransformerLayer.Configuration]
    private let norm: NormLayer
    private let output: TokenOutput
    private let hasClassToken, hasFinalNorm: Bool
    private let resizing: Operation.Resize.Mode
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "init_cfg")
        image = try config.positive("img_size", default: 224)
        guard image >= 16, image < 1 << 16 else { throw config.error("img_size", "an image of \(image) has no token") }
        inputChannels = try config.inputChannels()
        let channels = try config.positive("embed_dims", default: 384)
        self.channels = channels
        let layers = try config.positive("num_layers", default: 14)
        guard layers <= 1024 else { throw config.error("num_layers", "\(layers) layers are too many") }
        tokenChannels = try config.dictionary("t2t_cfg") { config throws(ArgumentError) in
            try config.unsupported("use_performer", unless: .bool(false))
            return try config.positive("token_dims", default: 64)
        }
        let norm = try config.requiredNorm(default: .layerNorm(epsilon: 1e-5))
        self.norm = norm
        self.layers = try config.dictionaries("layer_cfgs", count: layers) { config throws(ArgumentError) in
            try config.unsupported("qk_scale", unless: .none)
            return try config.plainTransformerLayer(
                TransformerLayer.Configuration(heads: 6, hidden: 3 * channels, norm: norm, bias: false))
        }
        output = try config.tokenOutput(default: .classToken)
        hasClassToken = try config.bool("with_cls_token", default: true)
        guard hasClassToken || output != .classToken else {
            throw config.error("with_cls_token", "with_cls_token must be True when out_type is 'cls_token'")
        }
        hasFinalNorm = try config.bool("final_norm", default: true)
        resizing = try config.resizing("interpolate_mode")
        outIndices = try config.outIndices(default: [-1], count: layers, negatives: .inLists)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Network(scope, self) }

    private struct Network: Stage {
        private let scope: Scope
        private let net: T2TViT
        private let classToken: Int?
        private let positions: Int
        private let grid: Extent2d
        private let first, second: Layer
        private let project: Linear
        private let layers: [Layer]
        private let norm: any Module

        init(_ scope: Scope, _ net: T2TViT) throws(GraphError) {
            self.scope = scope
            self.net = net
            grid = .square(net.image / 16)
            let (channels, tokens) = (net.channels, net.tokenChannels)
            classToken = net.hasClassToken ? try scope.declare("cls_token", [1, 1, channels]) : nil
            let count = grid.height * grid.width + (net.hasClassToken ? 1 : 0)
            positions = try scope.declare("pos_embed", computed: .sinusoids(count, channels))
            let module = scope("tokens_to_token")
            let small = TransformerLayer.Configuration(
                heads: 1, hidden: tokens, norm: .layerNorm(epsilon: 1e-5), bias: false)
            first = try Layer(module("attention1"), inputs: net.inputChannels * 49, tokens, small)
            second = try Layer(module("attention2"), inputs: tokens * 9, tokens, small)
            project = try Linear(module("project"), tokens * 9, channels)
            var layers: [Layer] = []
            for (index, layer) in net.layers.enumerated() {
                layers.append(try Layer(scope("encoder")(index), inputs: nil, channels, layer))
            }
            self.layers = layers
            norm = net.hasFinalNorm ? try net.norm.layer(scope("norm"), channels) : Identity(scope("norm"))
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            var (value, grid) = try tokens(of: input.value)
            if let classToken {
                let token = try scope.repeated(
                    try scope.value(ofParameter: classToken), batch: scope.shape(of: value)[0])
                value = try scope.concat([token, value], axis: 1)
            }
            let extra = net.hasClassToken ? 1 : 0
            value = try scope.add(
                value,
                try scope.resizedPositions(
                    try scope.value(ofParameter: positions), from: self.grid, to: grid, net.resizing,
                    extraTokens: extra))
            value = Identity(scope("drop_after_pos"))(value)
            var levels: [Value] = []
            for (index, layer) in layers.enumerated() {
                value = try layer(value)
                if index == layers.count - 1, net.hasFinalNorm { value = try norm(value) }
                if net.outIndices.contains(index) {
                    levels += try scope.output(net.output, of: value, grid, extraTokens: extra, norm: nil)
                }
            }
            return try scope.features(levels)
        }

        /// Three soft splits, with attention between them.
        private func tokens(of input: Value) throws(GraphError) -> (Value, Extent2d) {
            let module = scope("tokens_to_token")
            func split(
                _ index: Int, _ map: Value, kernel: Int, stride: Int
            ) throws(GraphError) -> (Value, Extent2d) {
                let place = module("soft_split\(index)")
                let windows = Operation.Unfold(
                    kernel: .square(kernel), stride: .square(stride),
                    padding: .square(kernel / 2 - (kernel == 7 ? 1 : 0)))
                let value = place.output(try place.unfold(map, windows))
                let size = module.grid(of: map)
                let grid: Extent2d
                do { grid = try windows.windows(height: size.height, width: size.width) } catch {
                    throw .shape(module: place.path, error)
                }
                return (try module.transpose(value, 1, 2), grid)
            }
            var (value, grid) = try split(0, input, kernel: 7, stride: 4)
            for (index, layer) in [first, second].enumerated() {
                let shape = module.shape(of: value)
                let attended = try module.transpose(try layer(value), 1, 2)
                let map = try module.reshape(attended, [shape[0], -1, grid.height, grid.width])
                (value, grid) = try split(index + 1, map, kernel: 3, stride: 2)
            }
            let tokens = try project(value)
            module.output([tokens])
            return (tokens, grid)
        }
    }

    /// `T2TTransformerLayer`. Where the channels change, the values of the attention take the shortcut.
    private struct Layer: Module {
        private let scope: Scope
        private let changesChannels: Bool
        private let norm1, norm2: any Module
        private let heads: Int
        private let qkv, proj: Linear
        private let feedForward: FeedForward

        init(
            _ scope: Scope, inputs: Int?, _ channels: Int, _ configuration: TransformerLayer.Configuration
        ) throws(GraphError) {
            self.scope = scope
            heads = configuration.heads
            changesChannels = inputs != nil
            norm1 = try configuration.norm.layer(scope("ln1"), inputs ?? channels)
            qkv = try Linear(scope("attn")("qkv"), inputs ?? channels, 3 * channels, bias: configuration.bias)
            proj = try Linear(scope("attn")("proj"), channels, channels)
            norm2 = try configuration.norm.layer(scope("ln2"), channels)
            feedForward = try FeedForward(
                scope("ffn"), channels, hidden: configuration.hidden, count: configuration.linearLayers,
                activation: configuration.activation)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let attended = try attention(try norm1(input))
            let value = changesChannels ? attended : try scope.add(input, attended)
            return scope.output(try feedForward(try norm2(value), identity: value))
        }

        private func attention(_ input: Value) throws(GraphError) -> Value {
            let attn = scope("attn")
            let parts = try attn.splitHeads(try qkv(input), heads: heads)
            let width = Double(attn.shape(of: parts[0])[3])
            let scores = try attn.scale(
                try attn.matmul(parts[0], parts[1], transposed: true), by: width.squareRoot())
            let attended = try attn.joinHeads(try attn.matmul(try attn.softmax(scores), parts[2]))
            var value = Identity(attn("proj_drop"))(try proj(attended))
            value = Identity(attn("out_drop"))(Identity(attn("gamma1"))(value))
            if changesChannels { value = try attn.add(try attn.joinHeads(parts[2]), value) }
            return attn.output(value)
        }
    }
}

extension ComputedTable {
    /// sin (even channels) and cos (odd ones) of place / 10000^(2⌊channel / 2⌋ / channels); `[1, places, channels]`.
    fileprivate static func sinusoids(_ places: Int, _ channels: Int) -> ComputedTable {
        ComputedTable("sinusoids(\(places), \(channels))", shape: [1, places, channels]) {
            (0..<places).flatMap { place in
                (0..<channels).map { channel in
                    let angle = Double(place) / pow(10000, Double(2 * (channel / 2)) / Double(channels))
                    return channel % 2 == 0 ? sin(angle) : cos(angle)
                }
            }
        }
    }
}
