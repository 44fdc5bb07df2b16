import KeyRules
import ModelZoo
import TensorCore

/// The models that a conversion may be checked against: those that its rules declare, and the one of the command line.
struct DeclaredModels: Sendable {
    private var models: [String: ModelDescription] = [:]
    /// The command line's number of classes, or a config's: the checkpoint does not change them.
    private var fixed: Set<String> = []
    /// The model of the command line, whose image size stays what it is.
    private var named: String?

    /// - Throws: what is wrong with the definition of a model that is built in.
    init(_ rules: RuleFile) throws {
        for name in rules.models { models[name] = try Self.definition(named: name).map { .definition($0) } }
    }

    /// nil for a model that MMPreTrain does not have, or of a class that is not built in.
    static func definition(named name: String) throws -> ModelDefinition? {
        do throws(ModelZooError) {
            return try ModelZoo.model(named: name)
        } catch {
            switch error {
            case .unknownModel, .notBuiltIn: return nil
            case .ambiguousName, .notAdaptable, .disagreement: throw error
            }
        }
    }

    /// Enters the model of the command line, and returns its name.
    mutating func add(_ source: ModelSource) throws -> String {
        let model = try source.description()
        _ = try model.signatures  // hyper-parameters that do not fit together are said here
        models[model.name] = model
        named = model.name
        if source.classes != nil || source.isConfig { fixed.insert(model.name) }
        return model.name
    }

    /// More tensors than those of the first and the last layer, and of the position embedding, that depend on the numbers
    /// of classes and input channels and on the size of the image: another network differs in more.
    private static let adaptableLimit = 8

    /// The state dict of a model, with the numbers of classes and input channels that the tensors state.
    func signatures(of name: String, for tensors: [TensorSignature]) -> [TensorSignature]? {
        guard let model = models[name], let own = try? model.signatures else { return nil }
        let shapes = Dictionary(tensors.map { ($0.key, $0.shape) }) { first, _ in first }
        // As a rule nothing differs.
        let differing = own.count { tensor in shapes[tensor.key].map { $0 != tensor.shape } ?? false }
        guard (1...Self.adaptableLimit).contains(differing), let adapted = try? adapted(name, to: tensors) else {
            return own
        }
        return (try? adapted.model.signatures) ?? own
    }

    /// The keys of the buffers that a model computes itself.
    func computedKeys(of name: String) -> Set<Key> {
        let parameters = (try? models[name]?.parameters) ?? []
        return Set(parameters.filter { $0.computed != nil }.map(\.key))
    }

    /// The model with what of it the tensors state; nil for one that is not built in.
    /// - Throws: `ModelZooError.disagreement` where two tensors state different numbers.
    func adapted(
        _ name: String, to tensors: [TensorSignature]
    ) throws -> (model: ModelDescription, notes: [String])? {
        guard let model = models[name] else { return nil }
        guard case .definition(let definition) = model, !fixed.contains(name) else { return (model, []) }
        var adapted = try AdaptedModel(definition, to: tensors)
        if name != named { try adapted.takeImageSize(of: tensors) }
        return (.definition(adapted.definition), adapted.notes)
    }
}
