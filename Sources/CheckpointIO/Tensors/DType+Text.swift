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
                PythonText.complex(real: parts[$0], imaginary: parts[$0 + 1])
            }
        case _ where isInteger: return numbers(bytes)?.map { String(Int($0)) }
        case .float32:
            // The shortest digits that give the float32 back, not the float64.
            return numbers(bytes)?.map { PythonText.float(Double(Float($0).description) ?? $0) }
        case _ where isReal: return numbers(bytes)?.map { PythonText.float($0) }
        default: return nil
        }
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
