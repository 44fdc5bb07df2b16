import ModelConfig
import ModelGraph

/// Linear layers from the class token to logits; DeiT's has one more for the distillation token and gives the mean.
///
/// Source: `mmpretrain/models/heads/{vision_transformer_head,deit_head}.py` of MMPreTrain 1.2.
package struct VisionTransformerClsHead: Architecture {
    package static let typeNames = ["VisionTransformerClsHead", "DeiTClsHead"]

    private let classes, channels: Int
    private let hidden: Int?
    private let activation: Activation
    private let isDistilled: Bool

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignoreHeadTraining()
        isDistilled = try config.typeName == "DeiTClsHead"
        classes = try config.positive("num_classes")
        channels = try config.positive("in_channels")
        hidden = try config.optionalInt("hidden_dim")
        activation = try config.requiredActivation(default: .tanh)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage { try Layers(scope, self) }

    private struct Layers: Stage {
        private let scope: Scope
        private let preLogits: Linear?
        private let activation: ActivationLayer
        /// `head`, and `head_dist` of DeiT.
        private let heads: [Linear]

        init(_ scope: Scope, _ head: VisionTransformerClsHead) throws(GraphError) {
            self.scope = scope
            let layers = scope("layers")
            let inputs = head.hidden ?? head.channels
            preLogits =
                if let hidden = head.hidden { try Linear(layers("pre_logits"), head.channels, hidden) } else { nil }
            activation = ActivationLayer(layers("act"), head.activation)
            var heads: [Linear] = []
            for name in head.isDistilled ? ["head", "head_dist"] : ["head"] {
                heads.append(try Linear(layers(name), inputs, head.classes))
            }
            self.heads = heads
        }

        func features(_ input: Features) throws(GraphError) -> Features {
            let tokens = input.last.suffix(heads.count)
            guard tokens.count == heads.count, heads.count == 2 || input.last.count == 1 else {
                throw .configuration(
                    module: scope.path, "takes \(heads.count) tokens, and the backbone gives \(input.last.count)")
            }
            var hidden: [Value] = []
            for token in tokens {
                hidden.append(try preLogits.map { l throws(GraphError) in try activation(try l(token)) } ?? token)
            }
            var scores: [Value] = []
            for (head, value) in zip(heads, hidden) { scores.append(try head(value)) }
            guard scores.count == 2 else { return Features(scope.output(scores[0])) }
            return Features(scope.output(try scope.scale(try scope.add(scores[0], scores[1]), by: 0.5)))
        }
    }
}
