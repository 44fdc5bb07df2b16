import ModelGraph

/// A head without parameters: the backbone gives the logits itself.
///
/// Source: `mmpretrain/models/heads/cls_head.py` of MMPreTrain 1.2.
public struct ClsHead: Architecture {
    public init() {}

    public var typeName: String { "ClsHead" }

    /// The module gives back what it gets.
    public func module(in scope: Scope) -> any Module { Sequential(scope, []) }
}
