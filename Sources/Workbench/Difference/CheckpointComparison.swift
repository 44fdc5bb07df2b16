import CheckpointIO
import CommandLineKit
import Dispatch
import JSON
import KeyRules
import Synchronization
import TensorCore

/// What to compare with what.
package struct DifferenceOptions: Sendable {
    package var checkpoint: String
    package var reference: ModelReference
    /// Which tensors of the checkpoint are looked at.
    package var selection: StateDictSelection
    package var ignored: [Glob]

    package init(
        checkpoint: String, reference: ModelReference, selection: StateDictSelection = StateDictSelection(),
        ignored: [Glob] = []
    ) {
        self.checkpoint = checkpoint
        self.reference = reference
        self.selection = selection
        self.ignored = ignored
    }
}

/// A checkpoint held against a model or another checkpoint. No tensor is read.
package struct CheckpointComparison: Sendable {
    package let file: String
    /// The name of the model, or the path of the other checkpoint.
    package let reference: String
    package let difference: ShapeDifference
    /// What loading the file in Python would do besides; nil for an ordinary one.
    package let safetyWarning: String?
    /// Why the file holds a part of its tensors' numbers only; nil for one that holds them all.
    package let shard: String?
    /// The same of the other file.
    package let referenceShard: String?
    /// What is worth knowing of the file, one sentence each.
    package let notes: [String]
    /// Whether the other side is a file, whose values could be compared and are not.
    private let isOfFiles: Bool

    /// What was compared: to be kept where taking it down would only cost time.
    private let checkpoints: [Checkpoint]

    /// - Throws: `CheckpointError`, `ModelZooError`; where neither side opens, what is wrong with the reference.
    package init(_ options: DifferenceOptions) throws {
        let expecting = Mutex<
            Result<(model: PlanRequest.Model, description: ModelDescription?, checkpoint: Checkpoint?), any Error>?
        >(nil)
        let finding = Mutex<Result<(checkpoint: Checkpoint, selected: StateDictSelection.Selected), any Error>?>(nil)
        DispatchQueue.concurrentPerform(iterations: 2) { side in
            HeapPages.enlargeForThread()
            if side == 0 {
                let result = Result { try options.reference.opened() }
                expecting.withLock { $0 = result }
            } else {
                let result = Result {
                    let checkpoint = try Checkpoint.open(options.checkpoint)
                    return (checkpoint: checkpoint, selected: try options.selection.stateDict(of: checkpoint))
                }
                finding.withLock { $0 = result }
            }
        }
        guard let (model, description, other) = try expecting.withLock({ try $0?.get() }),
            let (checkpoint, selected) = try finding.withLock({ try $0?.get() })
        else { preconditionFailure("a side was not opened") }
        file = options.checkpoint
        let all = selected.stateDict.tensors.map(\.signature)
        let constants = description?.constants(in: all) ?? []
        let tensors = constants.isEmpty ? all : all.filter { !constants.contains($0.key) }
        let adapted = try options.reference.adapted(description, to: tensors)
        reference = model.name
        checkpoints = [checkpoint] + (other.map { [$0] } ?? [])
        safetyWarning = checkpoint.safetyWarning
        let expected = try adapted?.model.signatures ?? model.tensors ?? []
        difference = ShapeDifference(expected: expected, found: tensors, ignoring: options.ignored)
        shard = selected.stateDict.shardReason
        referenceShard = try other?.stateDict().shardReason
        isOfFiles = other != nil
        let hint =
            difference.isEmpty
            ? nil : options.selection.hint(for: selected.stateDict, expected: expected.map(\.key))
        let isKnown = difference.isEmpty || !AdapterSurvey(expected.map(\.key)).groups.isEmpty
        let adapters = isKnown ? [] : AdapterSurvey(tensors.map(\.key)).notes(options.checkpoint)
        let left = constants.isEmpty ? [] : [StateDictSelection.note(constants.count, of: options.checkpoint)]
        notes =
            selected.notes + left + (adapted?.notes ?? []) + TrainingParts(of: selected.stateDict).notes
            + (hint.map { ["\(options.checkpoint): \($0)"] } ?? []) + adapters
    }

    /// Whether there is nothing to report.
    package var isEmpty: Bool { difference.isEmpty && shard == nil && referenceShard == nil }

    package func text(_ palette: Palette) -> String {
        difference.text(file: file, reference: reference, hasValues: isOfFiles, palette)
            + Self.line(shard, of: file, palette) + Self.line(referenceShard, of: reference, palette)
            + (isOfFiles ? "values were not compared\n" : "")
    }

    private static func line(_ shard: String?, of file: String, _ palette: Palette) -> String {
        shard.map { "\(file.printable): \(palette(.red, "one of several shards")): \($0.printable)\n" } ?? ""
    }

    package var json: JSONValue {
        difference.json.adding([
            .init(name: "shard", value: .optional(shard.map(JSONValue.string))),
            .init(name: "reference_shard", value: .optional(referenceShard.map(JSONValue.string))),
            .init(name: "values_compared", value: .bool(false)),
        ])
    }
}
