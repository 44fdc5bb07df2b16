import ModelGraph

/// A backbone, neck or head: what a config gives as `dict(type=…, …)`, decoded.
package protocol Architecture: Sendable {
    /// The names under which MMPreTrain registers the class, e.g. `MobileNetV2`.
    static var typeNames: [String] { get }

    /// Reads the arguments. Those of training only are named in `ignore`.
    /// - Throws: `ConfigError` for what upstream refuses, and for what is not built in.
    init(_ config: inout ConfigReader) throws(ConfigError)

    /// Declares the parameters in `scope`, in `state_dict()` order.
    /// - Throws: `GraphError` when the hyper-parameters do not fit together.
    func stage(in scope: Scope) throws(GraphError) -> any Stage
}
