import CheckpointIO
import CommandLineKit
import JSON
import TensorCore

/// What to compare with what.
public struct DifferenceOptions: Sendable {
    public var checkpoint: String
    public var reference: ModelReference
    public var stateKey: String?
    public var ignored: [Glob]

    public init(checkpoint: String, reference: ModelReference, stateKey: String? = nil, ignored: [Glob] = []) {
        self.checkpoint = checkpoint
        self.reference = reference
        self.stateKey = stateKey
        self.ignored = ignored
    }
}

/// A checkpoint held against a model or another checkpoint. No tensor is read.
public struct CheckpointComparison: Sendable {
    public let file: String
    /// The name of the model, or the path of the other checkpoint.
    public let reference: String
    public let difference: ShapeDifference
    /// What loading the file in Python would do besides; nil for an ordinary one.
    public let safetyWarning: String?

    /// - Throws: `CheckpointError`, `ModelZooError`.
    public init(_ options: DifferenceOptions) throws {
        let expected = try options.reference.stateDict()
        reference = expected.name
        file = options.checkpoint
        let checkpoint = try Checkpoint.open(file)
        safetyWarning = checkpoint.safetyWarning
        let found = try checkpoint.stateDict(at: options.stateKey).tensors.map(\.signature)
        difference = ShapeDifference(expected: expected.tensors, found: found, ignoring: options.ignored)
    }

    public func text(_ palette: Palette) -> String { difference.text(file: file, reference: reference, palette) }

    public var json: JSONValue { difference.json }
}
