import ModelGraph

extension ResNet {
    /// What all blocks of a network have in common.
    struct BlockSettings: Sendable {
        /// Channels between the convolutions of a block of `layer1`; each later stage doubles them.
        var baseChannels = 64
        /// Output channels of a block per channel inside it.
        var expansion = 4
        var norm = NormLayer.batchNorm(epsilon: 1e-5)
        var activation = Activation.relu
        /// A bottleneck's stride is in its first convolution, not in its second.
        var isCaffe = false
        /// Shortcuts shrink by average-pooling instead of by stride.
        var poolsShortcuts = false
        /// Groups of a bottleneck's 3×3 convolution.
        var groups = 1
        /// Channels per group in `layer1` where `groups` is not 1.
        var widthPerGroup = 4
        /// Squeeze-and-excitation reduces a bottleneck's output channels by this factor; nil for none.
        var squeezeRatio: Int?
        /// A bottleneck's 3×3 convolution is split and weighed; nil for a plain one.
        var split: SplitAttentionConv2d.Configuration?

        /// Channels of a bottleneck's 3×3 convolution.
        func groupedChannels(_ place: BlockPlace) -> Int {
            // The stages' `inner` are multiples of `baseChannels`.
            groups == 1 ? place.inner : groups * widthPerGroup * (place.inner / baseChannels)
        }

        /// The shortcut where a block changes the shape: a 1×1 convolution and a norm; nil where it does not.
        func downsample(_ scope: Scope, _ place: BlockPlace) throws(GraphError) -> Sequential? {
            let outputs = place.inner * expansion
            guard place.stride != 1 || place.inputs != outputs else { return nil }
            let pools = poolsShortcuts && place.stride != 1
            var layers: [any Module] = []
            if pools {
                layers.append(
                    AvgPool2d(
                        scope(0), kernel: place.stride, stride: place.stride, ceilMode: true, countIncludePad: false))
            }
            layers.append(
                try Conv2d(
                    scope(layers.count), place.inputs, outputs, kernel: 1, stride: pools ? 1 : place.stride,
                    bias: false))
            layers.append(try norm.layer(scope(layers.count), outputs))
            return Sequential(scope, layers)
        }
    }

    /// `ResLayer`: blocks one after the other, of which the first may change the shape.
    static func layer(
        _ scope: Scope, blocks count: Int, _ first: BlockPlace, _ settings: BlockSettings, isBottleneck: Bool
    ) throws(GraphError) -> Sequential {
        var place = first
        var blocks: [any Module] = []
        for block in 0..<count {
            if let split = settings.split {
                blocks.append(try SplitBottleneck(scope(block), place, settings, split))
            } else {
                blocks.append(
                    isBottleneck
                        ? try Bottleneck(scope(block), place, settings)
                        : try BasicBlock(scope(block), place, settings))
            }
            place.inputs = place.inner * settings.expansion
            place.stride = 1
        }
        return Sequential(scope, blocks)
    }

    /// What one block has of its own.
    struct BlockPlace: Sendable {
        var inputs: Int
        /// Channels of its 3×3 convolutions, before groups widen them.
        var inner: Int
        var stride: Int
        var dilation: Int
    }

    /// Two 3×3 convolutions beside the shortcut.
    struct BasicBlock: Module {
        private let scope: Scope
        private let conv1, conv2: Conv2d
        private let norm1, norm2: any Module
        private let downsample: Sequential?
        private let relu: ActivationLayer

        init(_ scope: Scope, _ place: BlockPlace, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            relu = ActivationLayer(scope("relu"), settings.activation)
            let (norm, outputs) = (settings.norm, place.inner)
            conv1 = try Conv2d(
                scope("conv1"), place.inputs, outputs, kernel: 3, stride: place.stride, padding: place.dilation,
                dilation: place.dilation, bias: false)
            norm1 = try norm.layer(scope(norm.abbreviation + "1"), outputs)
            conv2 = try Conv2d(scope("conv2"), outputs, outputs, kernel: 3, padding: 1, bias: false)
            norm2 = try norm.layer(scope(norm.abbreviation + "2"), outputs)
            downsample = try settings.downsample(scope("downsample"), place)
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = try relu(try norm1(try conv1(input)))
            value = try norm2(try conv2(value))
            let shortcut = try downsample?(input) ?? input
            value = Identity(scope("drop_path"))(value)
            return scope.output(try relu(try scope.add(value, shortcut)))
        }
    }

    /// 1×1, 3×3 and 1×1 convolutions beside the shortcut.
    struct Bottleneck: Module {
        private let scope: Scope
        private let conv1, conv2, conv3: Conv2d
        private let norm1, norm2, norm3: any Module
        private let downsample: Sequential?
        private let squeeze: SELayer?
        private let relu: ActivationLayer

        init(_ scope: Scope, _ place: BlockPlace, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            relu = ActivationLayer(scope("relu"), settings.activation)
            let (norm, groups) = (settings.norm, settings.groups)
            let outputs = place.inner * settings.expansion
            let inner = settings.groupedChannels(place)
            conv1 = try Conv2d(
                scope("conv1"), place.inputs, inner, kernel: 1, stride: settings.isCaffe ? place.stride : 1,
                bias: false)
            norm1 = try norm.layer(scope(norm.abbreviation + "1"), inner)
            conv2 = try Conv2d(
                scope("conv2"), inner, inner, kernel: 3, stride: settings.isCaffe ? 1 : place.stride,
                padding: place.dilation, dilation: place.dilation, groups: groups, bias: false)
            norm2 = try norm.layer(scope(norm.abbreviation + "2"), inner)
            conv3 = try Conv2d(scope("conv3"), inner, outputs, kernel: 1, bias: false)
            norm3 = try norm.layer(scope(norm.abbreviation + "3"), outputs)
            downsample = try settings.downsample(scope("downsample"), place)
            squeeze =
                if let ratio = settings.squeezeRatio {
                    try SELayer(scope("se_layer"), outputs, SELayer.Configuration(ratio: ratio))
                } else { nil }
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = try relu(try norm1(try conv1(input)))
            value = try relu(try norm2(try conv2(value)))
            value = try norm3(try conv3(value))
            if let squeeze { value = try squeeze(value) }
            let shortcut = try downsample?(input) ?? input
            // Upstream's squeezing block never calls its `drop_path`.
            if squeeze == nil { value = Identity(scope("drop_path"))(value) }
            return scope.output(try relu(try scope.add(value, shortcut)))
        }
    }
}
