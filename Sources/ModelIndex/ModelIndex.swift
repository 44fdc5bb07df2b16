import ModelConfig
import TensorCore

/// The models of MMPreTrain 1.2 as data: what its metafiles and configs say of each.
///
/// Known are the 548 names of its registry, and the 63 image classifiers among its configs that have no name there,
/// which go by the stem of their file, or by a name with `deploy` in it where a training form has that stem. Nothing is
/// decoded before it is asked for.
package enum ModelIndex {
    /// A model by its name.
    package struct Entry: Sendable, Hashable {
        /// As MMPreTrain writes it, e.g. `repvgg-A0_8xb32_in1k`.
        package let name: String
        /// Below MMPreTrain's `configs`, e.g. `repvgg/repvgg-A0_8xb32_in1k.py`.
        package let configPath: String
        /// `model.type`: `ImageClassifier`, or what is not built in.
        package let typeName: String
        /// The resolved `model`; nil unless it is an `ImageClassifier`.
        package let model: ConfigDictionary?
        /// What the model gets: `model.data_preprocessor`, or the config's top-level one. Nil where there is none.
        package let dataPreprocessor: ConfigDictionary?
        /// The transforms of `test_dataloader`, dictionaries in their order; nil where there is no such loader.
        package let testPipeline: [ConfigValue]?
        /// Nil for a config without a name in the registry.
        package let facts: PublishedFacts?
    }

    /// Every name as MMPreTrain writes it, in the order of their lower-case forms.
    package static var names: [String] { (0..<table.nameCount).map(table.name(at:)) }

    /// The model of this name, in upper or lower case as one likes; nil for an unknown one. Takes 0.4 ms the
    /// first time, 0.04 ms after that.
    package static func entry(named name: String) -> Entry? {
        table.index(of: name).map(table.entry(at:))
    }

    /// The first model by name of the config with this stem, in upper or lower case; nil if no config has it. Takes 20 ms.
    package static func entry(ofConfig stem: String) -> Entry? {
        let stem = stem.lowercased()
        return (0..<table.nameCount).lazy.map(table.entry(at:)).first { entry in
            let file = entry.configPath.split(separator: "/").last?.lowercased() ?? ""
            return file == stem + ".py" && !entry.configPath.contains("/deploy/")
        }
    }

    /// The models whose lower-case names a pattern in any case covers, in the order of `names`.
    package static func entries(matching pattern: String) -> [Entry] {
        let glob = Glob(pattern.lowercased())
        return (0..<table.nameCount).filter { glob.matches(Key(table.name(at: $0).lowercased())) }.map(table.entry(at:))
    }

    static let table = IndexTable(modelIndexData)
}
