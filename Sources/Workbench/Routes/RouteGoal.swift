import KeyRules
import TensorCore

/// What a route leads to: a code base, and the rules whose left sides may name the result.
struct RouteGoal: Sendable {
    let codebase: String
    /// Empty for MMPreTrain.
    private let rules: [RuleSource]

    /// - Parameter name: a code base, or a bundled rule file, which stands for its first code base.
    /// - Throws: `WorkbenchError.unknownCodebase`.
    init(_ name: String, _ converters: [RuleSource]) throws(WorkbenchError) {
        if let file = converters.first(where: { $0.file.name == name || $0.file.name == name + ".rules" }) {
            codebase = file.file.codebases.first?.name ?? name
            rules = [file]
            return
        }
        let codebase = try RuleCatalogue.codebase(named: name, converters)
        self.codebase = codebase
        rules = converters.filter { $0.file.codebases.contains { $0.name == codebase } }
    }

    /// Whether a checkpoint is already spelled as the code base spells it today.
    func isSpelling(of match: Recognition.Match) -> Bool {
        guard rules.contains(where: { $0.file.name == match.stage.rules.file.name }) else { return false }
        let line = match.stage.rules.file.codebases.first { $0.name == codebase }
        return line?.isSpelled(with: match.stage.plan.settings) ?? false
    }

    /// Whether the keys are MMPreTrain's: some rules run backward on them.
    func isMMPreTrains(_ tensors: [TensorSignature], _ converters: [RuleSource]) throws -> Bool {
        try converters.contains { rules in
            let request = PlanRequest(tensors: tensors, direction: .reverse)
            let outline = try ConversionStage(rules, request, isCheckingModels: false).plan
            guard outline.errors.allSatisfy(\.leavesSettingsOpen) else { return false }
            // Where the keys leave settings open, the models may show that none fits.
            return try outline.isExecutable
                || ConversionStage(rules, request).plan.errors.allSatisfy { $0.code == .undecidedSettings }
        }
    }

    /// The last leg, from MMPreTrain's keys.
    /// - Throws: `ModelZooError`, or `WorkbenchError.route` where no rules of the code base take the keys, or several.
    func leg(from tensors: [TensorSignature], _ path: String, _ options: ConversionOptions) throws -> ConversionStage {
        let (legs, misses) = try stages(tensors, options)
        guard let best = legs.first else {
            throw WorkbenchError.noRoute(
                file: path, codebase: codebase,
                nearest: misses.first.map { "\($0.rules.file.name): \($0.plan.errors[0].message)" })
        }
        let rivals = best.rivals(among: legs.dropFirst())
        guard rivals.isEmpty else {
            let names = ([best] + rivals).map(\.rules.file.name)
            throw WorkbenchError.route(
                file: path,
                reason: "\(codebase) has several names for it: \(names.joined(separator: " and ")); "
                    + "--to \(names[0].dropLast(".rules".count)) says which")
        }
        try check(best, tensors, path)
        return best
    }

    /// Why no rules lead on, where some of the code base take most of MMPreTrain's keys; nil where none do.
    func obstacle(from tensors: [TensorSignature], _ path: String, _ options: ConversionOptions) throws
        -> WorkbenchError?
    {
        guard let miss = try stages(tensors, options).misses.first, miss.plan.entries.count * 2 > tensors.count else {
            return nil
        }
        return .noRoute(
            file: path, codebase: codebase, nearest: "\(miss.rules.file.name): \(miss.plan.errors[0].message)")
    }

    /// The rules backward: those that run, best first, and those that do not, nearest first.
    private func stages(
        _ tensors: [TensorSignature], _ options: ConversionOptions
    ) throws -> (legs: [ConversionStage], misses: [ConversionStage]) {
        let stages = try rules.compactMap { try stage($0, tensors, options) }
        let legs = stages.filter(\.plan.isExecutable).sorted { $0.rank < $1.rank }
        guard legs.isEmpty else { return (legs, []) }
        // Where the keys leave settings open, the models decide, and only then are there entries to count.
        let misses = try stages.map { stage in
            guard stage.plan.errors.contains(where: \.leavesSettingsOpen) else { return stage }
            let closest = try ConversionStage(
                stage.rules,
                PlanRequest(tensors: tensors, direction: .reverse, settings: stage.rules.own(options.settings)))
            // It may run with settings of another code base, and then has no error to tell of.
            return closest.plan.isExecutable ? stage : closest
        }
        return (
            [],
            misses.sorted {
                ($1.plan.entries.count, $0.plan.errors.count) < ($0.plan.entries.count, $1.plan.errors.count)
            }
        )
    }

    /// The rules backward under the spelling that the code base has today, else one that it had; nil where the keys are
    /// strange to them.
    private func stage(
        _ rules: RuleSource, _ tensors: [TensorSignature], _ options: ConversionOptions
    ) throws -> ConversionStage? {
        var last: ConversionStage?
        for line in rules.file.codebases where line.name == codebase {
            let settings = line.settings.merging(rules.own(options.settings)) { _, given in given }
            let request = PlanRequest(tensors: tensors, direction: .reverse, settings: settings)
            let outline = try ConversionStage(rules, request, isCheckingModels: false)
            guard outline.plan.errors.allSatisfy(\.leavesSettingsOpen) else {
                last = last ?? outline
                continue
            }
            let stage = try ConversionStage(rules, request)
            if stage.plan.isExecutable { return stage }
            last = stage
        }
        return last
    }

    /// Whether the rules, forward, take every key of the result to where it came from.
    /// - Throws: `WorkbenchError.route`.
    private func check(_ leg: ConversionStage, _ tensors: [TensorSignature], _ path: String) throws {
        let settings = Dictionary(leg.plan.settings.map { ($0.parameter, $0.value) }) { first, _ in first }
        let back = try ConversionStage(
            leg.rules, PlanRequest(tensors: leg.signatures, settings: settings), isCheckingModels: false)
        let known = Set(tensors.map(\.key))
        guard back.plan.isExecutable, back.plan.entries.allSatisfy({ known.contains($0.target) }) else {
            let reason = back.plan.errors.first?.message ?? "they do not lead back"
            throw WorkbenchError.route(
                file: path, reason: "\(leg.rules.file.name) does not read its own keys: \(reason)")
        }
    }
}
