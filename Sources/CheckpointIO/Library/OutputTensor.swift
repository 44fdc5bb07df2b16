import ByteIO
import TensorCore

/// A tensor to write: one of a checkpoint, or elements in memory.
public struct OutputTensor: Sendable {
    /// The key that the file gives it.
    public let key: Key
    /// The type of its elements.
    public let dtype: DType
    /// The extents, outermost first; empty for a scalar.
    public let shape: [Int]
    package let source: TensorSource

    /// A tensor of a checkpoint. Its storage is copied when it is written, and tensors that share memory still do.
    public init(_ key: Key, _ tensor: LazyTensor) {
        self.init(key, dtype: tensor.dtype, shape: tensor.shape, .stored(tensor))
    }

    /// A tensor of the type float32.
    /// - Parameters:
    ///   - key: unique among the tensors that are written together.
    ///   - values: in row-major order; as many as the product of `shape`, which `Checkpoint.write` checks.
    ///   - shape: empty for a scalar.
    public init(_ key: Key, _ values: [Float], shape: [Int]) {
        let bytes = Bytes(count: values.count * MemoryLayout<UInt32>.size) { target in
            for (index, value) in values.enumerated() {
                target.storeBytes(
                    of: value.bitPattern.littleEndian, toByteOffset: index * MemoryLayout<UInt32>.size, as: UInt32.self)
            }
        }
        self.init(
            key, dtype: .float32, shape: shape, .computed(ComputedTensor(dtype: .float32, shape: shape) { bytes }))
    }

    /// A tensor of any type.
    /// - Parameters:
    ///   - key: unique among the tensors that are written together.
    ///   - dtype: the type of an element.
    ///   - shape: empty for a scalar.
    ///   - bytes: the elements in row-major order, little-endian: the product of `shape` times the width of `dtype`, which
    ///     `Checkpoint.write` checks.
    public init(_ key: Key, dtype: DType, shape: [Int], bytes: some Collection<UInt8>) {
        let bytes = Bytes(bytes)
        self.init(key, dtype: dtype, shape: shape, .computed(ComputedTensor(dtype: dtype, shape: shape) { bytes }))
    }

    package init(_ key: Key, dtype: DType, shape: [Int], _ source: TensorSource) {
        self.key = key
        self.dtype = dtype
        self.shape = shape
        self.source = source
    }
}

extension Checkpoint {
    /// Writes a state dict of these tensors, whole or not at all: the file takes its name once it is complete, and was
    /// opened and compared. The same tensors give the same bytes.
    /// - Parameters:
    ///   - tensors: in the order of the file. They may be those of a checkpoint at `path` itself.
    ///   - path: `.pth`, `.pt`, `.ckpt` or `.bin` for PyTorch's format (an `OrderedDict`, as `torch.save` of PyTorch 2.15
    ///     writes it), `.safetensors` for that of safetensors.
    /// - Returns: the size of the file in bytes.
    /// - Throws: `CheckpointError` for another extension, two tensors of one key, elements whose number is not that of the
    ///   shape, what the format has no form for, and files that cannot be read or written.
    @discardableResult
    public static func write(_ tensors: [OutputTensor], to path: String) throws(CheckpointError) -> Int {
        guard let format = OutputFormat(extensionOf: path) else { throw CheckpointError(path, .unknownExtension) }
        var empty = ComposedGraph(path: path)
        let root = empty.dictionary([])
        let output = CheckpointOutput(
            replacing: try Checkpoint(empty.source(root: root, format: .torchZip)).stateDict(at: ""),
            with: tensors.map { CheckpointOutput.Entry(key: $0.key, source: $0.source) }, metadata: [])
        return try output.plan(to: path, OutputOptions(format)).write().reduce(0) { $0 + $1.byteCount }
    }
}
