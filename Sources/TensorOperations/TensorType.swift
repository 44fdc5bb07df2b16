import TensorCore

/// What an operation needs to know of a tensor before it is read.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
    public let dtype: DType
    public let shape: [Int]

    public init(_ dtype: DType, _ shape: [Int]) {
        self.dtype = dtype
        self.shape = shape
    }

    /// The size of the elements.
    /// - Throws: `LayoutError` where no memory holds as many.
    public func byteCount() throws(LayoutError) -> Int {
        let (bytes, overflow) = try StridedLayout(contiguous: shape).count
            .multipliedReportingOverflow(by: dtype.byteWidth)
        guard !overflow else { throw .overflow(shape: shape) }
        return bytes
    }

    /// `float32 [64, 3, 7, 7]`
    public var description: String { "\(dtype) \(shape)" }
}
