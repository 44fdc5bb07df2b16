import ModelConfig
import ModelGraph

/// Several linear layers, with norms and activations between them.
///
/// Source: `mmpretrain/models/heads/stacked_head.py` of MMPreTrain 1.2.
package struct StackedLinearClsHead: Architecture {
    package static let typeNames = ["StackedLinearClsHead"]

    private let classes, channels: Int
    private let hidden: [Int]
    private let hasDropout: Bool
    private let norm: NormLayer?
    private let activation: Activation?

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignoreHeadTraining()
        classes = try config.positive("num_classes")
        channels = try config.positive("in_channels")
        hidden = try config.ints("mid_channels")
        guard !hidden.isEmpty, hidden.count <= 64, hidden.allSatisfy({ $0 > 0 }) else {
            throw config.error("mid_channels", "'mid_channels' should be a list of integers above 0")
        }
        hasDropout = try config.double("dropout_rate", default: 0) > 0
        norm = try config.norm("norm_cfg", default: nil)
        activation = try config.activation("act_cfg", default: .relu)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let layers = scope("layers")
        var modules: [any Module] = []
        var inputs = channels
        for (index, outputs) in hidden.enumerated() {
            let layer = layers(index)
            var parts: [any Module] = [try Linear(layer("fc"), inputs, outputs)]
            if let norm { parts.append(try norm.layer(layer("norm"), outputs)) }
            if let activation { parts.append(ActivationLayer(layer("act"), activation)) }
            if hasDropout { parts.append(Identity(layer("dropout"))) }
            modules.append(Sequential(layer, parts))
            inputs = outputs
        }
        let last = layers(hidden.count)
        modules.append(Sequential(last, [try Linear(last("fc"), inputs, classes)]))
        return Sequential(scope, modules)
    }
}
