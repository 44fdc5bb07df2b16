import ByteIO
import CheckpointIO
import ModelGraph
import TensorCore

/// Buffers that a model computes itself, such as `relative_position_index`.
enum ComputedBuffers {
    /// What is said of those that a checkpoint lacks.
    static func notes(absent keys: [Key]) -> [String] {
        guard let first = keys.first else { return [] }
        let others = keys.count == 1 ? "" : " and \(keys.count - 1) more"
        return ["the checkpoint lacks '\(first)'\(others): the model computes \(keys.count == 1 ? "it" : "them")"]
    }

    /// A buffer to be written, computed when it is.
    static func source(_ table: ComputedTable) -> TensorSource {
        .computed(ComputedTensor(dtype: table.dtype, shape: table.shape) { table.bytes })
    }
}

extension ComputedTable {
    /// The row-major, little-endian elements.
    fileprivate var bytes: Bytes {
        let elements = elements
        return Bytes(count: elements.count * dtype.byteWidth) { target in
            switch dtype {
            case .float64:
                for (index, element) in elements.enumerated() {
                    let pattern = element.bitPattern.littleEndian
                    target.storeBytes(of: pattern, toByteOffset: 8 * index, as: UInt64.self)
                }
            case _ where !dtype.isFloatingPoint:
                // Integers and truths: the low bytes of a longer integer.
                let width = dtype.byteWidth
                for (index, element) in elements.enumerated() {
                    let bits = Int64(exactly: element).map(UInt64.init(bitPattern:)) ?? UInt64(exactly: element) ?? .max
                    withUnsafeBytes(of: bits.littleEndian) { source in
                        for byte in 0..<width { target[width * index + byte] = source[byte] }
                    }
                }
            default: elements.map { Float($0) }.withUnsafeBufferPointer { dtype.encode($0, into: target) }
            }
        }
    }
}
