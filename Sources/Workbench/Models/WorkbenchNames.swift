import ModelIndex

/// Names that the program carries, as shells complete them.
package enum WorkbenchNames {
    /// The built-in models, by MMPreTrain's names.
    package static var models: [String] { ModelIndex.names }

    /// The bundled rule files, without their extension.
    package static var rules: [String] { RuleCatalogue.names.map(stem(ofRules:)) }

    /// The code bases that rules know, as `convert --to` takes them.
    package static var codebases: [String] { (try? RuleCatalogue.converters()).map(RuleCatalogue.codebases) ?? [] }

    /// MMPreTrain's dataset types with lists of classes.
    package static var datasetTypes: [String] { (try? DatasetType.known())?.map(\.name) ?? [] }

    /// The name of a rule file without its extension.
    static func stem(ofRules name: String) -> String {
        name.hasSuffix(".rules") ? String(name.dropLast(".rules".count)) : name
    }
}
