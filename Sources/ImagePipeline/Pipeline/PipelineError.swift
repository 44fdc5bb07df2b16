import ModelConfig

/// Why a config's test pipeline cannot be followed.
package enum PipelineError: Error, Equatable, CustomStringConvertible {
    /// A step by its name, such as `1:ResizeEdge`, or `data_preprocessor`; where the config says it; what is wrong.
    case entry(String, origin: SourcePosition?, reason: String)
    /// A step cannot be taken with an image.
    case image(step: String, reason: String)
    /// The pipeline as a whole.
    case pipeline(String)

    package var description: String {
        switch self {
        case .entry(let name, let origin, let reason):
            "\(origin.map { "\($0): " } ?? "")\(name): \(reason)"
        case .image(let step, let reason): "\(step): \(reason)"
        case .pipeline(let reason): reason
        }
    }
}
