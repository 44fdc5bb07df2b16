import ByteIO
import TensorCore

/// A tensor of a checkpoint whose bytes are read when they are asked for.
///
/// One instance stands for one Python tensor object: a tensor that a checkpoint holds under two keys is the same
/// instance twice. Views of the same memory are different instances with the same `storage`.
public final class LazyTensor: Sendable {
    public let dtype: DType
    /// Checked against the storage when the checkpoint was opened.
    public let layout: StridedLayout
    public let storage: TensorStorage
    public let requiresGrad: Bool
    /// True for `torch.nn.Parameter`.
    public let isParameter: Bool
    let node: NodeReference

    init(
        dtype: DType, layout: StridedLayout, storage: TensorStorage, requiresGrad: Bool, isParameter: Bool,
        node: NodeReference
    ) {
        self.dtype = dtype
        self.layout = layout
        self.storage = storage
        self.requiresGrad = requiresGrad
        self.isParameter = isParameter
        self.node = node
    }

    public var shape: [Int] { layout.shape }
    /// Where the tensor lived: `cpu`, `cuda:0` …
    public var device: String { storage.device }
    /// The size of the elements: what `contiguousBytes()` holds.
    public var byteCount: Int { layout.count * dtype.byteWidth }
}
