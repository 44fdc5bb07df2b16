import ModelConfig
import ModelGraph
import ModelIndex

/// An image classifier that a config describes: everything else follows from its `model` dictionary.
package struct ModelDefinition: Sendable {
    /// MMPreTrain's name, e.g. `mobilenet-v2_8xb32_in1k`, or what the config goes by.
    package let name: String
    /// The resolved `model` of the config.
    package let model: ConfigDictionary
    /// The stages with their hyper-parameters.
    package let architecture: ImageClassifier
    /// What normalises an image; nil where the config does not say.
    package var dataPreprocessor: ConfigDictionary?
    /// The transforms of the test set, in their order; nil where the config does not say.
    package var testPipeline: [ConfigValue]?
    /// What MMPreTrain's metafile says of the model; nil for one that it does not list.
    package var facts: PublishedFacts?
    /// Sentences on the config, such as that it is deprecated.
    package var configNotes: [String] = []

    /// - Parameter model: the resolved `model` of a config.
    /// - Throws: `ArgumentError` for a model that is not an image classifier, or that is not built in.
    package init(_ name: String, model: ConfigDictionary) throws(ArgumentError) {
        self.name = name
        self.model = model
        architecture = try ImageClassifier(model)
    }

    /// What a user of MMPreTrain should know: sentences on the config, and why upstream does not build what is built here.
    package var notes: [String] {
        configNotes + (architecture.upstreamRefusal.map { ["MMPreTrain 1.2 does not build this model: \($0)"] } ?? [])
    }

    /// The `state_dict()` of the complete model: keys, shapes and dtypes in PyTorch's order, buffers included.
    package var parameters: [ParameterSpec] {
        get throws(GraphError) { try allParameters.filter(\.isSaved) }
    }

    /// All parameters and persistent buffers, those too that the `state_dict()` leaves out.
    package var allParameters: [ParameterSpec] {
        get throws(GraphError) {
            let builder = GraphBuilder(inputShape: [])  // nothing is called, so no input is seen
            _ = try architecture.stage(in: builder.root)
            return builder.finish(builder.input).parameters
        }
    }

    /// The model recorded for an input of this shape.
    /// - Parameters:
    ///   - input: `[N, C, H, W]`.
    ///   - path: the module whose output is the graph's output: `backbone` for the feature map, `neck` for the
    ///     pooled features, "" for the logits, or any path in `Graph.modules`. The graph holds the parameters
    ///     of the modules that run, no others.
    /// - Throws: `GraphError.shape` when the input does not fit, naming the module that refuses it;
    ///   `GraphError.unknownModule` for a path that the model does not have.
    package func graph(input: [Int], endingAt path: String = "") throws(GraphError) -> Graph {
        let builder = GraphBuilder(inputShape: input)
        let stage = try architecture.stage(in: builder.root)
        let features = try stage.features(Features(builder.input))
        return try builder.finish(features.values).ending(at: path)
    }

    /// The class of the backbone, e.g. `RepVGG`.
    package var backboneType: String {
        guard case .dictionary(let backbone)? = model["backbone"], case .string(let type)? = backbone["type"] else {
            return ""
        }
        return type.split(separator: ".").last.map(String.init) ?? type
    }
}
