import CheckpointIO
import KeyRules
import TensorCore

extension Recognition {
    /// What to do with a checkpoint whose keys are another code base's.
    /// - Parameters:
    ///   - stateDict: what `selection` selects.
    ///   - source: the model as it was asked for, `model` the same with what of it the checkpoint states.
    /// - Returns: nil where the model has at least half of its tensors, and where no bundled rules take the keys.
    static func advice(
        for stateDict: StateDict, _ selection: StateDictSelection, source: ModelSource, model: ModelDescription
    ) -> String? {
        guard let parameters = try? model.parameters else { return nil }
        let own = parameters.filter(\.dtype.isFloatingPoint)
        let keys = Set(stateDict.tensors.map(\.key))
        guard !keys.isEmpty, 2 * own.count(where: { keys.contains($0.key) }) < own.count else { return nil }
        var options = ConversionOptions(inputs: [.init(path: stateDict.checkpoint.path)])
        options.selection = selection
        // The rules that give the model, else those that give another.
        for reference in [ModelReference.model(source), nil] {
            options.model = reference
            guard let converters = try? RuleCatalogue.converters(),
                let recognition = try? Recognition(stateDict.checkpoint, options, among: converters),
                let advice = recognition.advice(selection, for: reference == nil ? nil : model.name)
            else { continue }
            return "its keys are not those of \(model.name); \(advice)"
        }
        return nil
    }

    /// - Parameter wanted: the model that the rules were to give; nil for any.
    private func advice(_ selection: StateDictSelection, for wanted: String?) -> String? {
        guard let best = matches.first else { return undecided.map { "convert it first: \($0)" } }
        let count = best.stateDict.tensors.count
        let words = ["convert --rules", WorkbenchNames.stem(ofRules: best.stage.rules.file.name)] + selection.words
        let taken =
            "'\(words.joined(separator: " "))' takes \(count == 1 ? "its key" : "all \(groupedText(count)) keys")"
        return wanted == nil
            ? "\(taken), and gives \(best.stage.plan.model ?? "another network")" : "convert it first: \(taken)"
    }
}

extension StateDictSelection {
    /// The flags that select it.
    fileprivate var words: [String] {
        var words = stateKey.map { ["--state-key", $0] } ?? []
        switch prefix {
        case .automatic?: words += ["--strip-prefix", "auto"]
        case .given(let prefix)?: words += ["--strip-prefix", prefix]
        case nil: break
        }
        return words
    }
}
