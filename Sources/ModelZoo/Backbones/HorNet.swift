import ModelConfig
import ModelGraph

/// HorNet (Rao et al. 2022, arXiv:2207.14284): recursive gated convolutions, in the `gf` sizes with a filter that is
/// learnt in the frequency domain.
///
/// Source: `mmpretrain/models/backbones/hornet.py` of MMPreTrain 1.2.
package struct HorNet: Architecture {
    package static let typeNames = ["HorNet"]

    /// What spreads over the positions: a `dw_cfg`.
    enum Spatial: Sendable, Hashable {
        /// A depthwise convolution: `DW`.
        case convolution(kernel: Int, bias: Bool)
        /// A depthwise convolution of one half and a spectral filter of the other: `GF`. The weight's extents are those
        /// of the spectrum; it is resized for others.
        case global(Extent2d)
    }

    /// An `arch`.
    private struct Size: Sendable {
        var channels: Int
        var depths = [2, 3, 18, 2]
        /// Gated convolutions in a row, by stage.
        var orders = [2, 3, 4, 5]
        var spatial = [Spatial](repeating: .convolution(kernel: 7, bias: true), count: 4)

        /// With spectral filters in the last two stages.
        func filtering(_ spectra: Extent2d...) -> Size {
            var size = self
            for (index, extent) in spectra.enumerated() { size.spatial[2 + index] = .global(extent) }
            return size
        }
    }

    private static let sizes: [String: Size] = {
        var sizes: [([String], Size)] = []
        for (name, channels) in [("tiny", 64), ("small", 96), ("base", 128), ("large", 192)] {
            let (size, letter) = (Size(channels: channels), String(name.prefix(1)))
            sizes.append(([letter, name], size))
            sizes.append(
                (
                    ["\(letter)-gf", "\(name)-gf"],
                    size.filtering(Extent2d(height: 14, width: 8), Extent2d(height: 7, width: 4))
                ))
            guard channels >= 128 else { continue }
            sizes.append(
                (
                    ["\(letter)-gf384", "\(name)-gf384"],
                    size.filtering(Extent2d(height: 24, width: 12), Extent2d(height: 13, width: 7))
                ))
        }
        return TransformerSize.named(sizes)
    }()

    private let size: Size
    private let inputChannels: Int
    private let scale: Double
    /// Whether both branches of a block have learnt scales.
    private let scales: Bool
    private let outIndices: Set<Int>
    /// Whether the norm after a stage is that of the mean over the positions.
    private let poolsBeforeNorm: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_path_rate", "frozen_stages", "with_cp", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "tiny") { config throws(ArgumentError) in
            let channels = try config.positive("base_dim")
            guard channels <= 1 << 20 else { throw config.error("base_dim", "\(channels) channels are too many") }
            let orders = try config.stageChannels("orders", count: 4)
            guard orders.allSatisfy({ $0 <= 24 }) else { throw config.error("orders", "an order is above 24") }
            return Size(
                channels: channels, depths: try config.stageDepths("depths", count: 4), orders: orders,
                spatial: try config.dictionaries("dw_cfg", count: 4) { config throws(ArgumentError) in
                    switch try config.typeName {
                    case "DW":
                        return .convolution(
                            kernel: try config.positive("kernel_size"), bias: try config.bool("bias", default: true))
                    case "GF":
                        return .global(
                            Extent2d(
                                height: try config.positive("h", default: 14),
                                width: try config.positive("w", default: 8)))
                    case let name: throw config.error("type", "the 'type' should be 'DW' or 'GF', not '\(name)'")
                    }
                })
        }
        inputChannels = try config.inputChannels()
        scale = try config.double("scale", default: 1.0 / 3)
        scales = try config.bool("use_layer_scale", default: true)
        outIndices = try config.outIndices(default: [3], count: 4, negatives: .allowed)
        poolsBeforeNorm = try config.bool("gap_before_final_norm", default: true)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let widths = (0..<4).map { size.channels << $0 }
        let downsamples = try scope.downsampleLayers(inputChannels, widths) {
            (layer, channels) throws(GraphError) in try MapNorm(layer, channels)
        }
        var stages: [Sequential] = []
        for index in 0..<4 {
            let stage = scope("stages")(index)
            let settings = BlockSettings(
                channels: widths[index], order: size.orders[index], spatial: size.spatial[index],
                scale: scale, scales: scales)
            var blocks: [any Module] = []
            for position in 0..<size.depths[index] { blocks.append(try Block(stage(position), settings)) }
            stages.append(Sequential(stage, blocks))
        }
        var norms: [Int: any Module] = [:]
        for index in outIndices.sorted() {
            norms[index] = try MapNorm(scope("norm\(index)"), widths[index])
        }
        return AlternatingStages(
            scope: scope, downsamples: downsamples, stages: stages, norms: norms, poolsBeforeNorm: poolsBeforeNorm)
    }
}
