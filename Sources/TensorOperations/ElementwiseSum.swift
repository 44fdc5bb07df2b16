import ByteIO
import TensorCore

/// The sum of tensors of one type.
///
/// Floats are added in float32, first to last, and rounded once; float64 in float64; integers wrap around.
enum ElementwiseSum {
    /// Elements that are added at a time.
    private static let chunk = 4_096

    static func isPossible(_ dtype: DType) -> Bool { dtype.isEncodable || dtype.isInteger }

    /// - Precondition: one dtype, which `isPossible`, and one rank; no extent is larger than the first's.
    static func sum(_ views: [TensorView]) throws -> TensorView {
        guard let first = views.first else { throw OperationError.syntax("a sum of no tensors") }
        let width = first.dtype.byteWidth
        let parts = try views.dropFirst().map { (bytes: $0.contiguous(), layout: try place(of: $0, in: first)) }
        let bytes = try Bytes(count: first.type.byteCount()) { target in
            first.copy(into: target)
            for (bytes, layout) in parts {
                try bytes.withUnsafeBytes { source in
                    var read = 0
                    try layout.forEachRow { start, length, _ in
                        try add(
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
    ) throws {
        switch dtype {
        case .float64:
            combine(UInt64.self, source, target) { (Double(bitPattern: $0) + Double(bitPattern: $1)).bitPattern }
        case .float32:
            combine(UInt32.self, source, target) { (Float(bitPattern: $0) + Float(bitPattern: $1)).bitPattern }
        case .int64, .uint64: combine(UInt64.self, source, target) { $0 &+ $1 }
        case .int32, .uint32: combine(UInt32.self, source, target) { $0 &+ $1 }
        case .int16, .uint16: combine(UInt16.self, source, target) { $0 &+ $1 }
        case .int8, .uint8: combine(UInt8.self, source, target) { $0 &+ $1 }
        default: try addNarrow(source, target, dtype)
        }
    }

    private static func addNarrow(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, _ dtype: DType
    ) throws {
        let width = dtype.byteWidth
        var left = [Float](repeating: 0, count: chunk)
        var right = left
        var first = 0
        while first < source.count / width {
            let count = min(chunk, source.count / width - first)
            let range = first * width..<(first + count) * width
            try left.withUnsafeMutableBufferPointer { left in
                try right.withUnsafeMutableBufferPointer { right in
                    let (left, right) = (
                        UnsafeMutableBufferPointer(rebasing: left[..<count]),
                        UnsafeMutableBufferPointer(rebasing: right[..<count])
                    )
                    try dtype.decode(UnsafeRawBufferPointer(rebasing: target[range]), into: left)
                    try dtype.decode(UnsafeRawBufferPointer(rebasing: source[range]), into: right)
                    for index in 0..<count { left[index] += right[index] }
                    dtype.encode(
                        UnsafeBufferPointer(left), into: UnsafeMutableRawBufferPointer(rebasing: target[range]))
                }
            }
            first += count
        }
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
