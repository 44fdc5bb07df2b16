import ModelConfig
import ModelGraph

extension HRNet.StageSize {
    /// A stage of `extra`.
    init(_ config: inout ConfigReader) throws(ArgumentError) {
        modules = try config.positive("num_modules")
        let branches = try config.positive("num_branches")
        isBottleneck = try config.string("block", of: ["BASIC", "BOTTLENECK"]) == "BOTTLENECK"
        guard branches <= 8, modules <= 256 else { throw config.error("num_branches", "there are too many branches") }
        blocks = try config.stageDepths("num_blocks", count: branches)
        channels = try config.stageChannels("num_channels", count: branches)
    }
}

extension HRNet {
    /// `HRModule`: residual blocks in each branch, then each branch gets those of the others, resized.
    struct Exchange {
        private let scope: Scope
        private let branches: [Sequential]
        /// By output and branch; nil for a branch itself.
        private let fusions: [[(any Module)?]]

        init(_ scope: Scope, _ size: StageSize, _ norm: NormLayer, outputs: Int) throws(GraphError) {
            self.scope = scope
            let settings = ResNet.BlockSettings(expansion: size.isBottleneck ? 4 : 1, norm: norm)
            let channels = size.outputs
            var branches: [Sequential] = []
            for (index, blocks) in size.blocks.enumerated() {
                let place = ResNet.BlockPlace(
                    inputs: channels[index], inner: size.channels[index], stride: 1, dilation: 1)
                branches.append(
                    try ResNet.layer(
                        scope("branches")(index), blocks: blocks, place, settings, isBottleneck: size.isBottleneck))
            }
            self.branches = branches
            var fusions: [[(any Module)?]] = []
            for output in 0..<(branches.count == 1 ? 0 : outputs) {
                var fusion: [(any Module)?] = []
                for branch in channels.indices {
                    let place = scope("fuse_layers")(output)(branch)
                    fusion.append(
                        branch == output
                            ? nil
                            : branch > output
                                ? try Self.growing(place, channels[branch], channels[output], by: branch - output, norm)
                                : try Self.shrinking(
                                    place, channels[branch], channels[output], steps: output - branch, norm))
                }
                fusions.append(fusion)
            }
            self.fusions = fusions
        }

        private static func growing(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, by power: Int, _ norm: NormLayer
        ) throws(GraphError) -> any Module {
            Sequential(
                scope,
                [
                    try Conv2d(scope(0), inputs, outputs, kernel: 1, bias: false), try norm.layer(scope(1), outputs),
                    Upsample(scope: scope(2), factor: 1 << power),
                ])
        }

        private static func shrinking(
            _ scope: Scope, _ inputs: Int, _ outputs: Int, steps: Int, _ norm: NormLayer
        ) throws(GraphError) -> any Module {
            var modules: [any Module] = []
            for step in 0..<steps {
                let place = scope(step)
                let isLast = step == steps - 1
                var parts: [any Module] = [
                    try Conv2d(
                        place(0), inputs, isLast ? outputs : inputs, kernel: 3, stride: 2, padding: 1, bias: false),
                    try norm.layer(place(1), isLast ? outputs : inputs),
                ]
                if !isLast { parts.append(ActivationLayer(place(2), .relu)) }
                modules.append(Sequential(place, parts))
            }
            return Sequential(scope, modules)
        }

        func callAsFunction(_ inputs: [Value]) throws(GraphError) -> [Value] {
            var values: [Value] = []
            for (branch, input) in zip(branches, inputs) { values.append(try branch(input)) }
            if fusions.isEmpty {
                scope.output(values)
                return values
            }
            var fused: [Value] = []
            for fusion in fusions {
                var sum: Value?
                for (layer, value) in zip(fusion, values) {
                    let term = try layer?(value) ?? value
                    sum = if let partial = sum { try scope.add(partial, term) } else { term }
                }
                guard let sum else { throw .configuration(module: scope.path, "has no branches") }
                fused.append(try ActivationLayer(scope("relu"), .relu)(sum))
            }
            scope.output(fused)
            return fused
        }
    }

    /// `torch.nn.Upsample` by the nearest pixel.
    private struct Upsample: Module {
        let scope: Scope
        let factor: Int

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let grid = scope.grid(of: input)
            let scale = Double(factor)
            return scope.output(
                try scope.resize(
                    input, .nearest, to: Extent2d(height: grid.height * factor, width: grid.width * factor),
                    scale: .init(height: scale, width: scale)))
        }
    }
}
