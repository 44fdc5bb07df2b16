import ByteIO
import TensorCore

/// A checkpoint to write: one that was read, with its state dict replaced.
///
/// The state dict takes the place that `stateDict` has in its checkpoint; every other value is written back as it
/// was read. A bare state dict gives a bare state dict.
public struct CheckpointOutput: Sendable {
    /// The state dict to replace, with its checkpoint around it.
    public let stateDict: StateDict
    /// The new state dict, in this order. Keys are unique.
    public var entries: [Entry]
    /// The new `_metadata`. Start from `stateDict.metadata`; empty leaves `_metadata` away. A plain `dict` holds none.
    public var metadata: [StateDict.Metadata]

    public struct Entry: Sendable {
        public let key: Key
        public let source: TensorSource

        public init(key: Key, source: TensorSource) {
            self.key = key
            self.source = source
        }
    }

    public init(replacing stateDict: StateDict, with entries: [Entry], metadata: [StateDict.Metadata]) {
        self.stateDict = stateDict
        self.entries = entries
        self.metadata = metadata
    }

    /// The state dict as it is: its tensors, then its other entries.
    public init(unchanged stateDict: StateDict) {
        let tensors = stateDict.tensors.map { Entry(key: $0.key, source: .stored($0.tensor)) }
        let others = stateDict.others.map { Entry(key: Key($0.name), source: .value($0.value)) }
        self.init(replacing: stateDict, with: tensors + others, metadata: stateDict.metadata)
    }
}

/// Where an entry of a written state dict comes from.
public enum TensorSource: Sendable {
    /// A tensor of this or another checkpoint: its storage is copied without being decoded; sharing, strides and
    /// being a `Parameter` are kept.
    case stored(LazyTensor)
    /// A new tensor with a storage of its own.
    case computed(ComputedTensor)
    /// A value that is no tensor, such as one of `StateDict.others`.
    case value(CheckpointValue)
}

/// A tensor that is computed when it is written.
public struct ComputedTensor: Sendable {
    public let dtype: DType
    public let shape: [Int]
    public let isParameter: Bool
    /// Gives the row-major little-endian elements: the product of `shape` × `dtype.byteWidth` bytes.
    public let bytes: @Sendable () throws -> Bytes
    /// Gives the same bytes part by part, for a tensor that should not be in memory as a whole.
    public let parts: Parts?
    /// What the tensor is computed from. Tensors that are computed from the same memory in the same way share the result;
    /// nil for one that shares nothing.
    public let memory: Memory?

    /// The elements of a storage that a tensor sees.
    public struct Memory: Hashable, Sendable {
        private let storage: ObjectIdentifier
        private let dtype: DType
        private let layout: StridedLayout

        /// - Parameter tensor: must outlive this value, which identifies it by address.
        public init(_ tensor: LazyTensor) {
            storage = ObjectIdentifier(tensor.storage)
            dtype = tensor.dtype
            layout = tensor.layout
        }
    }

    public typealias Parts = @Sendable (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

    public init(
        dtype: DType, shape: [Int], isParameter: Bool = false, memory: Memory? = nil, parts: Parts? = nil,
        bytes: @escaping @Sendable () throws -> Bytes
    ) {
        self.dtype = dtype
        self.shape = shape
        self.isParameter = isParameter
        self.memory = memory
        self.parts = parts
        self.bytes = bytes
    }

    var byteCount: Int { shape.reduce(dtype.byteWidth, *) }
}
