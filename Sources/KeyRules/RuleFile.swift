import TensorCore

/// A rule file that passed every check that needs no checkpoint.
public struct RuleFile: Sendable {
    /// A `param` line: a name and the values it may take.
    public struct Parameter: Sendable, Hashable {
        public let name: String
        public let values: [String]
        public let location: RuleLocation
    }

    /// What errors and plans call the file.
    public let name: String
    /// What follows `rules` in the first line.
    public let title: String
    public let parameters: [Parameter]
    /// Where the tensors are in the checkpoint's tree: the first of these keys that it holds, else its root.
    public let roots: [String]
    /// The names of the models that the file declares, in file order.
    public let models: [String]

    /// Reads a rule file and checks it.
    /// - Parameter name: what errors and plans call the file, e.g. `vgg.rules`.
    /// - Throws: everything that is wrong with it, in the order of its lines.
    public static func parse(_ text: String, name: String) throws(RuleErrors) -> RuleFile {
        RuleFile(name: name, title: "", parameters: [], roots: [], models: [])
    }

    /// Decides what a conversion will do. Opens no file and reads no tensor.
    ///
    /// The result depends on the order of `request.tensors` in the order of its entries only.
    public func plan(_ request: PlanRequest) -> ConversionPlan {
        ConversionPlan(
            direction: request.direction, entries: [], dropped: [], settings: [], model: nil, isModelChecked: false,
            optionalGroups: [], findings: [])
    }
}
