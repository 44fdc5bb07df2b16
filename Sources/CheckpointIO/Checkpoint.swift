import ByteIO
import Pickle
import TensorCore

/// A checkpoint file, opened: an ordered tree of values whose tensors are lazy.
///
/// Opening reads the file's directory and its pickle, never a tensor's bytes, and executes nothing: what the
/// pickle would call is a name here. The file stays mapped as long as one of its tensors is in use.
public struct Checkpoint: Sendable {
    /// The path as given.
    public let path: String
    public let format: Format
    /// What `torch.load` would return.
    public let root: CheckpointValue
    /// Every tensor in file order. One tensor may stand here under several keys.
    public let tensors: [NamedTensor]

    let source: CheckpointSource

    /// The container formats that are read.
    public enum Format: String, Sendable {
        /// `torch.save` since PyTorch 1.6: a zip archive of a pickle and its storages.
        case torchZip = "torch zip"
        /// `torch.save` from 0.1.10 to 1.5: a row of pickles with the storages behind them.
        case torchLegacy = "torch legacy"
    }
}
