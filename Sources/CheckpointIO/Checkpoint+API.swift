import ByteIO
import TensorCore

extension Checkpoint {
    /// Opens the checkpoint at `path`; its content says what format it is, not its name.
    ///
    /// That every tensor fits its storage is checked here.
    public static func open(_ path: String) throws(CheckpointError) -> Checkpoint {
        throw CheckpointError(path, .notCheckpoint("is in no format that is read"))
    }

    /// The tensors of the container at the dotted path `stateKey` (`""`: the root); without one, of the first of
    /// `searching` that is a dictionary of the root, else of the root.
    /// - Throws: `CheckpointError.Reason.noContainer`, or `duplicateKey` where two paths join to one key.
    public func stateDict(
        at stateKey: String? = nil, searching: [String] = StateDict.usualKeys
    ) throws(CheckpointError) -> StateDict {
        throw CheckpointError(path, .noContainer(path: stateKey ?? "", candidates: searching))
    }
}

extension LazyTensor {
    /// The elements in row-major order, little-endian: the very bytes of the file where they lie so already.
    public func contiguousBytes() throws(CheckpointError) -> Bytes {
        throw CheckpointError(storage.name, .notCheckpoint("is not read yet"))
    }

    /// The elements as float32, rounded to nearest where the type is wider; row-major, valid during the call.
    /// - Throws: `CheckpointError`, also for a type that has no value as a real number, and what `body` throws.
    public func withFloat32<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) throws -> Result {
        _ = try contiguousBytes()
        return try body(UnsafeBufferPointer(start: nil, count: 0))
    }

    /// The elements as float64; row-major, valid during the call.
    /// - Throws: as `withFloat32`.
    public func withFloat64<Result>(_ body: (UnsafeBufferPointer<Double>) throws -> Result) throws -> Result {
        _ = try contiguousBytes()
        return try body(UnsafeBufferPointer(start: nil, count: 0))
    }
}

extension TensorStorage {
    /// The storage's bytes, little-endian: the very bytes of the file where they lie so already.
    public func bytes() throws(CheckpointError) -> Bytes {
        throw CheckpointError(name, .notCheckpoint("is not read yet"))
    }
}

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
