import ModelGraph

/// The hyper-parameters of a backbone, neck or head: what an MMPreTrain config gives as `dict(type=…, …)`.
public protocol Architecture: Sendable {
    /// The name under which MMPreTrain registers the class, e.g. `MobileNetV2`.
    var typeName: String { get }

    /// Declares the parameters in `scope`, in `state_dict()` order.
    /// - Throws: `GraphError` when the hyper-parameters do not fit together.
    func module(in scope: Scope) throws(GraphError) -> any Module
}
