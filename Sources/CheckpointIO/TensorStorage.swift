import ByteIO
import TensorCore

/// The memory that one or more tensors of a checkpoint view. Tensors share memory exactly when they have the same
/// storage instance.
public final class TensorStorage: Sendable {
    /// Counts from 0 in the order in which the checkpoint's tensors first use a storage.
    public let id: Int
    /// The name in the file.
    public let name: String
    /// The element type that the storage's class declares; `uint8` for an untyped one.
    public let dtype: DType
    /// Where it lived: `cpu`, `cuda:0` …
    public let device: String
    public let byteCount: Int

    init(id: Int, name: String, dtype: DType, device: String, byteCount: Int) {
        self.id = id
        self.name = name
        self.dtype = dtype
        self.device = device
        self.byteCount = byteCount
    }
}
