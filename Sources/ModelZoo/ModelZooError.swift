import TensorCore

/// A model that is not built in, or not as it is asked for.
package enum ModelZooError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownModel(String, nearest: [String])
    /// Several models have names that begin so.
    case ambiguousName(String, [String])
    /// MMPreTrain has such a model.
    case notBuiltIn(String, reason: String)
    case notAdaptable(String, reason: String)
    /// Two tensors of a checkpoint state different numbers of the same thing.
    case disagreement(String, Key, Int, Key, Int)

    /// As many names as fit into one line on standard error, which CommandLineKit limits to 2,000 characters, then how to
    /// list the rest.
    private static func list(_ names: [String], of pattern: String) -> String {
        var size = 0
        let shown = names.prefix { name in
            size += name.utf8.count + 2
            return size <= 1_800
        }
        let rest = names.count - shown.count
        return shown.joined(separator: ", ")
            + (rest == 0 ? "" : " and \(rest) more: get-flops --models '\(pattern)*' lists them")
    }

    package var description: String {
        switch self {
        case .unknownModel(let name, let nearest):
            nearest.isEmpty
                ? "no model is named '\(name)'"
                : "no model is named '\(name)'; the nearest names are \(nearest.joined(separator: ", "))"
        case .ambiguousName(let name, let names):
            "'\(name)' fits \(names.count) models: \(Self.list(names, of: name))"
        case .notBuiltIn(let name, let reason): "'\(name)' is not built in: \(reason)"
        case .notAdaptable(let name, let reason): "'\(name)' cannot be adapted: \(reason)"
        case .disagreement(let meaning, let first, let count, let second, let other):
            "'\(first)' has \(count) \(meaning), '\(second)' has \(other)"
        }
    }
}
