import ModelGraph

/// ResNet (He et al. 2015, arXiv:1512.03385) and what was made from it: ResNetV1c and V1d (arXiv:1812.01187),
/// Wide ResNet (arXiv:1605.07146), ResNeXt (arXiv:1611.05431), SE-ResNet and SE-ResNeXt (arXiv:1709.01507).
///
/// Source: `resnet.py`, `resnet_cifar.py`, `resnext.py`, `seresnet.py` and `seresnext.py` in
/// `mmpretrain/models/backbones` of MMPreTrain 1.2, with their style `pytorch`: a bottleneck's stride is in its
/// 3×3 convolution.
public struct ResNet: Architecture {
    /// The number of weight layers of the plain network.
    public enum Depth: Int, Sendable, CaseIterable {
        case resNet18 = 18
        case resNet34 = 34
        case resNet50 = 50
        case resNet101 = 101
        case resNet152 = 152

        /// Residual blocks of `layer1` … `layer4`.
        var blocks: [Int] {
            switch self {
            case .resNet18: [2, 2, 2, 2]
            case .resNet34, .resNet50: [3, 4, 6, 3]
            case .resNet101: [3, 4, 23, 3]
            case .resNet152: [3, 8, 36, 3]
            }
        }

        /// Whether the blocks are bottlenecks.
        var isBottleneck: Bool { self != .resNet18 && self != .resNet34 }
    }

    public enum Variant: Sendable {
        /// A 7×7 convolution of stride 2 and a max-pooling in front.
        case v1b
        /// Three 3×3 convolutions instead of the 7×7 one.
        case v1c
        /// As `v1c`, and shortcuts shrink by average-pooling instead of by stride.
        case v1d
        /// One 3×3 convolution of stride 1 in front, and no max-pooling.
        case cifar
    }

    public var depth: Depth
    public var variant: Variant
    /// Channels between the convolutions of a block of `layer1`; each later stage doubles them.
    public var baseChannels: Int
    /// Output channels of a bottleneck per channel inside it.
    public var expansion: Int
    /// Groups of a bottleneck's 3×3 convolution.
    public var groups: Int
    /// Channels per group in `layer1` where `groups` is not 1.
    public var widthPerGroup: Int
    /// Squeeze-and-excitation reduces a bottleneck's output channels by this factor; nil for none.
    public var squeezeRatio: Int?

    /// - Parameter expansion: by default 4 with bottlenecks, else 1.
    public init(
        _ depth: Depth, _ variant: Variant = .v1b, baseChannels: Int = 64, expansion: Int? = nil, groups: Int = 1,
        widthPerGroup: Int = 4, squeezeRatio: Int? = nil
    ) {
        self.depth = depth
        self.variant = variant
        self.baseChannels = baseChannels
        self.expansion = expansion ?? (depth.isBottleneck ? 4 : 1)
        self.groups = groups
        self.widthPerGroup = widthPerGroup
        self.squeezeRatio = squeezeRatio
    }

    public var typeName: String {
        switch (variant, squeezeRatio, groups) {
        case (.cifar, _, _): "ResNet_CIFAR"
        case (.v1c, _, _): "ResNetV1c"
        case (.v1d, _, _): "ResNetV1d"
        case (.v1b, nil, 1): "ResNet"
        case (.v1b, nil, _): "ResNeXt"
        case (.v1b, _, 1): "SEResNet"
        case (.v1b, _, _): "SEResNeXt"
        }
    }

    /// Channels of the feature map, which has 1/32 of the input's extent (1/8 with `Variant.cifar`).
    public var outputChannels: Int { baseChannels * expansion << 3 }

    public func module(in scope: Scope) throws(GraphError) -> any Module {
        guard baseChannels > 0, expansion > 0, groups > 0, widthPerGroup > 0 else {
            throw .configuration(
                module: scope.path,
                "\(baseChannels) base channels, expansion \(expansion) and \(groups) groups of \(widthPerGroup) channels "
                    + "must all be above 0")
        }
        guard depth.isBottleneck || (expansion == 1 && groups == 1 && squeezeRatio == nil) else {
            throw .configuration(
                module: scope.path, "ResNet-\(depth.rawValue) has no bottlenecks to expand, group or squeeze")
        }
        var layers = try stem(in: scope)
        var channels = 64
        for (index, blocks) in depth.blocks.enumerated() {
            let layer = scope("layer\(index + 1)")
            var stage: [any Module] = []
            for block in 0..<blocks {
                let inner = baseChannels << index
                let stride = block == 0 && index > 0 ? 2 : 1
                stage.append(
                    depth.isBottleneck
                        ? try Bottleneck(layer(block), channels, inner, stride: stride, self)
                        : try BasicBlock(layer(block), channels, inner, stride: stride, self))
                channels = inner * expansion
            }
            layers.append(Sequential(layer, stage))
        }
        return Sequential(scope, layers)
    }

    /// `[N, 3, H, W]` → `[N, 64, H / 4, W / 4]`; `[N, 64, H, W]` with `Variant.cifar`.
    private func stem(in scope: Scope) throws(GraphError) -> [any Module] {
        let maxPool = MaxPool2d(scope("maxpool"), kernel: 3, stride: 2, padding: 1)
        switch variant {
        case .v1b:
            return [
                try Conv2d(scope("conv1"), 3, 64, kernel: 7, stride: 2, padding: 3, bias: false),
                try BatchNorm2d(scope("bn1"), 64),
                ActivationLayer(scope("relu"), .relu),
                maxPool,
            ]
        case .v1c, .v1d:
            let stem = scope("stem")
            let convolutions = [
                try ConvModule(stem(0), 3, 32, kernel: 3, stride: 2, padding: 1),
                try ConvModule(stem(1), 32, 32, kernel: 3, padding: 1),
                try ConvModule(stem(2), 32, 64, kernel: 3, padding: 1),
            ]
            return [Sequential(stem, convolutions), maxPool]
        case .cifar:
            return [
                try Conv2d(scope("conv1"), 3, 64, kernel: 3, padding: 1, bias: false),
                try BatchNorm2d(scope("bn1"), 64),
                ActivationLayer(scope("relu"), .relu),
            ]
        }
    }
}
