import CheckpointIO
import KeyRules
import TensorCore

extension Conversion {
    /// Lays out the result. Entries of the state dict that are not tensors stay as they are, after the tensors, where
    /// the format holds such.
    /// - Throws: `WorkbenchError.notConvertible` for a plan with errors, `CheckpointError`.
    package func output(to path: String, _ options: ConversionOptions) throws -> OutputPlan {
        guard plan.isExecutable else {
            throw WorkbenchError.notConvertible(file: checkpoint.path, errors: plan.errors.count, output: path)
        }
        let layout = try options.output(path, from: checkpoint.format)
        var entries = try tensorEntries
        entries += stateDict.others.map { CheckpointOutput.Entry(key: Key($0.name), source: .value($0.value)) }
        var output = CheckpointOutput(replacing: stateDict, with: entries, metadata: metadata)
        if let dtype = options.dtype { output.cast(to: dtype, overflow) }
        return try output.plan(to: path, layout)
    }

    /// The tensors of the result.
    /// - Precondition: the plan has no errors.
    var tensorEntries: [CheckpointOutput.Entry] {
        get throws {
            zip(stage.signatures, try stage.sources(tensors, overflow)).map {
                CheckpointOutput.Entry(key: $0.key, source: $1)
            }
        }
    }

    /// What is said of weights and optimizers around the state dict, which `--dtype` leaves as they are.
    package func uncastParts(in output: OutputPlan) -> [String] {
        guard output.holdsWholeCheckpoint, options.dtype != nil, !options.selection.isWeightsOnly else { return [] }
        return TrainingParts(of: stateDict).uncast
    }

    /// What is said of optimizers that are written as they are, though their parameters are others now: they are counted
    /// in the order of the model's.
    package func staleOptimizers(in output: OutputPlan) -> [String] {
        guard output.holdsWholeCheckpoint else { return [] }
        let parts = TrainingParts(of: stateDict)
        var last = -1
        let isSameModel =
            plan.dropped.isEmpty && plan.entries.count == stateDict.tensors.count
            && plan.entries.allSatisfy { entry in
                guard entry.isRename, let tensor = entry.tensors.first, tensor > last else { return false }
                last = tensor
                return true
            }
        guard !isSameModel else { return [] }
        return parts.staleOptimizers
    }

    /// The state dict's `_metadata` under the modules' new names.
    var metadata: [StateDict.Metadata] {
        stateDict.metadata(under: plan.entries.compactMap { entry in entry.sources.first.map { ($0, entry.target) } })
    }
}
