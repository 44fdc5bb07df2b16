import ModelGraph

/// MobileOne (Vasu et al. 2022, arXiv:2206.04040): depthwise and pointwise convolutions that are trained as sums of
/// branches.
///
/// Source: `mmpretrain/models/backbones/mobileone.py` of MMPreTrain 1.2.
public struct MobileOne: Architecture {
    /// The sizes of the paper, under MMPreTrain's names (`arch`).
    public enum Variant: String, Sendable, CaseIterable {
        case s0, s1, s2, s3, s4

        /// Multiplies the channels of each stage: 64, 128, 256 and 512.
        var widths: [Double] {
            switch self {
            case .s0: [0.75, 1, 1, 2]
            case .s1: [1.5, 1.5, 2, 2.5]
            case .s2: [1.5, 2, 2.5, 4]
            case .s3: [2, 2.5, 3, 4]
            case .s4: [3, 3.5, 3.5, 4]
            }
        }

        /// Convolutions that are added in each block but the stem.
        var branches: Int { self == .s0 ? 4 : 1 }

        /// How many of the last pairs of each stage squeeze and excite.
        var squeezes: [Int] { self == .s4 ? [0, 0, 5, 1] : [0, 0, 0, 0] }
    }

    public var variant: Variant
    /// Whether each block is one convolution with the branches folded into it.
    public var deploy: Bool

    public init(_ variant: Variant, deploy: Bool = false) {
        self.variant = variant
        self.deploy = deploy
    }

    public var typeName: String { "MobileOne" }

    /// Channels of the feature map, which has 1/32 of the input's extent.
    public var outputChannels: Int { Int(512 * variant.widths[3]) }

    /// Pairs of a depthwise and a pointwise block in `stage1` … `stage4`.
    private static let pairs = [2, 8, 10, 1]

    public func module(in scope: Scope) throws(GraphError) -> any Module {
        var channels = min(64, Int(64 * variant.widths[0]))
        var layers: [any Module] = [
            try Block(scope("stage0"), 3, channels, kernel: 3, stride: 2, branches: 1, deploy: deploy)
        ]
        for (index, pairs) in Self.pairs.enumerated() {
            let outputs = Int(Double(64 << index) * variant.widths[index])
            let stage = scope("stage\(index + 1)")
            var blocks: [any Module] = []
            for pair in 0..<pairs {
                let squeezes = pair >= pairs - variant.squeezes[index]
                blocks.append(
                    try Block(
                        stage(2 * pair), channels, channels, kernel: 3, stride: pair == 0 ? 2 : 1, groups: channels,
                        branches: variant.branches, squeezes: squeezes, deploy: deploy))
                blocks.append(
                    try Block(
                        stage(2 * pair + 1), channels, outputs, kernel: 1, branches: variant.branches,
                        squeezes: squeezes, deploy: deploy))
                channels = outputs
            }
            layers.append(Sequential(stage, blocks))
        }
        return Sequential(scope, layers)
    }
}

extension MobileOne {
    /// In training the convolutions `branch_conv_list`, for kernels above 1×1 the 1×1 convolution `branch_scale`, and
    /// where the shape stays the input itself, each behind its batch norm, are added; deployed it is the convolution
    /// `branch_reparam`.
    private struct Block: Module {
        private let scope: Scope
        private let squeeze: SELayer?
        private let folded: Conv2d?
        private let identity: BatchNorm2d?
        private let branches: [ConvNorm]
        private let act: ActivationLayer

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1, branches: Int,
            squeezes: Bool = false, deploy: Bool
        ) throws(GraphError) {
            self.scope = scope
            let padding = kernel / 2
            squeeze = squeezes ? try SELayer(scope("se"), outputs, ratio: 16) : nil
            act = ActivationLayer(scope("act"), .relu)
            if deploy {
                folded = try Conv2d(
                    scope("branch_reparam"), inputs, outputs, kernel: kernel, stride: stride, padding: padding,
                    groups: groups)
                identity = nil
                self.branches = []
                return
            }
            folded = nil
            identity = inputs == outputs && stride == 1 ? try BatchNorm2d(scope("branch_norm"), inputs) : nil
            var added: [ConvNorm] = []
            if kernel > 1 {
                added.append(
                    try ConvNorm(scope("branch_scale"), inputs, outputs, kernel: 1, stride: stride, groups: groups))
            }
            for branch in 0..<branches {
                added.append(
                    try ConvNorm(
                        scope("branch_conv_list")(branch), inputs, outputs, kernel: kernel, stride: stride,
                        padding: padding, groups: groups))
            }
            self.branches = added
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let value = if let folded { try folded(input) } else { try sum(input) }
            return scope.output(try act(try squeeze?(value) ?? value))
        }

        private func sum(_ input: Value) throws(GraphError) -> Value {
            var sum = try identity?(input)
            for branch in branches {
                let term = try branch(input)
                sum = if let partial = sum { try scope.add(partial, term) } else { term }
            }
            return scope.foldable(sum ?? input, from: input, into: "branch_reparam")
        }
    }
}

extension MobileOne {
    static let models = Variant.allCases.flatMap { variant in
        let name = "mobileone-\(variant.rawValue)"
        return ModelDefinition.bothForms(
            name + "_8xb32_in1k", aliases: [name], deployName: name + "_deploy_8xb32_in1k"
        ) { classes, deploy in
            let backbone = MobileOne(variant, deploy: deploy)
            return ImageClassifier(
                backbone: backbone, neck: GlobalAveragePooling(),
                head: LinearClsHead(classes: classes, channels: backbone.outputChannels))
        }
    }
}
