import ModelGraph

/// A backbone, neck or head: what a config gives as `dict(type=…, …)`, decoded.
package protocol Architecture: Sendable {
    /// The names under which MMPreTrain registers the class, e.g. `MobileNetV2`.
    static var typeNames: [String] { get }

    /// The argument that is true where the branches of training are folded into single layers; nil for a class that has
    /// one form only.
    static var deployArgument: String? { get }

    /// Channels of the image where the config does not say.
    static var inputChannels: Int { get }

    /// The size of image that the hyper-parameters state; nil for a class that has no such argument.
    var imageSize: Extent2d? { get }

    /// Why MMPreTrain 1.2 does not build what is built here, in a clause; nil where it does.
    var upstreamRefusal: String? { get }

    /// Reads the arguments. Those of training only are named in `ignore`.
    /// - Throws: `ArgumentError` for what upstream refuses, and for what is not built in.
    init(_ config: inout ConfigReader) throws(ArgumentError)

    /// Declares the parameters in `scope`, in `state_dict()` order.
    /// - Throws: `GraphError` when the hyper-parameters do not fit together.
    func stage(in scope: Scope) throws(GraphError) -> any Stage
}

extension Architecture {
    package static var deployArgument: String? { nil }
    package static var inputChannels: Int { 3 }
    package var imageSize: Extent2d? { nil }
    package var upstreamRefusal: String? { nil }
}
