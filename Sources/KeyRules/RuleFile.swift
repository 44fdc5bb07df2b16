import TensorCore

/// A rule file that passed every check that needs no checkpoint.
public struct RuleFile: Sendable {
    /// A `param` line: a name and the values it may take.
    public struct Parameter: Sendable, Hashable {
        /// The name of the parameter.
        public let name: String
        /// The values that it may have, in the order of the file.
        public let values: [String]
        /// Where it is declared.
        public let location: RuleLocation
    }

    /// A `codebase` line: who spells keys as the left sides do.
    package struct Codebase: Sendable, Hashable {
        /// `torchvision`, `timm`, `huggingface`, or the official repository, e.g. `facebookresearch/LeViT`.
        public let name: String
        /// Parameter → the values under which the left sides are spelled so; the others may have any value.
        package let selection: [String: [String]]
        /// Whether a conversion backward takes these values where neither the keys nor the user say others.
        package let isDefault: Bool
        /// Where it is declared.
        public let location: RuleLocation

        /// Whether keys that give these values are its own.
        package func isSpelled(with settings: [ConversionPlan.Setting]) -> Bool {
            settings.allSatisfy { selection[$0.parameter]?.contains($0.value) ?? true }
        }

        /// The values that tell its spelling from others, for a conversion backward.
        package var settings: [String: String] { selection.compactMapValues { $0.count == 1 ? $0[0] : nil } }
    }

    /// What errors and plans call the file.
    public let name: String
    /// What follows `rules` in the first line.
    public let title: String
    /// Where the tensors are in the checkpoint's tree: the first of these keys that it holds, else its root.
    package let roots: [String]
    let rules: RuleSet

    /// What the keys or the caller decide, such as the depth of a network.
    public var parameters: [Parameter] { rules.space.parameters }

    /// The `codebase` lines, in file order. Where several are of one code base, the first is what it writes today.
    package var codebases: [Codebase] { rules.codebases }

    /// The names of the inputs that lines read, in file order.
    package var inputNames: [String] { rules.inputNames }

    /// The names of the models that the file declares, in file order.
    package var models: [String] { rules.models.map(\.name) }

    /// The `model` lines, in file order; one stands here for each name that its parameters give.
    package var modelLines: [(name: String, location: RuleLocation)] { rules.models.map { ($0.name, $0.location) } }

    /// The lines that cannot run backward, and why.
    package var forwardOnlyLines: [(location: RuleLocation, reason: String)] {
        var seen: Set<Int> = []
        return rules.rules.compactMap { rule in
            guard let reason = rule.computation.obstacle, seen.insert(rule.line).inserted else { return nil }
            return (rule.location, reason)
        }
    }

    /// Reads a rule file and checks it.
    /// - Parameters:
    ///   - text: the file's content.
    ///   - name: what errors and plans call the file, e.g. `vgg.rules`.
    /// - Throws: everything that is wrong with it, in the order of its lines.
    public static func parse(_ text: String, name: String) throws(RuleErrors) -> RuleFile {
        try parse(text, name: name, findsConflicts: true)
    }

    /// As `parse(_:name:)`.
    /// - Parameter findsConflicts: false for a text that is known to have no line that no key reaches, and no two lines that
    ///   give two keys one target. To look for them takes most of the time: a second or more with many parameters.
    package static func parse(_ text: String, name: String, findsConflicts: Bool) throws(RuleErrors) -> RuleFile {
        let parser = StatementParser(text, file: name)
        let compiler = RuleCompiler(parser)
        let mistakes = parser.errors + compiler.errors
        guard mistakes.isEmpty else { throw RuleErrors(errors: mistakes.sorted { $0.location < $1.location }) }
        let check = StaticCheck(compiler.set)
        let conflicts = findsConflicts ? check.run() : []
        guard conflicts.isEmpty else { throw RuleErrors(errors: conflicts) }
        return RuleFile(
            name: name, title: compiler.title, roots: compiler.roots, rules: compiler.set.markingOptionalLines(check))
    }

    /// Decides what a conversion will do. Opens no file and reads no tensor.
    ///
    /// The result depends on the order of `request.tensors` in the order of its entries only.
    package func plan(_ request: PlanRequest) -> ConversionPlan {
        Planner(rules, request).plan()
    }
}
