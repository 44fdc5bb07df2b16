import TensorCore

/// What an operation needs to know of a tensor before it is read.
package struct TensorType: Sendable, Hashable, CustomStringConvertible {
    package let dtype: DType
    package let shape: [Int]

    package init(_ dtype: DType, _ shape: [Int]) {
        self.dtype = dtype
        self.shape = shape
    }

    /// The size of the elements.
    /// - Throws: `LayoutError` where no memory holds as many.
    package func byteCount() throws(LayoutError) -> Int {
        let (bytes, overflow) = try StridedLayout(contiguous: shape).count
            .multipliedReportingOverflow(by: dtype.byteWidth)
        guard !overflow else { throw .overflow(shape: shape) }
        return bytes
    }

    /// `float32 [64, 3, 7, 7]`
    package var description: String { "\(dtype) \(shape)" }
}
