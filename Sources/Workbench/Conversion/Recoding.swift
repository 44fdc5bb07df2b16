import CheckpointIO
import JSON
import TensorCore

/// A conversion without rules: the same content in another format, or the parts of it that are asked for.
public struct Recoding: Sendable {
    public let checkpoint: Checkpoint
    /// The tensors that are written where not all of the checkpoint is.
    private let selected: StateDict?
    /// What was done to find them, one sentence each.
    public let notes: [String]
    /// What a cast finds too large when the result is written.
    public let overflow: OverflowReport

    /// - Throws: `CheckpointError`, or `WorkbenchError.namedInputs` for more than one input or one with a name.
    public init(_ options: ConversionOptions) throws {
        let checkpoint = try Checkpoint.open(try options.singleInput(of: "convert without --rules")).loadable()
        self.checkpoint = checkpoint
        overflow = OverflowReport(isAllowed: options.allowsOverflow)
        let selection = options.selection
        guard !selection.isEmpty || options.dtype != nil else {
            try checkpoint.checkPlaceholders()
            selected = nil
            notes = (try? checkpoint.stateDict(allowsTwins: true)).map { TrainingParts(of: $0).notes } ?? []
            return
        }
        let found = try selection.stateDict(of: checkpoint, isAlone: true)
        selected = found.stateDict
        let parts = TrainingParts(of: try checkpoint.stateDict(at: options.stateKey))
        notes = found.notes + parts.notes + (options.isWeightsOnly ? parts.leftOut : [])
    }

    /// One line.
    public var summary: String {
        "\(checkpoint.path): \(checkpoint.format.rawValue), \(countText(tensors.count, "tensor"))\n"
    }

    private var tensors: [NamedTensor] { selected?.tensors ?? checkpoint.tensors }

    public var json: JSONValue {
        [
            "file": .string(checkpoint.path), "rules": .null,
            "entries": .array(
                tensors.map { tensor in
                    [
                        "target": .string(tensor.key.text), "sources": .strings([tensor.key]), "rule": .null,
                        "operations": .array([]), "shape": .ints(tensor.tensor.shape),
                        "dtype": .string(tensor.tensor.dtype.rawValue),
                    ]
                }),
            "findings": .array([]),
        ]
    }

    /// Lays out the files: all that the checkpoint holds, or its state dict where that is asked for, or the format or
    /// several files hold no more.
    /// - Throws: `CheckpointError`, `WorkbenchError`.
    public func output(to path: String, _ options: ConversionOptions) throws -> OutputPlan {
        let layout = try options.output(path)
        if selected == nil, layout.format == .torchZip, layout.maxShardSize == nil {
            var plan = try checkpoint.plan(to: path, isCompact: layout.isCompact)
            if layout.trustsChecksums { plan.trustChecksums() }
            return plan
        }
        let stateDict = try selected ?? checkpoint.stateDict()
        var output = CheckpointOutput(unchanged: stateDict)
        if let dtype = options.dtype { output.cast(to: dtype, overflow) }
        return try output.plan(to: path, layout)
    }
}
