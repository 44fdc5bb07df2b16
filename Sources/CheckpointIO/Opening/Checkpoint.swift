import ByteIO
import Pickle
import TensorCore

/// A checkpoint file, opened: an ordered tree of values whose tensors are lazy.
///
/// Opening reads the file's directory and its pickle or header, never a tensor's bytes, and executes nothing: what
/// the pickle would call is a name here. The file stays mapped as long as one of its tensors is in use.
public struct Checkpoint: Sendable {
    /// What `torch.load` would return; for a format without a pickle, an `OrderedDict` of its tensors.
    package let root: CheckpointValue
    /// Every tensor in file order. One tensor may stand here under several keys.
    public let tensors: [NamedTensor]

    let source: CheckpointSource

    init(_ source: CheckpointSource) throws(CheckpointError) {
        root = try source.tree()
        tensors = try NamedTensor.all(in: root, path: source.path, pickleCount: source.pickleCount)
        self.source = source
    }

    /// The path as given; that of the file or index which a folder or a prefix stands for.
    public var path: String { source.path }
    /// What the content says it is, whatever the name.
    public var format: Format { source.format }
    /// What the file says of itself beside its tensors, in its order: safetensors' `__metadata__`.
    public var metadata: [MetadataItem] { source.metadata }

    /// The file's pickle as it was read; for a format without one, what stands for it.
    package var pickle: PickleGraph { source.graph }

    /// The graph of an exported program; nil for other formats.
    package var program: ProgramRecord? { source.program }

    /// Whether a pickle is in the file, which Python would unpickle to load it.
    package var holdsPickle: Bool { source.holdsPickle }

    /// The most bytes of text that a list of its values should take: what the file says once may stand in many.
    package var listingLimit: Int { TensorCollection(pickleCount: source.pickleCount).maximumKeyBytes }

    /// A name and its text.
    public struct MetadataItem: Sendable, Equatable {
        /// As the file has it.
        public let name: String
        /// Text, as the file has it.
        public let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}
