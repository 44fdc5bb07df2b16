import ModelConfig
import ModelGraph

/// ConvMixer (Trockman & Kolter 2022, arXiv:2201.09792).
///
/// Source: `mmpretrain/models/backbones/convmixer.py` of MMPreTrain 1.2.
package struct ConvMixer: Architecture {
    package static let typeNames = ["ConvMixer"]

    /// An `arch`.
    private struct Size: Sendable {
        var channels, depth, patch, kernel: Int
    }

    private static let sizes = [
        "768/32": Size(channels: 768, depth: 32, patch: 7, kernel: 7),
        "1024/20": Size(channels: 1024, depth: 20, patch: 14, kernel: 9),
        "1536/20": Size(channels: 1536, depth: 20, patch: 7, kernel: 9),
    ]

    private let size: Size
    private let inputChannels: Int
    private let norm: NormLayer
    private let activation: Activation
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "init_cfg")
        size = try config.variant("arch", of: Self.sizes, default: "768/32", ignoringMore: true) {
            config throws(ArgumentError) in
            let size = Size(
                channels: try config.positive("embed_dims"), depth: try config.positive("depth"),
                patch: try config.positive("patch_size"), kernel: try config.positive("kernel_size"))
            guard size.depth <= 1024, size.kernel % 2 == 1 else {
                throw config.notBuiltIn(
                    "kernel_size", "a depth of \(size.depth) and kernels of \(size.kernel) are not built in")
            }
            return size
        }
        inputChannels = try config.inputChannels()
        norm = try config.requiredNorm()
        activation = try config.requiredActivation(default: .gelu)
        outIndices = try config.outIndices(default: [-1], count: size.depth, negatives: .inLists)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        // One activation for all, which hooks know by its first name.
        let act = ActivationLayer(scope("act"), activation)
        let (place, channels) = (scope("stem"), size.channels)
        let stem = Sequential(
            place,
            [
                try Conv2d(place(0), inputChannels, channels, kernel: size.patch, stride: size.patch), act,
                try norm.layer(place(2), channels),
            ])
        var stages: [any Module] = []
        for index in 0..<size.depth {
            let stage = scope("stages")(index)
            let mixing = stage(0)("fn")
            let depthwise = try Conv2d(
                mixing(0), channels, channels, kernel: .square(size.kernel),
                Conv2dGeometry(padding: .square(size.kernel / 2), groups: channels), isSamePadded: true)
            let mixer = Sequential(mixing, [depthwise, act, try norm.layer(mixing(2), channels)])
            stages.append(
                Sequential(
                    stage,
                    [
                        Residual(scope: stage(0), layers: mixer),
                        try Conv2d(stage(1), channels, channels, kernel: 1), act, try norm.layer(stage(3), channels),
                    ]))
        }
        return StagedBackbone(scope, stem: [stem], stages: stages, outIndices: outIndices)
    }

    private struct Residual: Module {
        let scope: Scope
        let layers: Sequential

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            scope.output(try scope.add(try layers(input), input))
        }
    }
}
