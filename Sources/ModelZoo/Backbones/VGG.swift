import ModelGraph

/// VGG (Simonyan & Zisserman 2014, arXiv:1409.1556), its classifier included.
///
/// Source: `mmpretrain/models/backbones/vgg.py` of MMPreTrain 1.2.
public struct VGG: Architecture {
    /// The configurations A, B, D and E of the paper, by their number of weight layers.
    public enum Depth: Int, Sendable, CaseIterable {
        case vgg11 = 11
        case vgg13 = 13
        case vgg16 = 16
        case vgg19 = 19

        /// 3×3 convolutions of the five stages; a 2×2 max-pooling ends each.
        var blocks: [Int] {
            switch self {
            case .vgg11: [1, 1, 2, 2, 2]
            case .vgg13: [2, 2, 2, 2, 2]
            case .vgg16: [2, 2, 3, 3, 3]
            case .vgg19: [2, 2, 4, 4, 4]
            }
        }
    }

    public var depth: Depth
    /// Whether batch-norm follows each convolution.
    public var norm: Bool
    /// The number of logits; nil for the feature map `[N, 512, H / 32, W / 32]` instead.
    public var classes: Int?

    public init(_ depth: Depth, norm: Bool = false, classes: Int? = nil) {
        self.depth = depth
        self.norm = norm
        self.classes = classes
    }

    public var typeName: String { "VGG" }

    /// With `classes`, the module takes `[N, 3, 224, 224]`.
    public func module(in scope: Scope) throws(GraphError) -> any Module {
        let features = scope("features")
        var layers: [any Module] = []
        var channels = 3
        for (blocks, outputs) in zip(depth.blocks, [64, 128, 256, 512, 512]) {
            for _ in 0..<blocks {
                layers.append(
                    try ConvModule(
                        features(layers.count), channels, outputs, kernel: 3, padding: 1, bias: true, norm: norm))
                channels = outputs
            }
            layers.append(MaxPool2d(features(layers.count), kernel: 2, stride: 2))
        }
        if let classes { layers.append(try Classifier(scope("classifier"), classes: classes)) }
        return Sequential(scope, layers)
    }
}

/// Three linear layers. The dropouts `2` and `5` do nothing in evaluation.
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
                try Linear(scope(3), 4096, 4096),
                ActivationLayer(scope(4), .relu),
                try Linear(scope(6), 4096, classes),
            ])
    }

    /// `[N, 512, 7, 7]` → `[N, classes]`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        try layers(try scope.flatten(input))
    }
}

extension VGG {
    static let models = Depth.allCases.flatMap { depth in
        [false, true].flatMap { norm in
            let name = "vgg\(depth.rawValue)" + (norm ? "bn" : "")
            let classifier: @Sendable (Int) -> ImageClassifier = { classes in
                ImageClassifier(backbone: VGG(depth, norm: norm, classes: classes), head: ClsHead())
            }
            return [
                ModelDefinition(
                    name + "_8xb32_in1k", aliases: [name] + (norm ? ["vgg\(depth.rawValue)_bn"] : []),
                    classifier: classifier)
            ]
                + (depth == .vgg16 && !norm
                    ? [ModelDefinition("vgg16_8xb16_voc", classes: 20, classifier: classifier)] : [])
        }
    }
}
