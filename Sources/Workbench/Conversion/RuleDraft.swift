import CheckpointIO
import KeyRules

/// A rule file drafted for a checkpoint and a model.
package struct RuleDraft: Sendable {
    package let checkpoint: Checkpoint
    package let suggestion: RuleSuggestion

    /// - Parameter model: what the rules are to give.
    /// - Throws: `CheckpointError`, `ModelZooError`, or `WorkbenchError` for several inputs.
    package init(_ options: ConversionOptions, model: ModelReference) throws {
        checkpoint = try Checkpoint.open(try options.singleInput(of: "convert --suggest"))
        let stateDict = try checkpoint.stateDict(at: options.selection.stateKey, searching: StateDict.usualKeys)
        suggestion = RuleSuggestion(
            sources: stateDict.tensors.map(\.signature), model: try model.stateDict(), name: "draft")
    }

    /// One line.
    package var summary: String {
        let total = suggestion.mapped + suggestion.unmappedSources.count
        return "\(checkpoint.path): \(groupedText(suggestion.mapped)) of \(countText(total, "tensor")) mapped,"
            + " \(groupedText(suggestion.unsure)) of them unsure;"
            + " \(countText(suggestion.unmappedTargets.count, "tensor")) of the model without a line"
    }
}
