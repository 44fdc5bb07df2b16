import ModelConfig
import ModelGraph

/// A linear layer for each of the two features that `Conformer` gives: two tensors of scores, which a prediction adds.
///
/// Source: `mmpretrain/models/heads/conformer_head.py` of MMPreTrain 1.2.
package struct ConformerHead: Architecture {
    package static let typeNames = ["ConformerHead"]

    private let classes: Int
    /// The channels of the convolutions' feature and of the transformer's.
    private let channels: [Int]

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignoreHeadTraining()
        classes = try config.positive("num_classes")
        let channels = try config.stageChannels("in_channels", count: 2)
        self.channels = channels
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        Layers(
            scope: scope, convolutional: try Linear(scope("conv_cls_head"), channels[0], classes),
            transformer: try Linear(scope("trans_cls_head"), channels[1], classes))
    }

    private struct Layers: Stage {
        let scope: Scope
        let convolutional, transformer: Linear

        func features(_ input: Features) throws(GraphError) -> Features {
            guard input.last.count == 2 else {
                throw .configuration(
                    module: scope.path, "takes two features, and the backbone gives \(input.last.count)")
            }
            let scores = [try convolutional(input.last[0]), try transformer(input.last[1])]
            scope.output(scores)
            return Features([scores])
        }
    }
}
