/// What can be said of a tensor without reading it: its name, element type and shape.
public struct TensorSignature: Sendable, Hashable {
    /// The name of the tensor.
    public let key: Key
    /// The type of its elements.
    public let dtype: DType
    /// The extents, outermost first; empty for a scalar.
    public let shape: [Int]

    /// - Parameter shape: the extents, outermost first.
    public init(key: Key, dtype: DType, shape: [Int]) {
        self.key = key
        self.dtype = dtype
        self.shape = shape
    }
}
