import ModelConfig
import ModelGraph

/// MobileViT (Mehta and Rastegari 2021, arXiv:2110.02178): inverted residuals, and transformers among the positions that
/// have the same place in a patch.
///
/// Upstream's `norm_cfg`, `act_cfg` and `conv_cfg` are those of the first and the last convolution; the layers between
/// have batch norms and Swish.
///
/// Source: `mmpretrain/models/backbones/mobilevit.py` of MMPreTrain 1.2.
package struct MobileViT: Architecture {
    package static let typeNames = ["MobileViT"]

    /// An element of `arch`.
    struct Layer: Sendable {
        var channels, stride: Int
        /// Inverted residuals.
        var blocks = 1
        var expansion = 4
        /// nil for a layer of inverted residuals alone.
        var transformer: Transformer?

        struct Transformer: Sendable {
            var channels, hidden, layers: Int
        }
    }

    private static let sizes: [String: [Layer]] = [
        "small": layers([32, 64, 96, 128, 160], transformers: [(144, 288), (192, 384), (240, 480)], expansion: 4),
        "x_small": layers([32, 48, 64, 80, 96], transformers: [(96, 192), (120, 240), (144, 288)], expansion: 4),
        "xx_small": layers([16, 24, 48, 64, 80], transformers: [(64, 128), (80, 160), (96, 192)], expansion: 2),
    ]

    private static func layers(
        _ channels: [Int], transformers: [(channels: Int, hidden: Int)], expansion: Int
    ) -> [Layer] {
        let residuals = [
            Layer(channels: channels[0], stride: 1, expansion: expansion),
            Layer(channels: channels[1], stride: 2, blocks: 3, expansion: expansion),
        ]
        return residuals
            + [2, 4, 3].enumerated().map { index, count in
                let (width, hidden) = transformers[index]
                return Layer(
                    channels: channels[2 + index], stride: 2, expansion: expansion,
                    transformer: Layer.Transformer(channels: width, hidden: hidden, layers: count))
            }
    }

    private let layers: [Layer]
    private let inputChannels, stemChannels: Int
    /// Output channels per channel of the last layer.
    private let expansion: Int
    private let norm: NormLayer?
    private let activation: Activation?
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("init_cfg")
        layers = try Self.layers(&config)
        let count = layers.count
        let frozen = try config.int("frozen_stages", default: -1)
        guard -1..<count ~= frozen else {
            throw config.error("frozen_stages", "frozen_stages must be in range(-1, \(count)), not \(frozen)")
        }
        try config.plainConvolutions()
        inputChannels = try config.inputChannels()
        stemChannels = try config.positive("stem_channels", default: 16)
        expansion = try config.positive("last_exp_factor", default: 4)
        norm = try config.norm("norm_cfg", default: .batchNorm(epsilon: 1e-5))
        activation = try config.activation("act_cfg", default: .silu)
        outIndices = try config.outIndices(default: [4], count: count, negatives: .inLists)
    }

    /// `arch`: a name, or a list of `['mobilenetv2', channels, stride, blocks, expansion]` and `['mobilevit', channels,
    /// stride, transformer's channels, hidden ones, layers, expansion]`, the last number with a default of 4.
    private static func layers(_ config: inout ConfigReader) throws(ArgumentError) -> [Layer] {
        let items: [ConfigValue]
        switch config.value("arch") {
        case .list(let values), .tuple(let values): items = values
        default: return try config.variant("arch", of: sizes, default: "small")
        }
        var layers: [Layer] = []
        for item in items {
            guard let layer = Layer(item) else { throw config.error("arch", "'arch' has no such layer: \(item.text)") }
            layers.append(layer)
        }
        guard 1...64 ~= layers.count else { throw config.error("arch", "'arch' should have 1 to 64 layers") }
        return layers
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let stem = try ConvModule(
            scope("stem"), inputChannels, stemChannels, kernel: 3, stride: 2, padding: 1, norm: norm,
            activation: activation)
        var channels = stemChannels
        var stages: [any Module] = []
        for (index, layer) in layers.enumerated() {
            let place = scope("layers")(index)
            var modules: [any Module] = []
            for block in 0..<layer.blocks {
                modules.append(
                    try MobileNetV2.Bottleneck(
                        place(block), channels, layer.channels, stride: block == 0 ? layer.stride : 1,
                        expansion: layer.expansion, norm: .batchNorm(epsilon: 1e-5), activation: .silu))
                channels = layer.channels
            }
            if let transformer = layer.transformer {
                modules.append(try Block(place(layer.blocks), channels, transformer))
            }
            stages.append(Sequential(place, modules))
        }
        let last = try ConvModule(
            scope("conv_1x1_exp"), channels, expansion * channels, kernel: 1, norm: norm, activation: activation)
        stages.append(Pair(first: stages.removeLast(), second: last))
        return StagedBackbone(scope, stem: [stem], stages: stages, outIndices: outIndices)
    }
}

extension MobileViT.Layer {
    /// nil for what is not a layer.
    fileprivate init?(_ value: ConfigValue) {
        let items: [ConfigValue]
        switch value {
        case .list(let values), .tuple(let values): items = values
        default: return nil
        }
        var numbers: [Int] = []
        for item in items.dropFirst() {
            guard case .int(let number) = item, 1..<(1 << 20) ~= number else { return nil }
            numbers.append(number)
        }
        switch items.first {
        case .string("mobilenetv2") where 3...4 ~= numbers.count: blocks = numbers[2]
        case .string("mobilevit") where 5...6 ~= numbers.count:
            transformer = Transformer(channels: numbers[2], hidden: numbers[3], layers: numbers[4])
        default: return nil
        }
        let last = transformer == nil ? 3 : 5
        if numbers.count > last { expansion = numbers[last] }
        (channels, stride) = (numbers[0], numbers[1])
        guard stride <= 2, blocks <= 1024, (transformer?.layers ?? 1) <= 1024, expansion <= 1024 else { return nil }
    }
}
