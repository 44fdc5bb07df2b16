import Converters
import ModelIndex

/// Names that the program carries, as shells complete them.
package enum WorkbenchNames {
    /// The built-in models, by MMPreTrain's names.
    package static var models: [String] { ModelIndex.names }

    /// The bundled rule files, without their extension.
    package static var rules: [String] {
        BundledRules.files.map { $0.name.hasSuffix(".rules") ? String($0.name.dropLast(6)) : $0.name }
    }
}
