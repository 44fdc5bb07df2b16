import ModelConfig
import ModelGraph

/// A linear layer, and one more of distillation: their mean.
///
/// Source: `mmpretrain/models/heads/efficientformer_head.py` of MMPreTrain 1.2.
package struct EfficientFormerClsHead: Architecture {
    package static let typeNames = ["EfficientFormerClsHead"]

    private let classes, channels: Int
    private let isDistilled: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignoreHeadTraining()
        classes = try config.positive("num_classes")
        channels = try config.positive("in_channels")
        isDistilled = try config.bool("distillation", default: true)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let head = try Linear(scope("head"), channels, classes)
        let distilled = isDistilled ? try Linear(scope("dist_head"), channels, classes) : nil
        return MeanOfScores(scope: scope, heads: [head] + (distilled.map { [$0] } ?? []))
    }
}

/// A batch norm and a linear layer, and the same once more of distillation: their mean. Deployed the norms are folded into
/// the linear layers.
///
/// Source: `mmpretrain/models/heads/levit_head.py` of MMPreTrain 1.2.
package struct LeViTClsHead: Architecture {
    package static let typeNames = ["LeViTClsHead"]
    package static let deployArgument: String? = "deploy"

    private let classes, channels: Int
    private let isDistilled, deploy: Bool

    /// `LeViTClsHead.switch_to_deploy` takes no argument, and the initialiser calls it with one.
    package var upstreamRefusal: String? { deploy ? "its LeViTClsHead fails with 'deploy=True'" : nil }

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignoreHeadTraining()
        classes = try config.positive("num_classes", default: 1000)
        channels = try config.positive("in_channels")
        isDistilled = try config.bool("distillation", default: true)
        deploy = try config.bool("deploy", default: false)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var heads: [any Module] = []
        for name in isDistilled ? ["head", "head_dist"] : ["head"] {
            heads.append(
                deploy
                    ? try Linear(scope(name), channels, classes)
                    : try NormLinear(scope(name), channels, classes, parent: scope, name: name))
        }
        return MeanOfScores(scope: scope, heads: heads)
    }

    /// `BatchNormLinear`.
    private struct NormLinear: Module {
        private let scope, parent: Scope
        private let name: String
        private let norm: BatchNorm
        private let linear: Linear

        init(
            _ scope: Scope, _ channels: Int, _ classes: Int, parent: Scope, name: String
        ) throws(GraphError) {
            self.scope = scope
            self.parent = parent
            self.name = name
            norm = try BatchNorm(scope("bn"), channels)
            linear = try Linear(scope("linear"), channels, classes)
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let scores = scope.output(try linear(try norm(input)))
            return parent.foldable(scores, from: input, into: name)
        }
    }
}

/// The mean of what several layers give.
private struct MeanOfScores: Module {
    let scope: Scope
    let heads: [any Module]

    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let first = try heads[0](input)
        guard heads.count == 2 else { return scope.output(first) }
        return scope.output(try scope.scale(try scope.add(first, try heads[1](input)), by: 0.5))
    }
}
