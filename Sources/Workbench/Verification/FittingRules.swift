import Converters
import KeyRules
import TensorCore

extension BundledRules {
    /// All of them, parsed when they are first needed.
    static let parsed: [RuleFile] = files.compactMap { try? RuleFile.parse($0.text, name: $0.name) }
}

/// Bundled rules that turn a checkpoint into a model.
struct FittingRules: Equatable {
    /// `resnet_torchvision`
    let name: String
    /// What the rules must be told, as `--set size=tiny`.
    let settings: [String]
    let keyCount: Int
    /// What they give: the model that is asked for, or another one; nil for one that is not known.
    let model: String?

    /// What to do with a checkpoint whose keys are another code base's; nil where the model has at least half of them, and
    /// where no rules take them.
    /// - Parameter tensors: the checkpoint's.
    static func advice(for tensors: [TensorSignature], model: ModelDescription) -> String? {
        guard let parameters = try? model.parameters else { return nil }
        let own = parameters.filter(\.dtype.isFloatingPoint)
        let keys = Set(tensors.map(\.key))
        guard !tensors.isEmpty, 2 * own.count(where: { keys.contains($0.key) }) < own.count else { return nil }
        let computed = Set(parameters.filter { $0.computed != nil }.map(\.key))
        let target = PlanRequest.Model(name: model.name, tensors: parameters.map(\.signature))
        for file in BundledRules.parsed {
            let plans = file.plans { settings in
                PlanRequest(
                    tensors: tensors, settings: settings, model: target, computedKeys: { _ in computed })
            }
            guard let plan = plans.first(where: \.isExecutable) else { continue }
            let settings = plans.count == 1 ? [] : plan.settings.map { "--set \($0.parameter)=\($0.value)" }
            return FittingRules(
                name: WorkbenchNames.stem(ofRules: file.name), settings: settings, keyCount: tensors.count,
                model: model.name
            ).sentence(for: model.name)
        }
        return other(for: tensors)?.sentence(for: model.name)
    }

    /// Rules that take every key, and make another model of them.
    private static func other(for tensors: [TensorSignature]) -> FittingRules? {
        for file in BundledRules.parsed {
            guard let declared = try? DeclaredModels(file) else { continue }
            let plan = file.plan(
                PlanRequest(
                    tensors: tensors, modelSignatures: { declared.signatures(of: $0, for: $1) },
                    computedKeys: { declared.computedKeys(of: $0) }))
            guard plan.isExecutable, plan.isModelChecked else { continue }
            return FittingRules(
                name: WorkbenchNames.stem(ofRules: file.name), settings: [], keyCount: tensors.count, model: plan.model)
        }
        return nil
    }

    private func sentence(for wanted: String) -> String {
        let words = (["--rules \(name)"] + settings).joined(separator: " ")
        let taken = "'convert \(words)' takes \(keyCount == 1 ? "its key" : "all \(groupedText(keyCount)) keys")"
        guard let model, model != wanted else {
            return "its keys are not those of \(wanted); convert it first: \(taken)"
        }
        return "its keys are not those of \(wanted); \(taken), and gives \(model)"
    }
}
