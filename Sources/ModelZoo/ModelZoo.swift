import Spelling

/// The models that are built in.
///
/// A new architecture is a file under `Backbones`, `Necks` or `Heads`, which also lists its models, and its line in
/// `models`. `scripts/make_model_facts.py` writes down what the reference makes of each name; the tests compare every
/// model with that.
public enum ModelZoo {
    /// Every model, family by family.
    public static let models: [ModelDefinition] = [
        VGG.models,
        ResNet.models,
        MobileNetV2.models,
        RepVGG.models,
        MobileOne.models,
    ].flatMap { $0 }

    /// The model that MMPreTrain calls `name`, or that has it as an alias.
    /// - Throws: `ModelZooError.unknownModel` with the names that come nearest.
    public static func model(named name: String) throws(ModelZooError) -> ModelDefinition {
        guard let model = byName[name] else {
            throw .unknownModel(name, nearest: nearestNames(to: name, among: byName.keys))
        }
        return model
    }

    private static let byName: [String: ModelDefinition] = {
        var byName: [String: ModelDefinition] = [:]
        for model in models {
            for name in [model.name] + model.aliases { byName[name] = model }
        }
        return byName
    }()
}

/// A model that is not built in.
public enum ModelZooError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownModel(String, nearest: [String])

    public var description: String {
        switch self {
        case .unknownModel(let name, let nearest):
            nearest.isEmpty
                ? "no model is named '\(name)'"
                : "no model is named '\(name)'; the nearest names are \(nearest.joined(separator: ", "))"
        }
    }
}
