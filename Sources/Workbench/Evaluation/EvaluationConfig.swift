import ImageDataset
import ImagePipeline
import ModelConfig
import ModelZoo

/// What a config says of testing: pipeline, dataset and evaluator.
struct EvaluationConfig {
    let dataset: DatasetDescription
    private(set) var notes: [String] = []
    /// The path under which errors name the config.
    private let path: String
    private let steps: [ConfigValue]
    private let preprocessor: ConfigDictionary?
    /// nil for a model by its name: its dataset's usual one.
    private let evaluator: AccuracyArguments?
    private let isConfig: Bool

    /// - Throws: `ConfigError`, `ModelZooError`, `DatasetError`, `WorkbenchError`.
    init(_ source: ModelSource) throws {
        switch source.origin {
        case .program(let path, _): throw WorkbenchError.notOfPrograms(path)
        case .config(let path):
            let config = try ModelConfig.load(path, .process(overrides: source.configOptions))
            guard let steps = config.testPipeline, case .dictionary(let loader)? = config.values["test_dataloader"],
                case .dictionary(let dictionary)? = loader["dataset"]
            else {
                throw WorkbenchError.noTestPipeline(
                    config: path, reason: "it has no test_dataloader with a dataset that has a pipeline")
            }
            for name in ["tta_model", "tta_pipeline"] where config.values[name] != nil {
                notes.append(
                    "\(path) has a '\(name)' of its own, which is not followed: --tta is the mean over the mirror image"
                )
            }
            self.path = path
            self.steps = steps
            preprocessor = config.dataPreprocessor
            dataset = try DatasetDescription(dictionary)
            evaluator = try config.values["test_evaluator"].map { try AccuracyArguments($0, path: path) }
            isConfig = true
            notes = config.notes + notes
        case .name(let name):
            let definition = try ModelZoo.model(named: name)
            guard let steps = definition.testPipeline else {
                throw WorkbenchError.noTestPipeline(config: name, reason: "it is not tested on images one by one")
            }
            path = definition.name
            self.steps = steps
            preprocessor = definition.dataPreprocessor
            switch definition.facts?.results.first?.dataset {
            case "CIFAR-10"?, "CIFAR10"?: dataset = .cifar10
            case "CIFAR-100"?, "CIFAR100"?: dataset = .cifar100
            default: dataset = .imageNet
            }
            evaluator = nil
            isConfig = false
        }
    }

    /// - Throws: `PipelineError`, `WorkbenchError`.
    func pipeline(pillow: Int) throws -> TestPipeline {
        try TestPipeline(
            steps: steps, preprocessor: preprocessor, options: .init(pillow: PillowRelease(number: pillow)))
    }

    /// What of the config, and of the model that it gives, changes a score or what counts as right.
    /// - Throws: `ConfigError`
    func text(of model: ModelDefinition) throws -> String {
        var entries: [ConfigDictionary.Entry] = [
            .init(key: .string("model"), value: .dictionary(model.model)),
            .init(key: .string("pipeline"), value: .list(steps)),
        ]
        if let preprocessor {
            entries.append(.init(key: .string("data_preprocessor"), value: .dictionary(preprocessor)))
        }
        let metric = evaluator.map { "topk \($0.best) thrs \($0.thresholds)" } ?? dataset.typeName
        return try ConfigText.text(ConfigDictionary(entries)) + metric
    }

    /// How many classes a folder of classes must have; nil where anything goes.
    func classCount(of model: ModelDefinition) throws -> Int? {
        guard isConfig else { return model.classes }
        return dataset.classes?.count ?? (try? DatasetType(named: dataset.typeName))?.classes.count
    }

    /// The accuracy that is asked for.
    /// - Throws: `WorkbenchError.evaluation` for a model without scores of classes that exclude each other, and for more
    ///   of the best classes than there are.
    func accuracy(of model: ModelDefinition) throws -> AccuracyMetric {
        guard let classes = model.classes else {
            throw WorkbenchError.evaluation("\(path): the model gives features: it has no layer that scores classes")
        }
        if let head = model.headType,
            head.hasPrefix("MultiLabel") || head.hasPrefix("CSRA") || head.hasPrefix("MultiTask")
        {
            throw WorkbenchError.evaluation(
                "\(path): a \(head) scores several labels an image; accuracy is computed of one label an image")
        }
        guard let evaluator else {
            return AccuracyMetric(best: dataset.typeName == "ImageNet" ? [1, 5].filter { $0 <= classes } : [1])
        }
        if let most = evaluator.best.max(), most > classes {
            throw WorkbenchError.evaluation(
                "Top-\(most) accuracy is unavailable since the number of categories is \(classes). "
                    + "Please check the `val_evaluator` and `test_evaluator` fields in your config file: \(path)")
        }
        return AccuracyMetric(best: evaluator.best, thresholds: evaluator.thresholds)
    }
}

/// The arguments of a config's `Accuracy`.
private struct AccuracyArguments {
    private(set) var best = [1]
    private(set) var thresholds: [Double?] = [0]

    /// - Parameter value: an evaluator, or a list with one that is an `Accuracy`.
    /// - Throws: `WorkbenchError.config`.
    init(_ value: ConfigValue, path: String) throws {
        func wrong(_ reason: String) -> WorkbenchError { .config(path: path, reason: "test_evaluator: \(reason)") }
        let evaluators: [ConfigValue]
        switch value {
        case .list(let values), .tuple(let values): evaluators = values
        default: evaluators = [value]
        }
        var types: [String] = []
        for case .dictionary(let evaluator) in evaluators {
            guard case .string(let type)? = evaluator["type"] else { throw wrong("needs a 'type'") }
            types.append(type)
            guard type.split(separator: ".").last == "Accuracy" else { continue }
            switch evaluator["topk"] {
            case nil: break
            case .int(let count)?: best = [count]
            case .list(let counts)?, .tuple(let counts)?:
                best = counts.compactMap { if case .int(let count) = $0 { count } else { nil } }
                guard best.count == counts.count else { throw wrong("topk needs whole numbers") }
            default: throw wrong("topk needs a whole number, or several")
            }
            guard !best.isEmpty, best.allSatisfy({ $0 > 0 }) else { throw wrong("topk needs numbers of at least 1") }
            switch evaluator["thrs"] {
            case nil: break
            case .list(let values)?, .tuple(let values)?: thresholds = try values.map { try Self.threshold($0, wrong) }
            case let value?: thresholds = [try Self.threshold(value, wrong)]
            }
            guard !thresholds.isEmpty else { throw wrong("thrs is empty") }
            return
        }
        throw wrong("\(types.isEmpty ? "there is none" : types.joined(separator: ", ")); only Accuracy is computed")
    }

    private static func threshold(_ value: ConfigValue, _ wrong: (String) -> WorkbenchError) throws -> Double? {
        switch value {
        case .none: return nil
        case .float(let number): return number
        case .int(let number): return Double(number)
        default: throw wrong("thrs needs numbers or None")
        }
    }
}

extension ModelDefinition {
    /// The class of the head without its scope; nil for none.
    var headType: String? {
        guard case .dictionary(let head)? = model["head"], case .string(let type)? = head["type"] else { return nil }
        return type.split(separator: ".").last.map(String.init)
    }
}
