import ModelGraph

extension ResNet {
    /// Two 3×3 convolutions beside the shortcut.
    struct BasicBlock: Module {
        private let scope: Scope
        private let conv1, conv2: Conv2d
        private let bn1, bn2: BatchNorm2d
        private let downsample: Sequential?

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int, _ net: ResNet
        ) throws(GraphError) {
            self.scope = scope
            conv1 = try Conv2d(scope("conv1"), inputs, outputs, kernel: 3, stride: stride, padding: 1, bias: false)
            bn1 = try BatchNorm2d(scope("bn1"), outputs)
            conv2 = try Conv2d(scope("conv2"), outputs, outputs, kernel: 3, padding: 1, bias: false)
            bn2 = try BatchNorm2d(scope("bn2"), outputs)
            downsample = try net.downsample(scope("downsample"), inputs, outputs, stride: stride)
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = try bn1(try conv1(input))
            value = try scope.activate(.relu, value)
            value = try bn2(try conv2(value))
            let shortcut = try downsample?(input) ?? input
            return scope.output(try scope.activate(.relu, try scope.add(value, shortcut)))
        }
    }

    /// 1×1, 3×3 and 1×1 convolutions beside the shortcut.
    struct Bottleneck: Module {
        private let scope: Scope
        private let conv1, conv2, conv3: Conv2d
        private let bn1, bn2, bn3: BatchNorm2d
        private let downsample: Sequential?
        private let squeeze: SELayer?

        /// - Parameter inner: channels of the 3×3 convolution, before groups widen it.
        init(
            _ scope: Scope, _ inputs: Int, _ inner: Int, stride: Int, _ net: ResNet
        ) throws(GraphError) {
            self.scope = scope
            let outputs = inner * net.expansion
            let inner = net.groups == 1 ? inner : net.groups * net.widthPerGroup * inner / net.baseChannels
            conv1 = try Conv2d(scope("conv1"), inputs, inner, kernel: 1, bias: false)
            bn1 = try BatchNorm2d(scope("bn1"), inner)
            conv2 = try Conv2d(
                scope("conv2"), inner, inner, kernel: 3, stride: stride, padding: 1, groups: net.groups, bias: false)
            bn2 = try BatchNorm2d(scope("bn2"), inner)
            conv3 = try Conv2d(scope("conv3"), inner, outputs, kernel: 1, bias: false)
            bn3 = try BatchNorm2d(scope("bn3"), outputs)
            downsample = try net.downsample(scope("downsample"), inputs, outputs, stride: stride)
            squeeze =
                if let ratio = net.squeezeRatio { try SELayer(scope("se_layer"), outputs, ratio: ratio) } else { nil }
        }

        /// `[N, inputs, H, W]` → `[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var value = try bn1(try conv1(input))
            value = try scope.activate(.relu, value)
            value = try bn2(try conv2(value))
            value = try scope.activate(.relu, value)
            value = try bn3(try conv3(value))
            if let squeeze { value = try squeeze(value) }
            let shortcut = try downsample?(input) ?? input
            return scope.output(try scope.activate(.relu, try scope.add(value, shortcut)))
        }
    }

    /// The shortcut where a block changes the shape: a 1×1 convolution and batch-norm; nil where it does not.
    private func downsample(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int
    ) throws(GraphError) -> Sequential? {
        guard stride != 1 || inputs != outputs else { return nil }
        let pools = variant == .v1d && stride != 1
        var layers: [any Module] = []
        if pools {
            layers.append(AvgPool2d(scope(0), kernel: stride, stride: stride, ceilMode: true, countIncludePad: false))
        }
        layers.append(
            try Conv2d(scope(layers.count), inputs, outputs, kernel: 1, stride: pools ? 1 : stride, bias: false))
        layers.append(try BatchNorm2d(scope(layers.count), outputs))
        return Sequential(scope, layers)
    }
}
