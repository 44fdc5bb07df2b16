import DatasetClasses
import JSON
import Spelling

/// A dataset type of MMPreTrain with the names of its classes.
struct DatasetType {
    let name: String
    /// The class names, in the order of their labels.
    let classes: [String]

    /// - Throws: `WorkbenchError.unknownDatasetType` for a name that has no list of classes.
    init(named name: String) throws {
        let known = try Self.known()
        guard let found = known.first(where: { $0.name == name }) else {
            let names = known.map(\.name)
            throw WorkbenchError.unknownDatasetType(
                name, nearest: nearestNames(to: name, among: names), known: names)
        }
        self = found
    }

    private init(name: String, classes: [String]) {
        self.name = name
        self.classes = classes
    }

    /// All that have a list of classes.
    static func known() throws -> [DatasetType] {
        let json = try DatasetClasses.json.withUnsafeBytes { (text) throws(JSONError) in try JSONValue(parsing: text) }
        guard case .object(let fields) = json else { return [] }
        return fields.map { field in
            guard case .array(let classes) = field.value else { return DatasetType(name: field.name, classes: []) }
            return DatasetType(
                name: field.name, classes: classes.compactMap { if case .string(let text) = $0 { text } else { nil } })
        }
    }
}
