import ModelConfig
import ModelGraph

/// Two linear layers with a batch norm and an activation between them.
///
/// Source: `mmpretrain/models/heads/vig_head.py` of MMPreTrain 1.2.
package struct VigClsHead: Architecture {
    package static let typeNames = ["VigClsHead"]

    private let classes, channels, hidden: Int
    private let activation: Activation

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignoreHeadTraining()
        config.ignore("dropout")
        classes = try config.positive("num_classes")
        channels = try config.positive("in_channels")
        hidden = try config.positive("hidden_dim", default: 1024)
        activation = try config.requiredActivation(default: .gelu)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        Sequential(
            scope,
            [
                try Linear(scope("fc1"), channels, hidden), try BatchNorm(scope("bn"), hidden),
                ActivationLayer(scope("act"), activation), Identity(scope("drop")),
                try Linear(scope("fc2"), hidden, classes),
            ])
    }
}
