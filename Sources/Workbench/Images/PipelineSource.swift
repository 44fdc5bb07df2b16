import ImagePipeline
import ModelConfig
import ModelIndex
import ModelZoo

/// Where a test pipeline and its preprocessor come from.
package enum PipelineSource: Sendable, Equatable {
    /// The path of a config.
    case config(String)
    /// A name of MMPreTrain's models.
    case model(String)
}

/// A config's test pipeline as it was read.
struct PipelineConfig {
    var steps: [ConfigValue]
    var preprocessor: ConfigDictionary?
    /// What the reader should know of the config.
    var notes: [String] = []
}

extension PipelineSource {
    /// Reads the config, or looks the model up.
    /// - Throws: `ConfigError`, `ModelZooError`, `WorkbenchError`.
    func config() throws -> PipelineConfig {
        switch self {
        case .config(let path):
            let config = try ModelConfig.load(path, .process())
            guard let steps = config.testPipeline else {
                throw WorkbenchError.noTestPipeline(
                    config: path, reason: "it has no test_dataloader with a dataset that has a pipeline")
            }
            return PipelineConfig(steps: steps, preprocessor: config.dataPreprocessor, notes: config.notes)
        case .model(let name):
            let found: (name: String, steps: [ConfigValue]?, preprocessor: ConfigDictionary?)
            if let entry = ModelIndex.entry(named: name) {
                found = (entry.configPath, entry.testPipeline, entry.dataPreprocessor)
            } else {
                // A short name, or one of a deploy form.
                let model = try ModelZoo.model(named: name)
                found = (model.name, model.testPipeline, model.dataPreprocessor)
            }
            guard let steps = found.steps else {
                throw WorkbenchError.noTestPipeline(
                    config: found.name, reason: "it is not tested on images one by one")
            }
            return PipelineConfig(steps: steps, preprocessor: found.preprocessor)
        }
    }
}

extension ModelConfig {
    /// The transforms of the test dataset; nil where there is none.
    var testPipeline: [ConfigValue]? {
        guard case .dictionary(let loader)? = values["test_dataloader"],
            case .dictionary(var dataset)? = loader["dataset"]
        else { return nil }
        // Wrappers, such as RepeatDataset, have their dataset within.
        for _ in 0..<8 {
            guard dataset["pipeline"] == nil, case .dictionary(let inner)? = dataset["dataset"] else { break }
            dataset = inner
        }
        switch dataset["pipeline"] {
        case .list(let steps)?, .tuple(let steps)?: return steps
        default: return nil
        }
    }

    /// The model's, or else the config's; nil where neither has one.
    var dataPreprocessor: ConfigDictionary? {
        if case .dictionary(let model)? = values["model"], case .dictionary(let own)? = model["data_preprocessor"] {
            return own
        }
        if case .dictionary(let common)? = values["data_preprocessor"] { return common }
        return nil
    }
}

extension PillowRelease {
    /// - Throws: `WorkbenchError.environment` for a release that is not known.
    init(number: Int) throws(WorkbenchError) {
        guard let release = PillowRelease(rawValue: number) else {
            throw .environment("no release \(number) of Pillow is known; 11, 12 and 13 are")
        }
        self = release
    }
}
