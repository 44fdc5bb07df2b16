import ModelConfig
import ModelGraph

/// HRNet (Wang et al. 2019, arXiv:1908.07919): branches of several resolutions side by side, which exchange.
///
/// Source: `mmpretrain/models/backbones/hrnet.py` of MMPreTrain 1.2.
package struct HRNet: Architecture {
    package static let typeNames = ["HRNet"]

    /// One stage: lists by branch.
    struct StageSize: Sendable {
        var modules: Int
        var isBottleneck: Bool
        var blocks, channels: [Int]

        /// Channels that the branches give.
        var outputs: [Int] { channels.map { $0 * (isBottleneck ? 4 : 1) } }
    }

    private let stages: [StageSize]
    private let inputChannels: Int
    private let norm: NormLayer
    /// Whether the last stage gives all resolutions.
    private let givesAll: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("norm_eval", "with_cp", "zero_init_residual", "init_cfg")
        try config.plainConvolutions()
        if config.has("extra") {
            config.ignore("arch")
            stages = try config.dictionary("extra") { config throws(ArgumentError) in
                var stages: [StageSize] = []
                for index in 1...4 {
                    stages.append(
                        try config.dictionary("stage\(index)") { config throws(ArgumentError) in
                            try StageSize(&config)
                        })
                }
                return stages
            }
        } else {
            config.ignore("extra")
            let widths = Dictionary(uniqueKeysWithValues: [18, 30, 32, 40, 44, 48, 64].map { ("w\($0)", $0) })
            let width = try config.variant("arch", of: widths, default: "w32", ignoringCase: false)
            stages =
                [StageSize(modules: 1, isBottleneck: true, blocks: [4], channels: [64])]
                + zip(2...4, [1, 4, 3]).map { branches, modules in
                    StageSize(
                        modules: modules, isBottleneck: false, blocks: [Int](repeating: 4, count: branches),
                        channels: (0..<branches).map { width << $0 })
                }
        }
        inputChannels = try config.inputChannels()
        norm = try config.requiredNorm()
        givesAll = try config.bool("multiscale_output", default: true)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let stem: [any Module] = [
            try Conv2d(scope("conv1"), inputChannels, 64, kernel: 3, stride: 2, padding: 1, bias: false),
            try norm.layer(scope(norm.abbreviation + "1"), 64),
            ActivationLayer(scope("relu"), .relu),
            try Conv2d(scope("conv2"), 64, 64, kernel: 3, stride: 2, padding: 1, bias: false),
            try norm.layer(scope(norm.abbreviation + "2"), 64),
            ActivationLayer(scope("relu"), .relu),
        ]
        let first = stages[0]
        let settings = ResNet.BlockSettings(expansion: first.isBottleneck ? 4 : 1)
        let layer = try ResNet.layer(
            scope("layer1"), blocks: first.blocks[0],
            ResNet.BlockPlace(inputs: 64, inner: first.channels[0], stride: 1, dilation: 1), settings,
            isBottleneck: first.isBottleneck)
        var before = [first.outputs[0]]
        var levels: [Network.Level] = []
        for (index, size) in stages.enumerated().dropFirst() {
            let transition = try transition(scope("transition\(index)"), from: before, to: size.outputs)
            let place = scope("stage\(index + 1)")
            var modules: [Exchange] = []
            for module in 0..<size.modules {
                let isLast = index == 3 && module == size.modules - 1
                modules.append(
                    try Exchange(place(module), size, norm, outputs: isLast && !givesAll ? 1 : size.channels.count))
            }
            levels.append(Network.Level(scope: place, transition: transition, modules: modules))
            before = size.outputs
        }
        return Network(scope: scope, stem: stem + [layer], levels: levels)
    }

    /// From the branches of a stage to those of the next: new ones shrink the last.
    private func transition(
        _ scope: Scope, from before: [Int], to after: [Int]
    ) throws(GraphError) -> [any Module] {
        var layers: [any Module] = []
        for (branch, channels) in after.enumerated() {
            let place = scope(branch)
            if branch < before.count {
                layers.append(
                    channels == before[branch]
                        ? Identity(place) : try convolution(place, before[branch], channels, stride: 1))
                continue
            }
            var steps: [any Module] = []
            let inputs = before[before.count - 1]
            for step in 0...(branch - before.count) {
                steps.append(
                    try convolution(
                        place(step), inputs, step == branch - before.count ? channels : inputs, stride: 2))
            }
            layers.append(Sequential(place, steps))
        }
        return layers
    }

    private func convolution(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int
    ) throws(GraphError) -> any Module {
        Sequential(
            scope,
            [
                try Conv2d(scope(0), inputs, outputs, kernel: 3, stride: stride, padding: 1, bias: false),
                try norm.layer(scope(1), outputs), ActivationLayer(scope(2), .relu),
            ])
    }

    private struct Network: Stage {
        struct Level {
            let scope: Scope
            let transition: [any Module]
            let modules: [Exchange]
        }

        let scope: Scope
        let stem: [any Module]
        let levels: [Level]

        func features(_ input: Features) throws(GraphError) -> Features {
            var value = input.value
            for module in stem { value = try module(value) }
            var branches = [value]
            for level in levels {
                var inputs: [Value] = []
                for (index, layer) in level.transition.enumerated() {
                    inputs.append(try layer(branches[min(index, branches.count - 1)]))
                }
                branches = inputs
                for module in level.modules { branches = try module(branches) }
                level.scope.output(branches)
            }
            return try scope.features(branches)
        }
    }
}
