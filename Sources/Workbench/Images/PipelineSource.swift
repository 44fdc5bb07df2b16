import ImagePipeline
import ModelConfig

/// Where a test pipeline and its preprocessor come from.
public enum PipelineSource: Sendable, Equatable {
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
    /// - Throws: `WorkbenchError.noTestPipeline`.
    func config() throws -> PipelineConfig {
        switch self {
        case .config(let path): throw WorkbenchError.noTestPipeline(config: path, reason: "configs are not read yet")
        case .model(let name): throw WorkbenchError.noTestPipeline(config: name, reason: "models are not known yet")
        }
    }
}
