import ModelConfig
import ModelGraph

/// VGG (Simonyan & Zisserman 2014, arXiv:1409.1556), its classifier included.
///
/// Source: `mmpretrain/models/backbones/vgg.py` of MMPreTrain 1.2, where the input always has 3 channels; `in_channels`
/// is this implementation's.
package struct VGG: Architecture {
    package static let typeNames = ["VGG"]

    /// 3×3 convolutions of each stage; a 2×2 max-pooling ends each.
    private let blocks: [Int]
    private let dilations: [Int]
    private let norm: NormLayer?
    private let activation: Activation?
    private let ceilMode: Bool
    /// Whether the last max-pooling is kept.
    private let poolsLast: Bool
    private let inputChannels: Int
    /// The number of logits; nil for a feature map instead.
    private let classes: Int?
    /// Positions among the stages; the classifier comes after them.
    private let outIndices: Set<Int>

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("frozen_stages", "norm_eval", "init_cfg")
        try config.plainConvolutions()
        let depth = try config.int("depth")
        guard let blocks = Self.blocks[depth] else { throw config.error("depth", "there is no VGG of depth \(depth)") }
        let stages = try config.int("num_stages", default: 5)
        guard 1...5 ~= stages else { throw config.error("num_stages", "'num_stages' should be 1 to 5") }
        self.blocks = Array(blocks.prefix(stages))
        dilations = try config.ints("dilations", default: [1, 1, 1, 1, 1], count: stages)
        norm = try config.norm("norm_cfg", default: nil)
        activation = try config.activation("act_cfg", default: .relu)
        ceilMode = try config.bool("ceil_mode", default: false)
        poolsLast = try config.bool("with_last_pool", default: true)
        inputChannels = try config.inputChannels()
        let classes = try config.int("num_classes", default: -1)
        self.classes = classes > 0 ? classes : nil
        if config.has("out_indices") {
            outIndices = try config.outIndices(default: [], count: stages + 1)
        } else {
            _ = config.value("out_indices")
            outIndices = [classes > 0 ? 5 : 4]
        }
    }

    /// The blocks of the configurations A, B, D and E of the paper, by the number of weight layers.
    private static let blocks = [
        11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4],
    ]

    /// With `classes`, the stage takes `[N, C, 224, 224]`.
    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let features = scope("features")
        var stages: [[any Module]] = []
        var channels = inputChannels
        var position = 0
        for (index, blocks) in blocks.enumerated() {
            var layers: [any Module] = []
            let outputs = min(64 << index, 512)
            for _ in 0..<blocks {
                layers.append(
                    try ConvModule(
                        features(position), channels, outputs, kernel: 3, padding: dilations[index],
                        dilation: dilations[index], bias: true, norm: norm, activation: activation))
                channels = outputs
                position += 1
            }
            if poolsLast || index < self.blocks.count - 1 {
                layers.append(MaxPool2d(features(position), kernel: 2, stride: 2, ceilMode: ceilMode))
                position += 1
            }
            stages.append(layers)
        }
        let classifier =
            if let classes { try Classifier(scope("classifier"), classes: classes) } else { nil as Classifier? }
        return Layers(scope: scope, stages: stages, classifier: classifier, outIndices: outIndices)
    }

    private struct Layers: Stage {
        let scope: Scope
        let stages: [[any Module]]
        let classifier: Classifier?
        let outIndices: Set<Int>

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = input.value
            var levels: [Value] = []
            for (index, stage) in stages.enumerated() {
                for layer in stage { value = try layer(value) }
                if outIndices.contains(index) { levels.append(value) }
            }
            if let classifier { levels.append(try classifier(value)) }
            return try scope.features(levels)
        }
    }

    /// Three linear layers.
    private struct Classifier: Module {
        private let scope: Scope
        private let layers: Sequential

        init(_ scope: Scope, classes: Int) throws(GraphError) {
            self.scope = scope
            layers = Sequential(
                scope,
                [
                    try Linear(scope(0), 512 * 7 * 7, 4096),
                    ActivationLayer(scope(1), .relu),
                    Identity(scope(2)),
                    try Linear(scope(3), 4096, 4096),
                    ActivationLayer(scope(4), .relu),
                    Identity(scope(5)),
                    try Linear(scope(6), 4096, classes),
                ])
        }

        /// `[N, 512, 7, 7]` → `[N, classes]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value { try layers(try scope.flatten(input)) }
    }
}
