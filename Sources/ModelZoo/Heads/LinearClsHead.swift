import ModelConfig
import ModelGraph

/// One linear layer `fc` from pooled features to logits, for one label per image or several.
///
/// Source: `mmpretrain/models/heads/{linear_head,multi_label_linear_head}.py` of MMPreTrain 1.2.
package struct LinearClsHead: Architecture {
    package static let typeNames = ["LinearClsHead", "MultiLabelLinearClsHead"]

    private let classes: Int
    private let channels: Int

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignoreHeadTraining()
        classes = try config.positive("num_classes")
        channels = try config.positive("in_channels")
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        Sequential(scope, [try Linear(scope("fc"), channels, classes)])
    }
}

extension ConfigReader {
    /// Arguments of heads that change nothing in the logits.
    mutating func ignoreHeadTraining() { ignore("loss", "topk", "cal_acc", "thr", "init_cfg") }
}
