import ModelConfig
import ModelGraph

/// RepLKNet (Ding et al. 2022, arXiv:2203.06717): depthwise convolutions of up to 31×31. Each is trained beside one of
/// 5×5, which is merged into it for deployment.
///
/// Upstream takes `conv_cfg`, `norm_cfg`, `act_cfg`, `strides` and `dilations` and uses none of them: the blocks have
/// their own batch norms, activations and strides.
///
/// Source: `mmpretrain/models/backbones/replknet.py` of MMPreTrain 1.2.
package struct RepLKNet: Architecture {
    package static let typeNames = ["RepLKNet"]
    package static let deployArgument: String? = "small_kernel_merged"

    /// An `arch`.
    private struct Size: Sendable {
        /// The kernels of the large convolutions, by stage.
        var kernels = [31, 29, 27, 13]
        /// Pairs of blocks, by stage.
        var depths = [2, 2, 18, 2]
        var channels: [Int]
        /// The kernel of the convolution beside the large one; nil for none.
        var smallKernel: Int? = 5
        /// Channels of the large convolution per channel of the block.
        var ratio = 1.0
    }

    private static let sizes = [
        "31B": Size(channels: [128, 256, 512, 1024]),
        "31L": Size(channels: [192, 384, 768, 1536]),
        "XL": Size(kernels: [27, 27, 27, 13], channels: [256, 512, 1024, 2048], smallKernel: nil, ratio: 1.5),
    ]

    private let size: Size
    private let inputChannels: Int
    /// Hidden channels of a feed-forward block per channel.
    private let hiddenRatio: Double
    private let outIndices: Set<Int>
    private let isMerged: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore(
            "drop_path_rate", "frozen_stages", "norm_eval", "with_cp", "init_cfg", "conv_cfg", "norm_cfg", "act_cfg",
            "norm_intermediate_features")
        size = try config.variant("arch", of: Self.sizes, ignoringCase: false, ignoringMore: true) {
            config throws(ArgumentError) in
            let depths = try config.stageDepths("layers")
            return Size(
                kernels: try config.stageChannels("large_kernel_sizes", count: depths.count), depths: depths,
                channels: try config.stageChannels("channels", count: depths.count),
                smallKernel: try config.optionalInt("small_kernel"), ratio: try config.ratio("dw_ratio", default: 1))
        }
        for key in ["strides", "dilations"] {
            let values = try config.ints(key, default: [1, 1, 1, 1])
            guard values.count == size.depths.count else {
                throw config.error(key, "'\(key)' has \(values.count) elements for \(size.depths.count) stages")
            }
        }
        inputChannels = try config.inputChannels()
        hiddenRatio = try config.ratio("ffn_ratio", default: 4)
        outIndices = try config.outIndices(default: [3], count: size.depths.count)
        isMerged = try config.bool("small_kernel_merged", default: false)
        if let small = size.smallKernel, !isMerged {
            guard small > 0, let least = size.kernels.min(), small <= least else {
                throw config.error("arch", "the small kernel, \(small), is larger than a large one of \(size.kernels)")
            }
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let (stem, first) = (scope("stem"), size.channels[0])
        let stemLayers = [
            try Self.convolution(stem(0), inputChannels, first, kernel: 3, stride: 2, activates: true),
            try Self.convolution(stem(1), first, first, kernel: 3, groups: first, activates: true),
            try Self.convolution(stem(2), first, first, activates: true),
            try Self.convolution(stem(3), first, first, kernel: 3, stride: 2, groups: first, activates: true),
        ]
        var stages: [Sequential] = []
        var norms: [Int: BatchNorm] = [:]
        for (index, channels) in size.channels.enumerated() {
            let place = scope("stages")(index)
            var blocks: [any Module] = []
            for _ in 0..<size.depths[index] {
                let block = place("blocks")(blocks.count)
                blocks.append(
                    try LargeKernelBlock(
                        block, channels, hidden: Int(Double(channels) * size.ratio), kernel: size.kernels[index],
                        smallKernel: size.smallKernel, isMerged: isMerged))
                blocks.append(
                    try FeedForwardBlock(
                        place("blocks")(blocks.count), channels, hidden: Int(Double(channels) * hiddenRatio)))
            }
            stages.append(Sequential(place, blocks))
            if outIndices.contains(index) { norms[index] = try BatchNorm(place("norm"), channels) }
        }
        var transitions: [Sequential] = []
        for (index, channels) in size.channels.enumerated().dropLast() {
            let (place, next) = (scope("transitions")(index), size.channels[index + 1])
            transitions.append(
                Sequential(
                    place,
                    [
                        try Self.convolution(place(0), channels, next, activates: true),
                        try Self.convolution(place(1), next, next, kernel: 3, stride: 2, groups: next, activates: true),
                    ]))
        }
        return Layers(scope: scope, stem: stemLayers, stages: stages, norms: norms, transitions: transitions)
    }

    private struct Layers: Stage {
        let scope: Scope
        let stem, stages: [Sequential]
        /// The norms of the stages whose outputs the backbone gives.
        let norms: [Int: BatchNorm]
        let transitions: [Sequential]

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = input.value
            for layer in stem { value = try layer(value) }
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                value = try stage(value)
                if let norm = norms[index] { levels.append(try norm(value)) }
                if index < transitions.count { value = try transitions[index](value) }
            }
            return try scope.features(levels)
        }
    }
}

