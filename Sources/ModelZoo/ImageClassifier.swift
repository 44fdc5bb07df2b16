import ModelGraph

/// MMPreTrain's `ImageClassifier`: backbone → neck → head.
///
/// Its modules have the paths `backbone`, `neck` and `head`; the path of the whole is "".
public struct ImageClassifier: Sendable {
    public var backbone: any Architecture
    public var neck: (any Architecture)?
    public var head: any Architecture

    public init(backbone: any Architecture, neck: (any Architecture)? = nil, head: any Architecture) {
        self.backbone = backbone
        self.neck = neck
        self.head = head
    }

    /// Declares the parameters of every stage, in `state_dict()` order.
    public func module(in scope: Scope) throws(GraphError) -> any Module {
        var stages = [try backbone.module(in: scope("backbone"))]
        if let neck { stages.append(try neck.module(in: scope("neck"))) }
        stages.append(try head.module(in: scope("head")))
        return Sequential(scope, stages)
    }
}
