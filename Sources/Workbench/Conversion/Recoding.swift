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

    /// Writes the file, whole or not at all, and looks whether it holds what was read.
    /// - Returns: the size of the file in bytes.
    public func write(to path: String) throws -> Int {
        _ = try OutputFormat(path: path)
        try checkpoint.write(to: path)
        let written = try WrittenFile(path)
        // One by one, not by key: two paths may join to one key, as those of {'a': {'b': x}, 'a.b': y} do.
        guard written.checkpoint.tensors.map(\.signature) == checkpoint.tensors.map(\.signature) else {
            throw WorkbenchError.outputDiffers(path: path, reason: "was written, but does not hold what was read")
        }
        return written.byteCount
    }
}
