import CheckpointIO
import KeyRules
import TensorCore
import TensorOperations

/// The average of checkpoints of one model, planned: what stands around the state dict, and every integer, is the last
/// one's. Floating-point and complex tensors are summed in float64 and rounded to their own type once.
package struct Averaging: Sendable {
    package let checkpoints: [Checkpoint]
    private let options: AveragingOptions
    /// The last checkpoint's, whose order holds.
    let stateDict: StateDict
    let tensors: [AveragedTensor]
    let check: ResultCheck?
    /// What was done to the inputs, and what of them is not averaged, one sentence each.
    package let notes: [String]
    package let overflow: OverflowReport

    /// Opens the checkpoints and compares them. Integers are read; no other tensor is.
    /// - Throws: `CheckpointError`, or `WorkbenchError.noAverage` for checkpoints of several models.
    package init(_ options: AveragingOptions) throws {
        self.options = options
        let conversion = options.conversion
        overflow = OverflowReport(isAllowed: conversion.allowsOverflow)
        checkpoints = try conversion.inputs.map { try Checkpoint.open($0.path).loadable() }
        let found = try checkpoints.map { try conversion.selection.stateDict(of: $0, isAlone: true) }
        guard let last = found.last else {
            throw WorkbenchError.noAverage(file: "", reason: "there are no checkpoints")
        }
        stateDict = last.stateDict
        tensors = try AveragedTensor.all(of: found.map(\.stateDict), factors: options.factors)
        check = try conversion.model.map { [tensors] reference in
            try ResultCheck(
                reference, tensors.map { $0.signature.cast(to: conversion.dtype, $0.last) }, tensors.map(\.last))
        }
        var notes = found.flatMap(\.notes)
        let differing = tensors.filter(\.isOfLast)
        if let first = differing.first, let path = checkpoints.last?.path {
            let what =
                differing.count == 1
                ? "differs and is not averaged: \(path) gives it"
                : "and \(countText(differing.count - 1, "more tensor")) differ and are not averaged: \(path) gives them"
            notes.append("'\(first.signature.key)' \(what)")
        }
        self.notes = notes + (check?.notes ?? [])
    }

    package var findings: [Finding] { check?.findings ?? [] }
    /// Whether the result may be written.
    package var isExecutable: Bool { check?.isPassed ?? true }

    /// What each checkpoint counts with; they come to 1.
    var weights: [Double] {
        options.factors ?? checkpoints.map { _ in 1 / Double(checkpoints.count) }
    }

    /// - Throws: `WorkbenchError.notConvertible` for a result that is not the model's, `CheckpointError`.
    package func output(to path: String) throws -> OutputPlan {
        guard isExecutable else {
            let errors = findings.count { $0.severity == .error }
            throw WorkbenchError.notConvertible(
                file: checkpoints.map(\.path).joined(separator: ", "), errors: errors, output: path)
        }
        var entries = tensors.map { CheckpointOutput.Entry(key: $0.signature.key, source: $0.source(overflow)) }
        entries += (check?.buffers ?? []).map {
            CheckpointOutput.Entry(key: $0.key, source: ComputedBuffers.source($0.table))
        }
        entries += stateDict.others.map { CheckpointOutput.Entry(key: Key($0.name), source: .value($0.value)) }
        var output = CheckpointOutput(replacing: stateDict, with: entries, metadata: stateDict.metadata)
        if let dtype = options.conversion.dtype { output.cast(to: dtype, overflow) }
        return try output.plan(to: path, try options.conversion.output(path, from: stateDict.checkpoint.format))
    }

    /// What is said of what is written around the average: it is the last checkpoint's as it is.
    package func remainder(in output: OutputPlan) -> [String] {
        guard output.holdsWholeCheckpoint, let file = checkpoints.last,
            let whole = try? file.stateDict(at: options.conversion.selection.stateKey)
        else { return [] }
        return TrainingParts(of: whole).parts.filter(\.ownKeys.isEmpty).map {
            "\($0.text) is that of \(file.path), not averaged; --weights-only leaves it out"
        }
    }
}
