import JSON
import ModelIndex
import ModelZoo
import Spelling

/// The built-in models, as a list.
package struct ModelList: Sendable {
    struct Row: Sendable {
        let name: String
        let backbone: String
        /// The number that MMPreTrain's metafiles publish; nil for a config without one.
        let parameters: Int?
    }

    let rows: [Row]

    /// - Parameter word: what the name or the backbone's type contains, upper or lower case alike; nil for all models.
    /// - Throws: `WorkbenchError.noModels` where no model has the word.
    package init(matching word: String?) throws(WorkbenchError) {
        let wanted = word?.lowercased()
        rows = ModelZoo.models.compactMap { model in
            let row = Row(
                name: model.name, backbone: model.backboneType,
                parameters: model.facts?.parameters)
            if let wanted, !row.name.lowercased().contains(wanted), !row.backbone.lowercased().contains(wanted) {
                return nil
            }
            return row
        }
        if rows.isEmpty {
            // The index has names of models that are not built in, too.
            let nearest = likelyNames(for: word ?? "", among: ModelZoo.models.map(\.name))
            throw .noModels(pattern: word ?? "", nearest: nearest)
        }
    }

    /// A line for each model: name, backbone, parameters.
    package var text: String {
        let names = rows.map(\.name.count).max() ?? 0
        let backbones = rows.map(\.backbone.count).max() ?? 0
        return rows.map { row in
            let name = row.name + String(repeating: " ", count: names - row.name.count)
            guard let parameters = row.parameters else { return "\(name)  \(row.backbone)\n" }
            let backbone = row.backbone + String(repeating: " ", count: backbones - row.backbone.count)
            return "\(name)  \(backbone)  \(groupedText(parameters))\n"
        }.joined()
    }

    package var json: JSONValue {
        [
            "models": .array(
                rows.map { row in
                    [
                        "name": .string(row.name), "backbone": .string(row.backbone),
                        "parameters": .optional(row.parameters.map(JSONValue.int)),
                    ]
                })
        ]
    }
}
