import ModelConfig
import ModelGraph

/// Inception V3 (Szegedy et al. 2015, arXiv:1512.00567), its classifier included.
///
/// Source: `mmpretrain/models/backbones/inception_v3.py` of MMPreTrain 1.2, where the input always has 3 channels;
/// `in_channels` is this implementation's.
package struct InceptionV3: Architecture {
    package static let typeNames = ["InceptionV3"]

    private let classes, inputChannels: Int
    /// Whether there is an auxiliary classifier, which runs in training only.
    private let hasAuxiliary: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("dropout", "init_cfg")
        classes = try config.positive("num_classes", default: 1000)
        inputChannels = try config.inputChannels()
        hasAuxiliary = try config.bool("aux_logits", default: false)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var layers: [any Module] = [
            try Convolution(scope("Conv2d_1a_3x3"), inputChannels, 32, 3, stride: 2),
            try Convolution(scope("Conv2d_2a_3x3"), 32, 32, 3),
            try Convolution(scope("Conv2d_2b_3x3"), 32, 64, 3, padding: 1),
            MaxPool2d(scope("maxpool1"), kernel: 3, stride: 2),
            try Convolution(scope("Conv2d_3b_1x1"), 64, 80, 1),
            try Convolution(scope("Conv2d_4a_3x3"), 80, 192, 3),
            MaxPool2d(scope("maxpool2"), kernel: 3, stride: 2),
            try Mixed.a(scope("Mixed_5b"), 192, pool: 32), try Mixed.a(scope("Mixed_5c"), 256, pool: 64),
            try Mixed.a(scope("Mixed_5d"), 288, pool: 64), try Mixed.b(scope("Mixed_6a"), 288),
            try Mixed.c(scope("Mixed_6b"), 128), try Mixed.c(scope("Mixed_6c"), 160),
            try Mixed.c(scope("Mixed_6d"), 160), try Mixed.c(scope("Mixed_6e"), 192),
        ]
        if hasAuxiliary {
            let place = scope("AuxLogits")
            _ = try Convolution(place("conv0"), 768, 128, 1)
            _ = try Convolution(place("conv1"), 128, 768, 5)
            _ = try Linear(place("fc"), 768, classes)
        }
        layers += [
            try Mixed.d(scope("Mixed_7a")), try Mixed.e(scope("Mixed_7b"), 1280), try Mixed.e(scope("Mixed_7c"), 2048),
            AdaptiveAvgPool2d(scope("avgpool"), 1), Identity(scope("dropout")),
        ]
        return Layers(scope: scope, layers: layers, fc: try Linear(scope("fc"), 2048, classes))
    }

    private struct Layers: Stage {
        let scope: Scope
        let layers: [any Module]
        let fc: Linear

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = input.value
            for layer in layers { value = try layer(value) }
            return try scope.features([try fc(try scope.flatten(value))])
        }
    }

    /// `BasicConv2d`.
    struct Convolution: Module {
        private let layers: Sequential

        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0
        ) throws(GraphError) {
            try self.init(
                scope, inputs, outputs, .square(kernel), stride: stride, padding: .square(padding))
        }

        /// - Parameter padding: by default half of the kernel.
        init(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, _ kernel: Extent2d, stride: Int = 1,
            padding: Extent2d? = nil
        ) throws(GraphError) {
            let padding = padding ?? Extent2d(height: kernel.height / 2, width: kernel.width / 2)
            layers = Sequential(
                scope,
                [
                    try Conv2d(
                        scope("conv"), inputs, outputs, kernel: kernel,
                        Conv2dGeometry(stride: .square(stride), padding: padding), bias: false),
                    try BatchNorm(scope("bn"), outputs, epsilon: 1e-3), ActivationLayer(scope("relu"), .relu),
                ])
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value { try layers(input) }
    }
}