extension RepLKNet {
    /// A convolution `conv` without bias that keeps the size but for its stride, a batch norm `bn` and, if `activates`, a
    /// ReLU `nonlinear`.
    private static func convolution(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1,
        activates: Bool = false
    ) throws(GraphError) -> Sequential {
        var layers: [any Module] = [
            try Conv2d(
                scope("conv"), inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups,
                bias: false),
            try BatchNorm(scope("bn"), outputs),
        ]
        if activates { layers.append(ActivationLayer(scope("nonlinear"), .relu)) }
        return Sequential(scope, layers)
    }

    /// A large depthwise convolution between pointwise ones, beside the shortcut: `RepLKBlock`.
    private struct LargeKernelBlock: Module {
        private let scope: Scope
        private let norm: BatchNorm
        private let pointwise1, pointwise2: Sequential
        private let large: LargeConvolution

        init(
            _ scope: Scope, _ channels: Int, hidden: Int, kernel: Int, smallKernel: Int?, isMerged: Bool
        ) throws(GraphError) {
            self.scope = scope
            pointwise1 = try convolution(scope("pw1"), channels, hidden, activates: true)
            pointwise2 = try convolution(scope("pw2"), hidden, channels)
            large = try LargeConvolution(
                scope("large_kernel"), hidden, kernel: kernel, smallKernel: smallKernel, isMerged: isMerged)
            norm = try BatchNorm(scope("prelkb_bn"), channels)
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let act = ActivationLayer(scope("lk_nonlinear"), .relu)
            let branch = try pointwise2(try act(try large(try pointwise1(try norm(input)))))
            return scope.output(try scope.add(input, Identity(scope("drop_path"))(branch)))
        }
    }

    /// In training a large and a small depthwise convolution, each with its batch norm, are added; deployed they are the
    /// convolution `lkb_reparam`.
    private struct LargeConvolution: Module {
        private let scope: Scope
        private let merged: Conv2d?
        private let branches: [Sequential]

        init(_ scope: Scope, _ channels: Int, kernel: Int, smallKernel: Int?, isMerged: Bool) throws(GraphError) {
            self.scope = scope
            if isMerged {
                merged = try Conv2d(
                    scope("lkb_reparam"), channels, channels, kernel: kernel, padding: kernel / 2, groups: channels)
                branches = []
                return
            }
            merged = nil
            var branches = [try convolution(scope("lkb_origin"), channels, channels, kernel: kernel, groups: channels)]
            if let smallKernel {
                branches.append(
                    try convolution(scope("small_conv"), channels, channels, kernel: smallKernel, groups: channels))
            }
            self.branches = branches
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            if let merged { return scope.output(try merged(input)) }
            var sum = try branches[0](input)
            for branch in branches.dropFirst() { sum = try scope.add(sum, try branch(input)) }
            return scope.output(scope.foldable(sum, from: input, into: "lkb_reparam"))
        }
    }

    /// A batch norm and two pointwise convolutions beside the shortcut: `ConvFFN`.
    private struct FeedForwardBlock: Module {
        private let scope: Scope
        private let norm: BatchNorm
        private let pointwise1, pointwise2: Sequential

        init(_ scope: Scope, _ channels: Int, hidden: Int) throws(GraphError) {
            self.scope = scope
            norm = try BatchNorm(scope("preffn_bn"), channels)
            pointwise1 = try convolution(scope("pw1"), channels, hidden)
            pointwise2 = try convolution(scope("pw2"), hidden, channels)
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let act = ActivationLayer(scope("nonlinear"), .gelu)
            let branch = try pointwise2(try act(try pointwise1(try norm(input))))
            return scope.output(try scope.add(input, Identity(scope("drop_path"))(branch)))
        }
    }
}
