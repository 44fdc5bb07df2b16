import ByteIO
import TensorCore

/// The number type that an operation computes in.
protocol RealElement: BinaryFloatingPoint & BitwiseCopyable & Sendable {
    static func decode(
        _ dtype: DType, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Self>) throws
    static func encode(
        _ values: UnsafeBufferPointer<Self>, _ dtype: DType, into target: UnsafeMutableRawBufferPointer)
}

extension Float: RealElement {
    static func decode(
        _ dtype: DType, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>
    ) throws { try dtype.decode(source, into: target) }

    static func encode(
        _ values: UnsafeBufferPointer<Float>, _ dtype: DType, into target: UnsafeMutableRawBufferPointer
    ) { dtype.encode(values, into: target) }
}

extension Double: RealElement {
    static func decode(
        _ dtype: DType, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Double>
    ) throws { try dtype.decode(source, into: target) }

    static func encode(
        _ values: UnsafeBufferPointer<Double>, _ dtype: DType, into target: UnsafeMutableRawBufferPointer
    ) {
        if dtype == .float64 { return target.copyMemory(from: UnsafeRawBufferPointer(values)) }
        let floats = values.map { Float($0) }
        floats.withUnsafeBufferPointer { dtype.encode($0, into: target) }
    }
}

extension TensorView {
    /// The elements in row-major order.
    func values<Real: RealElement>(as _: Real.Type = Real.self) throws -> [Real] {
        let count = layout.count
        return try contiguous().withUnsafeBytes { source in
            try [Real](unsafeUninitializedCapacity: count) { buffer, initialized in
                try Real.decode(dtype, source, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                initialized = count
            }
        }
    }

    /// A tensor of these elements, row-major, rounded once to the type.
    init<Real: RealElement>(_ values: [Real], _ type: TensorType) throws {
        let bytes = try Bytes(count: type.byteCount()) { target in
            values.withUnsafeBufferPointer { Real.encode($0, type.dtype, into: target) }
        }
        try self.init(bytes, type)
    }
}

extension DType {
    /// Whether operations compute with it in float64; in float32 with others.
    var isDouble: Bool { self == .float64 }
}
