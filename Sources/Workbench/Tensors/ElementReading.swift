import CheckpointIO
import TensorCore

/// How the elements of a tensor are read as real numbers.
struct ElementReading: Sendable {
    let dtype: DType
    /// What the integers of a tensor that is quantized as a whole stand for: `(integer − zeroPoint) · scale`.
    let quantization: (scale: Double, zeroPoint: Double)?

    /// Nil for elements that are not real numbers.
    init?(_ tensor: LazyTensor) {
        if let representation = tensor.dtype.representation {
            guard case .float(let scale)? = tensor.attribute("scale"),
                case .int(let zeroPoint)? = tensor.attribute("zero_point")
            else { return nil }
            dtype = representation
            quantization = (scale, Double(zeroPoint))
        } else {
            guard tensor.dtype.isReal || !tensor.hasElements else { return nil }
            dtype = tensor.dtype
            quantization = nil
        }
    }
}
