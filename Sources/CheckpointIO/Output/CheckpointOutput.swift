import ByteIO
import TensorCore

/// A checkpoint to write: one that was read, with its state dict replaced.
///
/// The state dict takes the place that `stateDict` has in its checkpoint; every other value is written back as it
/// was read. A bare state dict gives a bare state dict.
package struct CheckpointOutput: Sendable {
    /// The state dict to replace, with its checkpoint around it.
    package let stateDict: StateDict
    /// The new state dict, in this order. Keys are unique.
    package var entries: [Entry]
    /// The new `_metadata`. Start from `stateDict.metadata`; empty leaves `_metadata` away. A plain `dict` holds none.
    package var metadata: [StateDict.Metadata]

    package struct Entry: Sendable {
        package let key: Key
        package let source: TensorSource

        package init(key: Key, source: TensorSource) {
            self.key = key
            self.source = source
        }
    }

    package init(replacing stateDict: StateDict, with entries: [Entry], metadata: [StateDict.Metadata]) {
        self.stateDict = stateDict
        self.entries = entries
        self.metadata = metadata
    }

    /// The state dict as it is: its tensors, then its other entries.
    package init(unchanged stateDict: StateDict) {
        let tensors = stateDict.tensors.map { Entry(key: $0.key, source: .stored($0.tensor)) }
        let others = stateDict.others.map { Entry(key: Key($0.name), source: .value($0.value)) }
        self.init(replacing: stateDict, with: tensors + others, metadata: stateDict.metadata)
    }
}

/// Where an entry of a written state dict comes from.
package enum TensorSource: Sendable {
    /// A tensor of this or another checkpoint: its storage is copied without being decoded; sharing, strides and
    /// being a `Parameter` are kept.
    case stored(LazyTensor)
    /// A new tensor with a storage of its own.
    case computed(ComputedTensor)
    /// A value that is not a tensor, such as one of `StateDict.others`.
    case value(CheckpointValue)
}

/// A tensor that is computed when it is written.
package struct ComputedTensor: Sendable {
    package let dtype: DType
    package let shape: [Int]
    package let isParameter: Bool
    /// Gives the row-major little-endian elements: the product of `shape` × `dtype.byteWidth` bytes.
    package let bytes: @Sendable () throws -> Bytes
    /// Gives the same bytes part by part, for a tensor that should not be in memory as a whole.
    package let parts: Parts?
    /// What the tensor is computed from. Tensors that are computed from the same memory in the same way share the result;
    /// nil for one that shares nothing.
    package let memory: Memory?

    /// The elements of a storage that a tensor sees, and what is left to do to them.
    package struct Memory: Hashable, Sendable {
        private let storage: ObjectIdentifier
        private let dtype: DType
        private let layout: StridedLayout
        private let isConjugated: Bool
        private let isNegated: Bool

        /// - Parameter tensor: must outlive this value, which identifies it by address.
        package init(_ tensor: LazyTensor) {
            storage = ObjectIdentifier(tensor.storage)
            dtype = tensor.dtype
            layout = tensor.layout
            isConjugated = tensor.isConjugated
            isNegated = tensor.isNegated
        }
    }

    package typealias Parts = @Sendable (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

    package init(
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

    /// The size of the elements. Extents of an empty tensor need not multiply to a number.
    package var byteCount: Int { dtype.byteCount(ofShape: shape) ?? 0 }
}
