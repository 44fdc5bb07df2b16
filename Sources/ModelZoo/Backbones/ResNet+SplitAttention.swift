import ModelConfig
import ModelGraph

extension ResNet {
    /// ResNeSt's bottleneck: 1×1, split-attention and 1×1 convolutions beside the shortcut.
    struct SplitBottleneck: Module {
        private let scope: Scope
        private let conv1, conv3: Conv2d
        private let norm1, norm3: any Module
        private let split: SplitAttentionConv2d
        /// In place of the split convolution's stride.
        private let pool: AvgPool2d?
        private let downsample: Sequential?
        private let relu: ActivationLayer

        init(
            _ scope: Scope, _ place: BlockPlace, _ settings: BlockSettings,
            _ configuration: SplitAttentionConv2d.Configuration
        ) throws(GraphError) {
            self.scope = scope
            relu = ActivationLayer(scope("relu"), settings.activation)
            let (norm, outputs) = (settings.norm, place.inner * settings.expansion)
            let inner = settings.groupedChannels(place)
            let stride = settings.isCaffe ? 1 : place.stride
            let pools = configuration.poolsForStride && stride > 1
            conv1 = try Conv2d(
                scope("conv1"), place.inputs, inner, kernel: 1, stride: settings.isCaffe ? place.stride : 1,
                bias: false)
            norm1 = try norm.layer(scope(norm.abbreviation + "1"), inner)
            split = try SplitAttentionConv2d(
                scope("conv2"), inner, stride: pools ? 1 : stride, dilation: place.dilation, groups: settings.groups,
                norm: norm, configuration)
            pool = pools ? AvgPool2d(scope("avd_layer"), kernel: 3, stride: stride, padding: 1) : nil
            conv3 = try Conv2d(scope("conv3"), inner, outputs, kernel: 1, bias: false)
            norm3 = try norm.layer(scope(norm.abbreviation + "3"), outputs)
            downsample = try settings.downsample(scope("downsample"), place)
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = try split(try relu(try norm1(try conv1(input))))
            if let pool { value = try pool(value) }
            value = try norm3(try conv3(value))
            let shortcut = try downsample?(input) ?? input
            return scope.output(try relu(try scope.add(value, shortcut)))
        }
    }
}

/// A 3×3 convolution to several times the channels, whose parts are weighed against each other and added.
///
/// Source: `mmpretrain/models/backbones/resnest.py` of MMPreTrain 1.2.
struct SplitAttentionConv2d: Module {
    struct Configuration: Sendable, Hashable {
        /// Parts.
        var radix: Int
        /// Divides the channels of all parts to give those between the layers that weigh them.
        var reduction: Int
        /// Whether a bottleneck shrinks by average-pooling after the convolution.
        var poolsForStride: Bool

        init(_ config: inout ConfigReader) throws(ArgumentError) {
            radix = try config.positive("radix", default: 2)
            guard radix <= 64 else { throw config.error("radix", "'radix' is too large: \(radix)") }
            reduction = try config.positive("reduction_factor", default: 4)
            poolsForStride = try config.bool("avg_down_stride", default: true)
        }
    }

    private let scope: Scope
    private let radix, groups: Int
    private let conv, fc1, fc2: Conv2d
    private let norm0, norm1: any Module
    private let relu: ActivationLayer

    init(
        _ scope: Scope, _ channels: Int, stride: Int, dilation: Int, groups: Int, norm: NormLayer,
        _ configuration: Configuration
    ) throws(GraphError) {
        self.scope = scope
        self.groups = groups
        radix = configuration.radix
        relu = ActivationLayer(scope("relu"), .relu)
        let inner = max(channels * radix / configuration.reduction, 32)
        conv = try Conv2d(
            scope("conv"), channels, channels * radix, kernel: 3, stride: stride, padding: dilation,
            dilation: dilation, groups: groups * radix, bias: false)
        norm0 = try norm.layer(scope(norm.abbreviation + "0"), channels * radix)
        fc1 = try Conv2d(scope("fc1"), channels, inner, kernel: 1, groups: groups)
        norm1 = try norm.layer(scope(norm.abbreviation + "1"), inner)
        fc2 = try Conv2d(scope("fc2"), inner, channels * radix, kernel: 1, groups: groups)
    }

    /// `[N, channels, H, W]` → `[N, channels, H', W']`.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let value = try relu(try norm0(try conv(input)))
        let shape = scope.shape(of: value)
        let parts = try scope.reshape(value, [shape[0], radix, shape[1] / radix, shape[2], shape[3]])
        let sum = radix > 1 ? try scope.reduce(.sum, parts, axes: [1]) : value
        let mean = try scope.record(.adaptiveAveragePool2d(.init(.square(1))), sum)
        let weights = try weights(of: try fc2(try relu(try norm1(try fc1(mean)))))
        let spread = try scope.reshape(weights, [shape[0], radix, shape[1] / radix, 1, 1])
        let weighed = try scope.multiply(spread, by: parts)
        return scope.output(try scope.reduce(.sum, weighed, axes: [1]))
    }

    /// `RSoftmax`: `[N, groups · radix · C, 1, 1]` → weights of the parts, which add up to 1.
    private func weights(of scores: Value) throws(GraphError) -> Value {
        let (place, shape) = (scope("rsoftmax"), scope.shape(of: scores))
        guard radix > 1 else { return place.output(try place.activate(.sigmoid, scores)) }
        let parts = try place.transpose(
            try place.reshape(scores, [shape[0], groups, radix, shape[1] / (groups * radix)]), 1, 2)
        return place.output(try place.reshape(try place.softmax(parts, axis: 1), [shape[0], shape[1]]))
    }
}
