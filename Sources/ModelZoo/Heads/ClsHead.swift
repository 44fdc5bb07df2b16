import ModelConfig
import ModelGraph

/// A head without parameters: the backbone gives the logits itself, for one label per image or several.
///
/// Source: `mmpretrain/models/heads/{cls_head,multi_label_cls_head}.py` of MMPreTrain 1.2.
package struct ClsHead: Architecture {
    package static let typeNames = ["ClsHead", "MultiLabelClsHead"]

    package init(_ config: inout ConfigReader) throws(ArgumentError) { config.ignoreHeadTraining() }

    /// The module gives back what it gets.
    package func stage(in scope: Scope) -> any Stage { Sequential(scope, []) }
}
