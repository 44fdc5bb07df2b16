import ModelGraph

/// RepVGG (Ding et al. 2021, arXiv:2101.03697): 3×3 convolutions that are trained as sums of branches.
///
/// Source: `mmpretrain/models/backbones/repvgg.py` of MMPreTrain 1.2.
public struct RepVGG: Architecture {
    /// The sizes of the paper, under MMPreTrain's names (`arch`).
    public enum Variant: String, Sendable, CaseIterable {
        case a0 = "A0"
        case a1 = "A1"
        case a2 = "A2"
        case b0 = "B0"
        case b1 = "B1"
        case b1g2 = "B1g2"
        case b1g4 = "B1g4"
        case b2 = "B2"
        case b2g2 = "B2g2"
        case b2g4 = "B2g4"
        case b3 = "B3"
        case b3g2 = "B3g2"
        case b3g4 = "B3g4"
        case d2se = "D2se"

        /// Blocks of `stage_1` … `stage_4`, the stem not counted.
        var blocks: [Int] {
            switch self {
            case .a0, .a1, .a2: [2, 4, 14, 1]
            case .d2se: [8, 14, 24, 1]
            default: [4, 6, 16, 1]
            }
        }

        /// Multiplies the channels of each stage: 64, 128, 256 and 512.
        var widths: [Double] {
            switch self {
            case .a0: [0.75, 0.75, 0.75, 2.5]
            case .a1, .b0: [1, 1, 1, 2.5]
            case .a2: [1.5, 1.5, 1.5, 2.75]
            case .b1, .b1g2, .b1g4: [2, 2, 2, 4]
            case .b2, .b2g2, .b2g4, .d2se: [2.5, 2.5, 2.5, 5]
            case .b3, .b3g2, .b3g4: [3, 3, 3, 5]
            }
        }

        /// Groups of every second block from the third on, the stem counted as the first.
        var groups: Int {
            switch self {
            case .b1g2, .b2g2, .b3g2: 2
            case .b1g4, .b2g4, .b3g4: 4
            default: 1
            }
        }

        var squeezes: Bool { self == .d2se }
    }

    public var variant: Variant
    /// Whether each block is one convolution with the branches folded into it.
    public var deploy: Bool

    public init(_ variant: Variant, deploy: Bool = false) {
        self.variant = variant
        self.deploy = deploy
    }

    public var typeName: String { "RepVGG" }

    /// Channels of the feature map, which has 1/32 of the input's extent.
    public var outputChannels: Int { Int(512 * variant.widths[3]) }

    public func module(in scope: Scope) throws(GraphError) -> any Module {
        var channels = min(64, Int(64 * variant.widths[0]))
        var layers: [any Module] = [try Block(scope("stem"), 3, channels, stride: 2, groups: 1, self)]
        var position = 1
        for (index, blocks) in variant.blocks.enumerated() {
            let outputs = Int(Double(64 << index) * variant.widths[index])
            let stage = scope("stage_\(index + 1)")
            var modules: [any Module] = []
            for block in 0..<blocks {
                modules.append(
                    try Block(
                        stage(block), channels, outputs, stride: block == 0 ? 2 : 1,
                        groups: position % 2 == 0 ? variant.groups : 1, self))
                channels = outputs
                position += 1
            }
            layers.append(Sequential(stage, modules))
        }
        return Sequential(scope, layers)
    }
}

extension RepVGG {
    /// In training a 3×3 convolution, a 1×1 convolution and, where the shape stays, the input itself, each behind its
    /// batch norm, are added; deployed it is the convolution `branch_reparam`.
    private struct Block: Module {
        private let scope: Scope
        private let folded: Conv2d?
        private let identity: BatchNorm2d?
        private let branches: [ConvNorm]
        private let squeeze: SELayer?
        private let act: ActivationLayer

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int, groups: Int, _ net: RepVGG
        ) throws(GraphError) {
            self.scope = scope
            if net.deploy {
                folded = try Conv2d(
                    scope("branch_reparam"), inputs, outputs, kernel: 3, stride: stride, padding: 1, groups: groups)
                identity = nil
                branches = []
            } else {
                folded = nil
                identity =
                    inputs == outputs && stride == 1 ? try BatchNorm2d(scope("branch_norm"), inputs) : nil
                branches = [
                    try ConvNorm(
                        scope("branch_3x3"), inputs, outputs, kernel: 3, stride: stride, padding: 1, groups: groups),
                    try ConvNorm(scope("branch_1x1"), inputs, outputs, kernel: 1, stride: stride, groups: groups),
                ]
            }
            squeeze =
                net.variant.squeezes ? try SELayer(scope("se_layer"), outputs, ratio: 16, divisor: 1) : nil
            act = ActivationLayer(scope("act"), .relu)
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        ///
        /// A deployed block passes its `se_layer` by, as MMPreTrain's does.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            if let folded { return scope.output(try act(try folded(input))) }
            let unchanged = try identity?(input)
            var sum = try scope.add(try branches[0](input), try branches[1](input))
            if let unchanged { sum = try scope.add(sum, unchanged) }
            scope.foldable(sum, from: input, into: "branch_reparam")
            return scope.output(try act(try squeeze?(sum) ?? sum))
        }
    }
}

extension RepVGG {
    /// Those that MMPreTrain has configs for.
    static let models = Variant.allCases.filter { $0 != .b2g2 && $0 != .b3g2 }.flatMap { variant in
        let name = "repvgg-\(variant.rawValue)"
        let recipe = name + "_8xb32_in1k"
        let published = variant == .d2se ? name + "_3rdparty_in1k" : recipe
        return ModelDefinition.bothForms(
            published, aliases: [name] + (published == recipe ? [] : [recipe]), deployName: name + "_deploy_in1k"
        ) { classes, deploy in
            let backbone = RepVGG(variant, deploy: deploy)
            return ImageClassifier(
                backbone: backbone, neck: GlobalAveragePooling(),
                head: LinearClsHead(classes: classes, channels: backbone.outputChannels))
        }
    }
}
