import KeyRules
import TensorCore

/// Which module of a model is which of another, that its weights were converted from: those with the same tensors.
struct ModuleNames: Sendable {
    /// The original's path and the model's.
    let names: [String: String]
    /// The model's modules that have modules with tensors in them, and those whose tensors were not only renamed: what they
    /// give may lie elsewhere in the original, or in another order.
    let containers: Set<String>

    /// Whose tensors a plan begins with.
    enum Beginning { case original, model }

    /// - Parameter plan: what makes the model's tensors of the original's, or the original's of the model's. What was left
    ///   out has no counterpart.
    init(_ plan: ConversionPlan, from beginning: Beginning) {
        let pairs: [(original: String, own: String)] = plan.entries.flatMap { entry in
            entry.sources.map { source in
                beginning == .original
                    ? (source.modulePath, entry.target.modulePath) : (entry.target.modulePath, source.modulePath)
            }
        }
        let reordered = plan.entries.filter { !$0.isRename && !$0.sources.isEmpty }.flatMap { entry in
            beginning == .original ? [entry.target.modulePath] : entry.sources.map(\.modulePath)
        }
        self.init(pairs, reordered: Set(reordered))
    }

    /// - Parameters:
    ///   - pairs: of each tensor the module that it belongs to, in the original and in the model.
    ///   - reordered: the model's modules whose tensors were not only renamed.
    private init(_ pairs: [(original: String, own: String)], reordered: Set<String>) {
        var candidates: [String: Set<String>] = [:]
        var counts: (original: [String: Int], own: [String: Int]) = ([:], [:])
        for (original, own) in pairs {
            for path in Self.enclosing(original) { counts.original[path, default: 0] += 1 }
            for path in Self.enclosing(own) { counts.own[path, default: 0] += 1 }
            var (left, right) = (original, own)
            while !left.isEmpty, !right.isEmpty {
                candidates[left, default: []].insert(right)
                let (outer, inner) = (Key(left), Key(right))
                guard Self.agree(String(outer.leaf), String(inner.leaf)) else { break }
                (left, right) = (outer.modulePath, inner.modulePath)
            }
        }
        // Of two modules each tensor of one must be the other's.
        var common: [String: [String: Int]] = [:]
        for (original, own) in pairs {
            let enclosing = Set(Self.enclosing(own))
            for path in Self.enclosing(original) {
                for candidate in candidates[path] ?? [] where enclosing.contains(candidate) {
                    common[path, default: [:]][candidate, default: 0] += 1
                }
            }
        }
        var names: [String: String] = [:]
        for (path, found) in common {
            let whole = found.filter { $0.value == counts.original[path] && $0.value == counts.own[$0.key] }
            if whole.count == 1 { names[path] = whole.first?.key }
        }
        self.names = names
        containers = reordered.union(pairs.flatMap { Self.enclosing($0.own).dropFirst() })
    }

    /// The path and those of the modules around it, the innermost first.
    static func enclosing(_ path: String) -> [String] {
        var paths: [String] = []
        var path = path
        while !path.isEmpty {
            paths.append(path)
            path = Key(path).modulePath
        }
        return paths
    }

    /// Whether two modules around a common part may be one: of the same name, or of the same number, as `encoder_layer_3`
    /// and `3` are.
    private static func agree(_ left: String, _ right: String) -> Bool {
        func number(_ name: String) -> Substring {
            name[(name.lastIndex { !$0.isNumber }.map { name.index(after: $0) } ?? name.startIndex)...]
        }
        return left == right || !number(left).isEmpty && number(left) == number(right)
    }
}

extension ModuleNames {
    /// What the layers of a golden are called in a model, by the rules that convert its weights.
    struct Found {
        let names: ModuleNames
        /// The name of the rule file.
        let rules: String
    }

    /// Follows rules from the original's tensors to the model's, where the original's are known; else, and where that names
    /// nothing, backward from the model's.
    /// - Parameters:
    ///   - rules: a file or a bundled one; nil for the bundled one that names most of the layers.
    ///   - model: the name of the model.
    ///   - tensors: its own.
    ///   - original: the original's tensors, where they are known.
    ///   - layers: paths of the original's modules.
    /// - Returns: nil where no rules name any of the layers.
    /// - Throws: what is wrong with the rules.
    static func found(
        by rules: String?, model: String, tensors: [TensorSignature], original: [TensorSignature]? = nil,
        layers: [String]
    ) throws -> Found? {
        let sources = try rules.map { [try RuleSource($0).file] } ?? RuleCatalogue.all().map(\.file)
        let layers = Set(layers)
        func best(from beginning: Beginning, _ plans: (RuleFile) -> [ConversionPlan]) -> Found? {
            var best: (found: Found, count: Int)?
            for file in sources {
                for plan in plans(file) where plan.isExecutable || rules != nil {
                    let names = ModuleNames(plan, from: beginning)
                    let count = layers.count { names.names[$0] != nil }
                    if count > best?.count ?? 0 { best = (Found(names: names, rules: file.name), count) }
                }
            }
            return best?.found
        }
        if let original,
            let found = best(from: .original, { $0.plans(from: original, to: tensors, model: model) })
        {
            return found
        }
        return best(from: .model) { $0.plansBackward(tensors, model: model) }
    }
}

extension RuleFile {
    /// More combinations of parameter values than these are not tried.
    private static let combinationLimit = 64

    /// What the rules make of a model's tensors backward: one plan, or one for each combination of values where the
    /// tensors leave several.
    fileprivate func plansBackward(_ tensors: [TensorSignature], model: String) -> [ConversionPlan] {
        plans { settings in
            PlanRequest(
                tensors: tensors, direction: .reverse, settings: settings,
                model: PlanRequest.Model(name: model, tensors: tensors))
        }
    }

    /// What the rules make of an original's tensors, read in either direction.
    /// - Parameter target: the tensors of the model that they are to become.
    fileprivate func plans(
        from original: [TensorSignature], to target: [TensorSignature], model: String
    ) -> [ConversionPlan] {
        let model = PlanRequest.Model(name: model, tensors: target, isOfResult: true)
        return Direction.allCases.flatMap { direction in
            plans { settings in
                PlanRequest(tensors: original, direction: direction, settings: settings, model: model)
            }
        }
    }

    /// A plan, or one for each combination of parameter values where the tensors leave several.
    fileprivate func plans(_ request: ([String: String]) -> PlanRequest) -> [ConversionPlan] {
        let plan = self.plan(request([:]))
        guard plan.errors.contains(where: \.leavesSettingsOpen) else { return [plan] }
        var combinations: [[String: String]] = [[:]]
        for parameter in parameters {
            guard combinations.count * parameter.values.count <= Self.combinationLimit else { return [plan] }
            combinations = combinations.flatMap { known in
                parameter.values.map { known.merging([parameter.name: $0]) { $1 } }
            }
        }
        return combinations.map { self.plan(request($0)) }
    }
}
