import ModelConfig

/// A config that does not describe a model: what is wrong, where in the config, and in which line it was set.
package struct ArgumentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, in a sentence.
    package enum Problem: Equatable, Sendable, CustomStringConvertible {
        /// Upstream refuses it, or would go wrong.
        case invalid(String)
        /// Upstream may well have it.
        case notBuiltIn(String)

        package var description: String {
            switch self {
            case .invalid(let text), .notBuiltIn(let text): text
            }
        }
    }

    /// Dotted path in the config, e.g. `model.backbone`.
    package let path: String
    package let problem: Problem
    /// nil where no file set the value.
    package let origin: SourcePosition?

    package init(_ path: String, _ problem: Problem, origin: SourcePosition? = nil) {
        self.path = path
        self.problem = problem
        self.origin = origin
    }

    package init(_ path: String, _ problem: String, origin: SourcePosition? = nil) {
        self.init(path, .invalid(problem), origin: origin)
    }

    package var description: String { (origin.map { "\($0): " } ?? "") + "\(path): \(problem)" }
}
