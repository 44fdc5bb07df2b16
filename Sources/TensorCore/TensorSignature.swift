/// What can be said of a tensor without reading it: its name, element type and shape.
public struct TensorSignature: Sendable, Hashable {
    public let key: Key
    public let dtype: DType
    public let shape: [Int]

    public init(key: Key, dtype: DType, shape: [Int]) {
        self.key = key
        self.dtype = dtype
        self.shape = shape
    }
}
