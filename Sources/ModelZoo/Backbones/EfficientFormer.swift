import ModelConfig
import ModelGraph

/// EfficientFormer (Li et al. 2022, arXiv:2206.01191).
///
/// Source: `mmpretrain/models/backbones/efficientformer.py` of MMPreTrain 1.2.
package struct EfficientFormer: Architecture {
    package static let typeNames = ["EfficientFormer"]

    /// An `arch`.
    private struct Size: Sendable {
        var depths, channels: [Int]
        var shrinks: [Bool]
        /// How many of the last stage's last blocks attend.
        var attending: Int
    }

    private static let sizes: [String: Size] = {
        let shrinks = [false, true, true, true]
        return [
            "l1": Size(depths: [3, 2, 6, 4], channels: [48, 96, 224, 448], shrinks: shrinks, attending: 1),
            "l3": Size(depths: [4, 4, 12, 6], channels: [64, 128, 320, 512], shrinks: shrinks, attending: 4),
            "l7": Size(depths: [6, 6, 18, 8], channels: [96, 192, 384, 768], shrinks: shrinks, attending: 8),
        ]
    }()

    private let size: Size
    private let inputChannels, window: Int
    private let ratio: Double
    /// Whether the tokens of the last stage become a feature map.
    private let givesMap: Bool
    private let activation: Activation
    private let scales: Bool
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate", "drop_path_rate", "frozen_stages", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "l1", ignoringCase: false) {
            config throws(ArgumentError) in
            let depths = try config.stageDepths("layers", count: 4)
            let size = Size(
                depths: depths, channels: try config.stageChannels("embed_dims", count: 4),
                shrinks: try config.bools("downsamples", default: [false, true, true, true], count: 4),
                attending: try config.int("vit_num"))
            guard 0...depths[3] ~= size.attending else {
                throw config.error("vit_num", "'vit_num' must be an integer smaller than layer number")
            }
            return size
        }
        inputChannels = try config.inputChannels()
        window = try config.positive("pool_size", default: 3)
        guard window % 2 == 1, window < 1024 else { throw config.error("pool_size", "'pool_size' should be odd") }
        ratio = try config.ratio("mlp_ratios", default: 4)
        givesMap = try config.bool("reshape_last_feat", default: false)
        activation = try config.requiredActivation(default: .gelu)
        scales = try config.bool("use_layer_scale", default: true)
        outIndices = try config.outIndices(default: [-1], count: 4, negatives: .inLists)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let embed = scope("patch_embed")
        let first = size.channels[0]
        let patchEmbed = Sequential(
            embed,
            [
                try ConvModule(
                    embed(0), inputChannels, first / 2, kernel: 3, stride: 2, padding: 1, bias: true),
                try ConvModule(embed(1), first / 2, first, kernel: 3, stride: 2, padding: 1, bias: true),
            ])
        var stages: [any Module] = []
        for (index, depth) in size.depths.enumerated() {
            let (place, channels) = (scope("network")(index), size.channels[index])
            var modules: [any Module] = []
            if size.shrinks[index] {
                modules.append(
                    try ConvModule(
                        place(0), size.channels[max(0, index - 1)], channels, kernel: 3, stride: 2, padding: 1,
                        bias: true, activation: nil))
            }
            let firstAttending = index == 3 ? depth - size.attending : depth
            for block in 0..<depth {
                if block == firstAttending { modules.append(Flattening(scope: place(modules.count))) }
                modules.append(
                    block < firstAttending
                        ? try MapBlock(
                            place(modules.count), channels, hidden: 4 * channels, window: window, activation,
                            scales: scales)
                        : try TokenBlock(
                            place(modules.count), channels, hidden: Int(Double(channels) * ratio), activation,
                            scales: scales))
            }
            if index == 3, size.attending == 0 { modules.append(Flattening(scope: place(modules.count))) }
            stages.append(Sequential(place, modules))
        }
        var norms: [Int: any Module] = [:]
        for index in outIndices.sorted() {
            let place = scope("norm\(index)")
            norms[index] =
                index == 3 && !givesMap && size.attending > 0
                ? try LayerNorm(place, size.channels[index])
                : try GroupNorm(place, groups: 1, size.channels[index])
        }
        return Layers(
            scope: scope, patchEmbed: patchEmbed, stages: stages, norms: norms, givesMap: givesMap,
            shrinksLast: size.shrinks[3])
    }

    private struct Layers: Stage {
        let scope: Scope
        let patchEmbed: Sequential
        let stages: [any Module]
        let norms: [Int: any Module]
        let givesMap, shrinksLast: Bool

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = try patchEmbed(input.value)
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                let before = scope.grid(of: value)
                value = try stage(value)
                guard let norm = norms[index] else { continue }
                guard scope.shape(of: value).count == 3 else {
                    levels.append(try norm(value))
                    continue
                }
                if givesMap {
                    let factor = shrinksLast ? 2 : 1
                    let grid = Extent2d(height: before.height / factor, width: before.width / factor)
                    value = try scope.map(of: value, grid)
                    levels.append(try norm(value))
                } else {
                    levels.append(try scope.permute(try norm(value), [0, 2, 1]))
                }
            }
            return try scope.features(levels)
        }
    }

    /// `Flat`: `[N, C, H, W]` → `[N, H·W, C]`.
    private struct Flattening: Module {
        let scope: Scope

        func callAsFunction(_ input: Value) throws(GraphError) -> Value { scope.output(try scope.tokens(of: input)) }
    }
}
