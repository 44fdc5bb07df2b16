import ByteIO
import TensorCore

/// A tensor in memory as some view of bytes: little-endian elements that lie as `layout` says.
struct TensorView {
    let bytes: Bytes
    let dtype: DType
    let layout: StridedLayout

    var shape: [Int] { layout.shape }
    var type: TensorType { TensorType(dtype, layout.shape) }

    /// - Precondition: the layout lies in the bytes.
    init(_ bytes: Bytes, _ dtype: DType, _ layout: StridedLayout) {
        self.bytes = bytes
        self.dtype = dtype
        self.layout = layout
    }

    /// Row-major elements.
    /// - Throws: `OperationError.bytes` unless they are as many as `type` has.
    init(_ bytes: Bytes, _ type: TensorType) throws {
        let layout = try StridedLayout(contiguous: type.shape)
        guard bytes.count == (try type.byteCount()) else { throw OperationError.bytes(type, found: bytes.count) }
        self.init(bytes, type.dtype, layout)
    }

    /// The elements in row-major order: the very bytes where they lie so.
    func contiguous() -> Bytes {
        let width = dtype.byteWidth
        if layout.isContiguous, let slice = try? bytes.slice(at: layout.offset * width, count: layout.count * width) {
            return slice
        }
        return Bytes(count: layout.count * width) { target in
            bytes.withUnsafeBytes { layout.gather(from: $0, width: width, into: target) }
        }
    }

    /// Writes the elements in row-major order to `target`, which has room for exactly them.
    func copy(into target: UnsafeMutableRawBufferPointer) {
        bytes.withUnsafeBytes { layout.gather(from: $0, width: dtype.byteWidth, into: target) }
    }

    /// The part of `size` indices from `start` along `axis`, without copying.
    func part(axis: Int, start: Int, size: Int) throws -> TensorView {
        var shape = layout.shape
        shape[axis] = size
        return TensorView(
            bytes, dtype,
            try StridedLayout(
                shape: shape, strides: layout.strides, offset: layout.offset + start * layout.strides[axis]))
    }

    /// What stands at `index` of `axis`, which goes.
    func member(axis: Int, index: Int) throws -> TensorView {
        let part = try part(axis: axis, start: index, size: 1)
        var (shape, strides) = (part.layout.shape, part.layout.strides)
        shape.remove(at: axis)
        strides.remove(at: axis)
        return TensorView(bytes, dtype, try StridedLayout(shape: shape, strides: strides, offset: part.layout.offset))
    }

    /// The view in another layout, without copying where its axes can be walked in the elements as they are.
    func rearranged(_ rearrangement: Rearrangement) throws -> TensorView {
        let fit = try rearrangement.fit(shape)
        var strides: [Int] = []
        var next = 0
        for (axis, names) in rearrangement.left.enumerated() {
            var inner: [Int] = []
            var stride = layout.strides[axis]
            for extent in fit.extents[next..<next + names.count].reversed() {
                inner.append(stride)
                stride *= extent.length
            }
            strides += inner.reversed()
            next += names.count
        }
        let order = fit.axes.flatMap { $0 }
        let moved = TensorView(
            bytes, dtype,
            try StridedLayout(
                shape: order.map { fit.extents[$0].length }, strides: order.map { strides[$0] }, offset: layout.offset))
        let merged = fit.axes.map { Self.stride(of: $0.map { (fit.extents[$0].length, strides[$0]) }) }
        if !merged.contains(nil) {
            let strides = merged.compactMap { $0 }
            return TensorView(
                bytes, dtype, try StridedLayout(shape: fit.shape, strides: strides, offset: layout.offset))
        }
        return TensorView(moved.contiguous(), dtype, try StridedLayout(contiguous: fit.shape))
    }

    /// The stride of an axis made of others, outermost first; nil where they don't follow on each other.
    private static func stride(of axes: [(length: Int, stride: Int)]) -> Int? {
        let axes = axes.filter { $0.length != 1 }
        for (outer, inner) in zip(axes, axes.dropFirst()) where outer.stride != inner.stride * inner.length {
            return nil
        }
        return axes.last?.stride ?? 1
    }

    /// The index of the first element, in row-major order, whose bytes or, for floats, value are not zero.
    func firstNonZero() -> Int? {
        let width = dtype.byteWidth
        let sign: UInt8? = dtype.isFloatingPoint && dtype != .float8_e8m0fnu && dtype != .float4_e2m1fn_x2 ? 0x80 : nil
        return contiguous().withUnsafeBytes { bytes in
            bytes.indices.first { index in
                bytes[index] != 0 && !(bytes[index] == sign && index % width == width - 1 && !dtype.isNegativeZeroNaN)
            }.map { $0 / width }
        }
    }
}

extension DType {
    /// The types that spell NaN with the bits of negative zero.
    fileprivate var isNegativeZeroNaN: Bool { self == .float8_e4m3fnuz || self == .float8_e5m2fnuz }
}
