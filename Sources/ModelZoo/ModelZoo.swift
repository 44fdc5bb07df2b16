import ModelConfig
import ModelIndex
import Spelling

/// The models that are built in: those of MMPreTrain's index whose classes are.
///
/// A new architecture is a file under `Backbones`, `Necks` or `Heads`, and its line in `Registry`.
package enum ModelZoo {
    /// Every model that is built in, by MMPreTrain's names in alphabetical order. Takes a moment.
    package static let models: [ModelDefinition] = ModelIndex.names.compactMap { name in
        ModelIndex.entry(named: name).flatMap { try? ModelDefinition($0) }
    }

    /// The models whose full names match, upper or lower case alike.
    package static func models(matching pattern: String) -> [ModelDefinition] {
        ModelIndex.entries(matching: pattern).compactMap { try? ModelDefinition($0) }
    }

    /// The model that MMPreTrain calls `name`, or that has it as an alias, in upper or lower case; the deploy form of
    /// such a model; the only model whose name begins with `name` up to a `_` or `-`; or the model of the config of that
    /// stem.
    /// - Throws: `ModelZooError`.
    package static func model(named name: String) throws(ModelZooError) -> ModelDefinition {
        if let entry = ModelIndex.entry(named: aliases[name.lowercased()] ?? name) {
            return try ModelDefinition(entry)
        }
        if let model = try deployForm(named: name) { return model }
        let wanted = name.lowercased()
        let fitting = names(beginningWith: wanted)
        if fitting.count > 1 { throw .ambiguousName(name, fitting) }
        if let only = fitting.first, let entry = ModelIndex.entry(named: only) { return try ModelDefinition(entry) }
        if let entry = ModelIndex.entry(ofConfig: wanted) { return try ModelDefinition(entry) }
        throw .unknownModel(name, nearest: suggestions(for: wanted))
    }

    /// Those that begin with the word and a `_`; if there are none, with the word and a `-`.
    private static func names(beginningWith word: String) -> [String] {
        guard !word.isEmpty else { return [] }
        let fitting = names.filter { $0.lowercased().hasPrefix(word + "_") }
        return fitting.isEmpty ? names.filter { $0.lowercased().hasPrefix(word + "-") } : fitting
    }

    /// A deploy form that has no config of its own, by the name that is made for it.
    private static func deployForm(named name: String) throws(ModelZooError) -> ModelDefinition? {
        let wanted = name.lowercased()
        guard wanted.contains("deploy") else { return nil }
        let family = wanted.prefix { $0 != "_" }
        for entry in ModelIndex.entries(matching: "\(family)_*") {
            guard let training = try? ModelDefinition(entry), training.deployName?.lowercased() == wanted else {
                continue
            }
            return try training.deployForm()
        }
        return nil
    }

    /// The backbones whose branches of training fold into other layers.
    package static let foldableBackbones = Registry.backbones.filter { $0.deployArgument != nil }.flatMap {
        $0.typeNames
    }.sorted()

    /// Aliases that begin with the word, names that contain it, aliases that it may be a misspelling of, then other names
    /// that may be meant.
    private static func suggestions(for word: String) -> [String] {
        var suggestions: [String] = []
        let isPart = word.utf8.count > 2
        let beginning = isPart ? aliases.keys.filter { $0.hasPrefix(word) }.sorted() : []
        let containing = isPart ? names.filter { $0.lowercased().contains(word) } : []
        let near = nearestNames(to: word, among: aliases.keys) + likelyNames(for: word, among: names)
        for name in beginning + containing + near where !suggestions.contains(name) { suggestions.append(name) }
        return Array(suggestions.prefix(5))
    }

    /// The names of image classifiers, built in or not.
    private static let names: [String] = ModelIndex.names.filter { ModelIndex.entry(named: $0)?.model != nil }
}
