import CheckpointIO
import TensorCore

extension Route {
    /// Lays out the result. Entries of the state dict that are not tensors follow the tensors, if the format has such.
    /// - Throws: `CheckpointError`, `WorkbenchError`.
    package func output(to path: String, _ options: ConversionOptions) throws -> OutputPlan {
        let layout = try options.output(path, from: checkpoint.format)
        var written = entries.map { CheckpointOutput.Entry(key: $0.target, source: $0.source) }
        written += stateDict.others.map { CheckpointOutput.Entry(key: Key($0.name), source: .value($0.value)) }
        var output = CheckpointOutput(
            replacing: stateDict, with: written,
            metadata: stateDict.metadata(
                under: entries.compactMap { entry in entry.sources.first.map { ($0, entry.target) } }))
        if let dtype = options.dtype { output.cast(to: dtype, overflow) }
        return try output.plan(to: path, layout)
    }

    /// What is said of optimizers that are written as they are, though their parameters are others now: they count
    /// them in the model's order.
    package func staleOptimizers(in output: OutputPlan) -> [String] {
        guard output.holdsWholeCheckpoint else { return [] }
        let isSameModel =
            entries.allSatisfy(\.isRename) && entries.map(\.sources) == stateDict.tensors.map { [$0.key] }
        return isSameModel ? [] : TrainingParts(of: stateDict).staleOptimizers
    }
}
