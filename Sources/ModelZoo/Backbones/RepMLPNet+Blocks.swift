import ModelGraph

extension RepMLPNet {
    /// What all blocks of a stage have in common.
    struct BlockSettings: Sendable {
        var channels: Int
        /// Positions that a fully connected layer takes in.
        var area: Extent2d
        /// Sets of weights, which the channels share in turn.
        var sets: Int
        /// Sides of the convolutions beside the fully connected layer; none deployed.
        var kernels: [Int]
        var squeezeRatio: Int
        /// Before each of the two parts of a unit.
        var norm: NormLayer
        var deploy: Bool
    }

    /// A fully connected layer over the positions and two pointwise convolutions, each with a norm before it and a
    /// shortcut: `RepMLPNetUnit`.
    struct Unit: Module {
        private let scope: Scope
        private let block: Block
        private let pointwise1, pointwise2: ConvModule
        private let norm1, norm2: any Module

        init(_ scope: Scope, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            let (channels, feedForward) = (settings.channels, scope("ffn_block"))
            block = try Block(scope("repmlp_block"), settings)
            pointwise1 = try ConvModule(
                feedForward("ffn_fc1"), channels, 4 * channels, kernel: 1, activation: nil)
            pointwise2 = try ConvModule(
                feedForward("ffn_fc2"), 4 * channels, channels, kernel: 1, activation: nil)
            norm1 = try settings.norm.layer(scope("norm1"), channels)
            norm2 = try settings.norm.layer(scope("norm2"), channels)
        }

        /// `[N, channels, H, W]` → the same shape.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let value = try scope.add(input, try block(try norm1(input)))
            let place = scope("ffn_block")
            let hidden = try ActivationLayer(place("act"), .gelu)(try pointwise1(try norm2(value)))
            return scope.output(try scope.add(value, place.output(try pointwise2(hidden))))
        }
    }

    /// `RepMLPBlock`: each set of channels has a fully connected layer over the positions, which upstream calls as a
    /// convolution of 1×1 maps. In training a batch norm follows it, and depthwise convolutions, each with its batch norm,
    /// are added; deployed it is the layer `fc3` alone. The result is scaled by a gate for each channel.
    struct Block: Module {
        private let scope: Scope
        private let settings: BlockSettings
        private let gate: SELayer
        private let connected: Conv2d
        private let norm: any Module
        private let convolutions: [ConvModule]

        init(_ scope: Scope, _ settings: BlockSettings) throws(GraphError) {
            self.scope = scope
            self.settings = settings
            let (sets, places) = (settings.sets, settings.area.height * settings.area.width)
            gate = try SELayer(
                scope("gp"), settings.channels, SELayer.Configuration(ratio: settings.squeezeRatio))
            connected = try Conv2d(
                scope("fc3"), sets * places, sets * places, kernel: 1, groups: sets, bias: settings.deploy)
            norm = settings.deploy ? Identity(scope("fc3_bn")) : try BatchNorm(scope("fc3_bn"), sets)
            var convolutions: [ConvModule] = []
            for kernel in settings.deploy ? [] : settings.kernels {
                convolutions.append(
                    try ConvModule(
                        scope("repconv\(kernel)"), sets, sets, kernel: kernel, padding: kernel / 2, groups: sets,
                        activation: nil))
            }
            self.convolutions = convolutions
        }

        /// `[N, channels, H, W]` → the same shape, H and W being multiples of the area's.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let weights = try gate.weights(input)
            let (shape, area, sets) = (scope.shape(of: input), settings.area, settings.sets)
            let (rows, columns) = (shape[2] / area.height, shape[3] / area.width)
            let split = try scope.reshape(
                input, [shape[0], shape[1], rows, area.height, columns, area.width])
            let partitions = try scope.permute(split, [0, 2, 4, 1, 3, 5])
            let vectors = try scope.reshape(partitions, [-1, sets * area.height * area.width, 1, 1])
            let maps = [scope.shape(of: vectors)[0], sets, area.height, area.width]
            var value = try norm(try scope.reshape(try connected(vectors), maps))
            if let first = convolutions.first {
                let map = try scope.reshape(vectors, maps)
                var sum = try first(map)
                for convolution in convolutions.dropFirst() { sum = try scope.add(sum, try convolution(map)) }
                value = try scope.add(value, sum)
            }
            if !settings.deploy { scope.foldable(value, from: vectors, into: "fc3") }
            let joined = try scope.reshape(
                value, [shape[0], rows, columns, shape[1], area.height, area.width])
            let map = try scope.reshape(try scope.permute(joined, [0, 3, 1, 4, 2, 5]), shape)
            return scope.output(try scope.multiply(map, by: weights))
        }
    }
}
