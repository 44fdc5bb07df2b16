import ModelGraph

/// A named model: an architecture with its hyper-parameters, from which everything known of the model follows.
public struct ModelDefinition: Sendable {
    /// MMPreTrain's name, e.g. `mobilenet-v2_8xb32_in1k`.
    public let name: String
    /// Shorter names for the same model, e.g. `mobilenet_v2`.
    public let aliases: [String]
    /// The number of classes that the logits score.
    public var classes: Int
    /// The name of the form that the model is deployed in, where its branches fold into other layers.
    public let deployName: String?
    private let classifier: @Sendable (_ classes: Int) -> ImageClassifier

    /// - Parameter classifier: gives the model for a number of classes.
    public init(
        _ name: String, aliases: [String] = [], classes: Int = 1000, deployName: String? = nil,
        classifier: @escaping @Sendable (_ classes: Int) -> ImageClassifier
    ) {
        self.name = name
        self.aliases = aliases
        self.classes = classes
        self.deployName = deployName
        self.classifier = classifier
    }

    /// A model as it is trained, and the same model with its branches folded.
    /// - Parameter classifier: gives the model for a number of classes, in the deploy form where the second word is true.
    static func bothForms(
        _ name: String, aliases: [String] = [], deployName: String,
        classifier: @escaping @Sendable (_ classes: Int, _ deploy: Bool) -> ImageClassifier
    ) -> [ModelDefinition] {
        [
            ModelDefinition(name, aliases: aliases, deployName: deployName) { classifier($0, false) },
            ModelDefinition(deployName) { classifier($0, true) },
        ]
    }

    /// The stages with their hyper-parameters.
    public var architecture: ImageClassifier { classifier(classes) }

    /// The `state_dict()` of the complete model: keys, shapes and dtypes in PyTorch's order, buffers included.
    public var parameters: [ParameterSpec] {
        get throws(GraphError) {
            let builder = GraphBuilder(inputShape: [])  // nothing is called, so no input is seen
            _ = try architecture.module(in: builder.root)
            return builder.finish(builder.input).parameters
        }
    }

    /// The model recorded for an input of this shape.
    /// - Parameters:
    ///   - input: `[N, 3, H, W]`.
    ///   - path: the module whose output is the graph's output: `backbone` for the feature map, `neck` for the
    ///     pooled features, "" for the logits, or any path in `Graph.modules`. The graph holds the parameters
    ///     of the modules that run, no others.
    /// - Throws: `GraphError.shape` when the input does not fit, naming the module that refuses it;
    ///   `GraphError.unknownModule` for a path that the model does not have.
    public func graph(input: [Int], endingAt path: String = "") throws(GraphError) -> Graph {
        let builder = GraphBuilder(inputShape: input)
        let model = try architecture.module(in: builder.root)
        return try builder.finish(try model(builder.input)).ending(at: path)
    }
}
