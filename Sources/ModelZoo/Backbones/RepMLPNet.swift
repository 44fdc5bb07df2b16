import ModelConfig
import ModelGraph

/// RepMLPNet (Ding et al. 2021, arXiv:2105.01883): fully connected layers over the positions of a map, trained beside
/// convolutions that are merged into them for deployment.
///
/// Source: `mmpretrain/models/backbones/repmlp.py` of MMPreTrain 1.2.
package struct RepMLPNet: Architecture {
    package static let typeNames = ["RepMLPNet"]
    package static let deployArgument: String? = "deploy"

    /// An `arch`.
    private struct Size: Sendable {
        var channels, depths: [Int]
        /// Sets of weights in each stage, which the channels share in turn.
        var sets: [Int]
    }

    private static let sizes = TransformerSize.named([
        (["b", "base"], Size(channels: [96, 192, 384, 768], depths: [2, 2, 12, 2], sets: [1, 4, 32, 128]))
    ])

    private let size: Size
    private let image: Extent2d
    package var imageSize: Extent2d? { image }
    private let inputChannels: Int
    private let patches: PatchEmbed.Configuration
    private let outIndices: Set<Int>
    private let norm: NormLayer
    private let hasFinalNorm: Bool
    private let kernels: [Int]
    private let squeezeRatio: Int
    private let deploy: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("init_cfg")
        try config.plainConvolutions()
        size = try config.variant("arch", of: Self.sizes) { config throws(ArgumentError) in
            let depths = try config.stageDepths("depths")
            return Size(
                channels: try config.stageChannels("channels", count: depths.count), depths: depths,
                sets: try config.stageChannels("sharesets_nums", count: depths.count))
        }
        image = try config.squareOrExtent("img_size", default: 224)
        guard max(image.height, image.width) < 1 << 16 else { throw config.error("img_size", "the image is too large") }
        inputChannels = try config.inputChannels()
        let norm = try config.requiredNorm()
        self.norm = norm
        let patch = try config.squareOrExtent("patch_size", default: 4)
        patches = try config.dictionary("patch_cfg") { config throws(ArgumentError) in
            try config.patches(PatchEmbed.Configuration(kernel: patch, stride: patch, bias: false, norm: norm))
        }
        outIndices = try config.outIndices(default: [3], count: size.depths.count)
        hasFinalNorm = try config.bool("final_norm", default: true)
        squeezeRatio = try config.positive("globalperceptron_ratio", default: 4)
        deploy = try config.bool("deploy", default: false)
        if config.value("reparam_conv_kernels") == .some(.none) {
            kernels = []
        } else {
            kernels = try config.ints("reparam_conv_kernels", default: [3])
            guard 1...16 ~= kernels.count, kernels.allSatisfy({ 1..<1024 ~= $0 }) else {
                throw config.error("reparam_conv_kernels", "\(kernels) are not the sides of 1 to 16 kernels")
            }
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let embedding = try Embedding(scope("patch_embed"), inputChannels, size.channels[0], patches)
        let grid = try patches.grid(of: image, module: scope("patch_embed").path)
        var stages: [Sequential] = []
        for (index, depth) in size.depths.enumerated() {
            let stage = scope("stages")(index)
            let settings = BlockSettings(
                channels: size.channels[index],
                area: Extent2d(height: grid.height >> index, width: grid.width >> index), sets: size.sets[index],
                kernels: kernels, squeezeRatio: squeezeRatio, norm: norm, deploy: deploy)
            var units: [any Module] = []
            for position in 0..<depth { units.append(try Unit(stage(position), settings)) }
            stages.append(Sequential(stage, units))
        }
        var downsamples: [ConvModule] = []
        for (index, channels) in size.channels.enumerated().dropLast() {
            downsamples.append(
                try ConvModule(
                    scope("downsample_layers")(index), channels, size.channels[index + 1], kernel: 2, stride: 2,
                    norm: norm))
        }
        let place = scope("final_norm")
        let last: any Module = hasFinalNorm ? try norm.layer(place, size.channels[stages.count - 1]) : Identity(place)
        return Layers(
            scope: scope, image: image, embedding: embedding, stages: stages, downsamples: downsamples, norm: last,
            outIndices: outIndices)
    }

    private struct Layers: Stage {
        let scope: Scope
        let image: Extent2d
        let embedding: Embedding
        let stages: [Sequential]
        let downsamples: [ConvModule]
        /// The norm of the last stage's output.
        let norm: any Module
        let outIndices: Set<Int>

        /// A level is taken after the downsampling that follows its stage.
        func features(_ input: Features) throws(GraphError) -> Features {
            guard scope.grid(of: input.value) == image else {
                throw .configuration(
                    module: scope.path,
                    "the Rep-MLP does not support dynamic input shapes: its images are \(image.height) × \(image.width)"
                )
            }
            var value = try embedding(input.value)
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                value = try stage(value)
                if index < downsamples.count { value = try downsamples[index](value) }
                if outIndices.contains(index) {
                    levels.append(index == stages.count - 1 ? try norm(value) : value)
                }
            }
            return try scope.features(levels)
        }
    }

    /// `PatchEmbed`: a convolution whose windows do not overlap, a norm and a ReLU; the map stays a map.
    private struct Embedding {
        private let scope: Scope
        private let layers: [any Module]

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, _ configuration: PatchEmbed.Configuration
        ) throws(GraphError) {
            self.scope = scope
            var layers: [any Module] = []
            if let padding = AdaptivePadding(
                scope("adaptive_padding"), configuration.padding, kernel: configuration.kernel,
                stride: configuration.stride, dilation: configuration.dilation)
            {
                layers.append(padding)
            }
            layers.append(
                try Conv2d(
                    scope("projection"), inputs, outputs, kernel: configuration.kernel,
                    Conv2dGeometry(
                        stride: configuration.stride, padding: configuration.padding.fixed,
                        dilation: configuration.dilation), bias: configuration.bias))
            if let norm = configuration.norm { layers.append(try norm.layer(scope("norm"), outputs)) }
            self.layers = layers + [ActivationLayer(scope("relu"), .relu)]
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = input
            for layer in layers { value = try layer(value) }
            scope.output([value])
            return value
        }
    }
}
