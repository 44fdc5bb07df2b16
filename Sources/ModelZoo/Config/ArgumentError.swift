import ModelConfig

/// A config that does not describe a model: what is wrong, where in the config, and in which line it was set.
package struct ArgumentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Dotted path in the config, e.g. `model.backbone`.
    package let path: String
    package let problem: String
    /// nil where no file set the value.
    package let origin: SourcePosition?

    package init(_ path: String, _ problem: String, origin: SourcePosition? = nil) {
        self.path = path
        self.problem = problem
        self.origin = origin
    }

    package var description: String { (origin.map { "\($0): " } ?? "") + "\(path): \(problem)" }
}
