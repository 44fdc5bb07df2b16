import CheckpointIO
import JSON

/// A conversion without rules: the same content in another format.
public struct Recoding: Sendable {
    public let checkpoint: Checkpoint

    /// - Throws: `CheckpointError`, or `WorkbenchError.namedInputs` for more than one input or one with a name.
    public init(_ options: ConversionOptions) throws {
        checkpoint = try Checkpoint.open(try options.singleInput(of: "convert without --rules")).loadable()
    }

    /// One line.
    public var summary: String {
        "\(checkpoint.path): \(checkpoint.format.rawValue), \(countText(checkpoint.tensors.count, "tensor"))\n"
    }

    public var json: JSONValue {
        [
            "file": .string(checkpoint.path), "rules": .null,
            "entries": .array(
                checkpoint.tensors.map { tensor in
                    [
                        "target": .string(tensor.key.text), "sources": .strings([tensor.key]), "rule": .null,
                        "operations": .array([]), "shape": .ints(tensor.tensor.shape),
                        "dtype": .string(tensor.tensor.dtype.rawValue),
                    ]
                }),
            "findings": .array([]),
        ]
    }

    /// Lays out the files: all that the checkpoint holds, or its state dict where the format or several files hold no
    /// more.
    /// - Throws: `CheckpointError`, `WorkbenchError`.
    public func output(to path: String, _ options: ConversionOptions) throws -> OutputPlan {
        let layout = try options.output(path)
        if layout.format == .torchZip, layout.maxShardSize == nil {
            guard options.stateKey == nil else { throw WorkbenchError.stateKeyOfAll(path: path) }
            return try checkpoint.plan(to: path, isCompact: layout.isCompact)
        }
        let stateDict = try checkpoint.stateDict(at: options.stateKey)
        return try CheckpointOutput(unchanged: stateDict).plan(to: path, layout)
    }
}
