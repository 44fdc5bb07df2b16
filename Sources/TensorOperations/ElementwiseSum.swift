import ByteIO
import TensorCore

/// The sum of tensors of one type.
///
/// Floats are added in float32, first to last, and rounded once; float64 in float64; integers wrap around.
enum ElementwiseSum {
    static func isPossible(_ dtype: DType) -> Bool { dtype.isEncodable || dtype.isInteger }

    /// - Precondition: one dtype, which `isPossible`, and one rank; no extent is larger than the first's.
    static func sum(_ views: [TensorView]) throws -> TensorView {
        guard let first = views.first else { throw OperationError.syntax("a sum of no tensors") }
        let width = first.dtype.byteWidth
        if first.dtype.isFloatingPoint, width < 4 { return try narrowSum(views, first.type) }
        let parts = try views.dropFirst().map { (bytes: $0.contiguous(), layout: try place(of: $0, in: first)) }
        let bytes = try Bytes(count: first.type.byteCount()) { target in
            first.copy(into: target)
            for (bytes, layout) in parts {
                bytes.withUnsafeBytes { source in
                    var read = 0
                    layout.forEachRow { start, length, _ in
                        add(
                            UnsafeRawBufferPointer(rebasing: source[read * width..<(read + length) * width]),
                            to: UnsafeMutableRawBufferPointer(
                                rebasing: target[start * width..<(start + length) * width]), first.dtype)
                        read += length
                    }
                }
            }
        }
        return try TensorView(bytes, first.type)
    }

    /// Where the elements of `view` lie in the row-major elements of `whole`: in rows as long as can be.
    private static func place(of view: TensorView, in whole: TensorView) throws -> StridedLayout {
        if view.shape == whole.shape { return try StridedLayout(shape: [view.layout.count], strides: [1]) }
        return try StridedLayout(shape: view.shape, strides: StridedLayout.contiguousStrides(of: whole.shape))
    }

    private static func add(
        _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer, _ dtype: DType
    ) {
        switch dtype {
        case .float64:
            combine(UInt64.self, source, target) { (Double(bitPattern: $0) + Double(bitPattern: $1)).bitPattern }
        case .float32:
            combine(UInt32.self, source, target) { (Float(bitPattern: $0) + Float(bitPattern: $1)).bitPattern }
        case .int64, .uint64: combine(UInt64.self, source, target) { $0 &+ $1 }
        case .int32, .uint32: combine(UInt32.self, source, target) { $0 &+ $1 }
        case .int16, .uint16: combine(UInt16.self, source, target) { $0 &+ $1 }
        default: combine(UInt8.self, source, target) { $0 &+ $1 }
        }
    }

    /// Floats of 16 or 8 bits: kept in float32 until all are added.
    private static func narrowSum(_ views: [TensorView], _ type: TensorType) throws -> TensorView {
        var sums: [Float] = try views[0].values()
        for view in views.dropFirst() {
            let values: [Float] = try view.values()
            var read = 0
            try place(of: view, in: views[0]).forEachRow { start, length, _ in
                for index in 0..<length { sums[start + index] += values[read + index] }
                read += length
            }
        }
        return try TensorView(sums, type)
    }

    @inline(__always)
    private static func combine<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ type: Bits.Type, _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer,
        _ sum: (Bits, Bits) -> Bits
    ) {
        guard let source = source.baseAddress, let start = target.baseAddress else { return }
        let width = MemoryLayout<Bits>.size
        for index in 0..<target.count / width {
            let left = UnsafeRawPointer(start).loadUnaligned(fromByteOffset: index &* width, as: type)
            let right = source.loadUnaligned(fromByteOffset: index &* width, as: type)
            start.storeBytes(
                of: sum(Bits(littleEndian: left), Bits(littleEndian: right)).littleEndian,
                toByteOffset: index &* width, as: type)
        }
    }
}
