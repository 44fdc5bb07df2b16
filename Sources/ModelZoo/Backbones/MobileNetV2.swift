import ModelGraph

/// MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381).
///
/// Source: `mmpretrain/models/backbones/mobilenet_v2.py` of MMPreTrain 1.2.
public struct MobileNetV2: Architecture {
    /// Multiplies the channels of every layer, by up to 64; the last 1×1 convolution keeps at least 1280.
    public var widenFactor: Double

    public init(widenFactor: Double = 1) { self.widenFactor = widenFactor }

    public var typeName: String { "MobileNetV2" }

    /// Channels of the feature map.
    public var outputChannels: Int { widenFactor > 1 ? Int(1280 * widenFactor) : 1280 }

    public func module(in scope: Scope) throws(GraphError) -> any Module {
        guard widenFactor > 0, widenFactor <= 64 else {
            throw .configuration(module: scope.path, "a width of \(widenFactor) is not above 0 and at most 64")
        }
        var channels = makeDivisible(32 * widenFactor, by: 8)
        var layers: [any Module] = [
            try ConvModule(scope("conv1"), 3, channels, kernel: 3, stride: 2, padding: 1, activation: .relu6)
        ]
        for (index, stage) in stages.enumerated() {
            let outputs = makeDivisible(stage.channels * widenFactor, by: 8)
            let layer = scope("layer\(index + 1)")
            var blocks: [any Module] = []
            for block in 0..<stage.blocks {
                blocks.append(
                    try InvertedResidual(
                        layer(block), channels, outputs, stride: block == 0 ? stage.stride : 1,
                        expansion: stage.expansion))
                channels = outputs
            }
            layers.append(Sequential(layer, blocks))
        }
        layers.append(try ConvModule(scope("conv2"), channels, outputChannels, kernel: 1, activation: .relu6))
        return Sequential(scope, layers)
    }
}

/// Table 2 of the paper: the bottleneck stages `layer1` … `layer7`.
private let stages: [(expansion: Int, channels: Double, blocks: Int, stride: Int)] = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]

/// 1×1 expansion (none when `expansion` is 1), 3×3 depthwise, 1×1 projection without activation; the input is
/// added when the shape allows.
private struct InvertedResidual: Module {
    private let scope: Scope
    private let conv: Sequential
    private let addsInput: Bool

    init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int, expansion: Int
    ) throws(GraphError) {
        self.scope = scope
        addsInput = stride == 1 && inputs == outputs
        let hidden = inputs * expansion
        let branch = scope("conv")
        var layers: [ConvModule] = []
        if expansion != 1 {
            layers.append(try ConvModule(branch(0), inputs, hidden, kernel: 1, activation: .relu6))
        }
        layers.append(
            try ConvModule(
                branch(layers.count), hidden, hidden, kernel: 3, stride: stride, padding: 1, groups: hidden,
                activation: .relu6))
        layers.append(try ConvModule(branch(layers.count), hidden, outputs, kernel: 1, activation: nil))
        conv = Sequential(branch, layers)
    }

    /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let branch = try conv(input)
        return scope.output(addsInput ? try scope.add(input, branch) : branch)
    }
}

extension MobileNetV2 {
    static let models = [
        ModelDefinition("mobilenet-v2_8xb32_in1k", aliases: ["mobilenet_v2", "mobilenetv2"]) { classes in
            let backbone = MobileNetV2()
            return ImageClassifier(
                backbone: backbone, neck: GlobalAveragePooling(),
                head: LinearClsHead(classes: classes, channels: backbone.outputChannels))
        }
    ]
}
