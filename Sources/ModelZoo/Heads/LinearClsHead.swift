import ModelGraph

/// One linear layer `fc` from pooled features to logits.
///
/// Source: `mmpretrain/models/heads/linear_head.py` of MMPreTrain 1.2.
public struct LinearClsHead: Architecture {
    public var classes: Int
    public var channels: Int

    public init(classes: Int, channels: Int) {
        self.classes = classes
        self.channels = channels
    }

    public var typeName: String { "LinearClsHead" }

    /// The module maps `[N, channels]` to `[N, classes]`.
    public func module(in scope: Scope) throws(GraphError) -> any Module {
        Sequential(scope, [try Linear(scope("fc"), channels, classes)])
    }
}
