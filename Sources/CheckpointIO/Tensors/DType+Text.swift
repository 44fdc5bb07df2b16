import ByteIO
import Pickle
import PythonSyntax
import TensorCore

extension DType {
    /// Elements as Python's `repr` prints them: `1`, `0.5`, `True`, `(1+2j)`; nil for types that are not numbers.
    func texts(of bytes: Bytes, isLittleEndian: Bool) -> [String]? {
        var bytes = bytes
        if !isLittleEndian, swapUnit > 1 {
            let original = bytes
            bytes = Bytes(count: original.count) { target in
                original.withUnsafeBytes { target.copyMemory(from: $0) }
                swapByteOrder(target)
            }
        }
        switch self {
        case .bool: return bytes.map { $0 == 0 ? "False" : "True" }
        case .int64: return integers(Int64.self, bytes)
        case .uint64: return integers(UInt64.self, bytes)
        case .complex64, .complex128:
            let part: DType = self == .complex64 ? .float32 : .float64
            guard let parts = part.numbers(bytes) else { return nil }
            return stride(from: 0, to: parts.count - 1, by: 2).map {
                PythonText.complex(real: part.shortest(parts[$0]), imaginary: part.shortest(parts[$0 + 1]))
            }
        case _ where isInteger: return numbers(bytes)?.map { String(Int($0)) }
        case _ where isReal: return numbers(bytes)?.map { PythonText.float(shortest($0)) }
        default: return nil
        }
    }

    /// The number of the fewest digits that this type rounds to `value`, one of its own: 0.1 for the nearest float16.
    private func shortest(_ value: Double) -> Double {
        switch self {
        case .float32: Double(Float(value).description) ?? value
        case .float16: value < 0 ? -Self.shortestHalf(-value) : Self.shortestHalf(value)
        default: value
        }
    }

    /// The same for a float16 that is not negative.
    ///
    /// Source: `Dragon4_PrintFloat_IEEE_binary16` in `numpy/_core/src/multiarray/dragon4.c`.
    private static func shortestHalf(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return value }
        func scaled(_ power: Int) -> Double {
            let ten = (0..<power.magnitude).reduce(1.0) { product, _ in product * 10 }
            return power < 0 ? value * ten : value / ten
        }
        // That of the first digit; the smallest float16 is 6e-8.
        var power = -8
        while scaled(power + 1) >= 1 { power += 1 }
        // Five digits tell any two of them apart. Below a power of two the next is nearer than above it.
        for place in (power - 4...power).reversed() {
            for rule in [FloatingPointRoundingRule.toNearestOrEven, .up] {
                let rounded = Double("\(Int(scaled(place).rounded(rule)))e\(place)") ?? value
                if Float(rounded).halfBits == Float(value).halfBits { return rounded }
            }
        }
        return value
    }

    private func numbers(_ bytes: Bytes) -> [Double]? {
        var values = [Double](repeating: 0, count: bytes.count / byteWidth * valuesPerElement)
        do {
            try values.withUnsafeMutableBufferPointer { target in
                try bytes.withUnsafeBytes { try decode($0, into: target) }
            }
        } catch {
            return nil
        }
        return values
    }

    private func integers<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, _ bytes: Bytes
    ) -> [String]? {
        stride(from: 0, to: bytes.count, by: MemoryLayout<Value>.size).map { offset in
            (try? bytes.load(type, at: offset)).map { String($0) } ?? ""
        }
    }
}
