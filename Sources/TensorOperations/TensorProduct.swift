import ByteIO
import TensorCore

/// The product of two tensors, the second of which is repeated along the axes that it lacks or has one element of.
///
/// Computed in float32 (float64 where one is float64) and rounded once to the result's type: that of the wider float,
/// float32 for two of which neither holds the other.
struct TensorProduct {
    /// Where the second's axes stand among the first's; nil for the last ones.
    let axis: Int?

    func type(_ operands: [TensorType], _ name: String) throws(OperationError) -> TensorType {
        guard operands.count == 2 else { throw .syntax("'\(name)' takes two tensors, there are \(operands.count)") }
        guard let dtype = Self.dtype(operands[0].dtype, operands[1].dtype) else {
            throw .dtype(name, operands[0].dtype.isFloatingPoint ? operands[1].dtype : operands[0].dtype)
        }
        guard let shape = alignedShape(operands[1].shape, to: operands[0].shape),
            zip(shape, operands[0].shape).allSatisfy({ $0 == 1 || $0 == $1 })
        else { throw .unequal(name, operands[0], operands[1]) }
        return TensorType(dtype, operands[0].shape)
    }

    /// The shape of the second with an axis for each of the first's; nil where it has more.
    func alignedShape(_ shape: [Int], to whole: [Int]) -> [Int]? {
        guard let axis, !shape.isEmpty else {
            let lacking = whole.count - shape.count
            return lacking < 0 ? nil : [Int](repeating: 1, count: lacking) + shape
        }
        let start = axis < 0 ? axis + whole.count : axis
        let lacking = whole.count - start - shape.count
        guard start >= 0, lacking >= 0 else { return nil }
        return [Int](repeating: 1, count: start) + shape + [Int](repeating: 1, count: lacking)
    }

    /// Nil where there is none.
    static func dtype(_ first: DType, _ second: DType) -> DType? {
        func isNumber(_ dtype: DType) -> Bool { ElementCast.isEncodable(dtype) || dtype.isInteger }
        guard isNumber(first), isNumber(second), first.isFloatingPoint || second.isFloatingPoint else { return nil }
        if first == second { return first }
        guard first.isFloatingPoint, second.isFloatingPoint else {
            let float = first.isFloatingPoint ? first : second
            return float.byteWidth == 1 ? .float32 : float
        }
        if first.byteWidth == second.byteWidth { return .float32 }
        return first.byteWidth > second.byteWidth ? first : second
    }

    func product(_ first: TensorView, _ second: TensorView) throws -> TensorView {
        let type = try type([first.type, second.type], "multiply")
        guard let shape = alignedShape(second.shape, to: first.shape) else { throw OperationError.size(second.shape) }
        let aligned = try StridedLayout(contiguous: shape)
        // One element serves all of the axes that the second lacks.
        let strides = zip(aligned.strides, shape).map { $1 == 1 ? 0 : $0 }
        let spread = TensorView(
            second.contiguous(), second.dtype, try StridedLayout(shape: first.shape, strides: strides))
        func product<Real: RealElement>(_: Real.Type) throws -> TensorView {
            var values: [Real] = try first.values()
            let factors: [Real] = try spread.values()
            for index in values.indices { values[index] *= factors[index] }
            return try TensorView(values, type)
        }
        let isDouble = first.dtype.isDouble || second.dtype.isDouble
        return isDouble ? try product(Double.self) : try product(Float.self)
    }

    /// A tensor of floats times a number, in its own type.
    static func scaled(_ view: TensorView, by factor: Double) throws -> TensorView {
        func scaled<Real: RealElement>(_: Real.Type) throws -> TensorView {
            var values: [Real] = try view.values()
            let factor = Real(factor)
            for index in values.indices { values[index] *= factor }
            return try TensorView(values, view.type)
        }
        return view.dtype.isDouble ? try scaled(Double.self) : try scaled(Float.self)
    }
}
