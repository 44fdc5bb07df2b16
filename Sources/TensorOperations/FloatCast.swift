import ByteIO
import TensorCore

/// A cast from one floating-point type to another, for elements that come in parts.
package struct FloatCast: Sendable {
    private let from: DType
    private let to: DType

    /// Nil for types whose elements are not single floating-point numbers.
    package init?(from: DType, to: DType) {
        guard from.isFloatingPoint, to.isFloatingPoint, ElementCast.isPossible(from: from, to: to) else { return nil }
        self.from = from
        self.to = to
    }

    /// - Parameters:
    ///   - elements: whole ones, little-endian.
    ///   - overflow: counts those that are too large.
    package func cast(_ elements: UnsafeRawBufferPointer, _ overflow: OverflowTally) throws -> Bytes {
        let type = TensorType(from, [elements.count / from.byteWidth])
        let view = try TensorView(Bytes(elements), type)
        return try ElementCast(from: from, to: to).cast(view, isExact: false, overflow: overflow).contiguous()
    }
}
