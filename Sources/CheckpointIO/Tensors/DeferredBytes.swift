import ByteIO
import TensorCore

/// Bytes that are worked out each time they are asked for: unpacked, or turned around.
struct DeferredBytes: Sendable {
    /// How many `make` gives. Justified by the file: see `DType`'s and zip's limits where it is made.
    let count: Int
    let make: @Sendable () throws(CheckpointError) -> Bytes

    init(count: Int, make: @escaping @Sendable () throws(CheckpointError) -> Bytes) {
        self.count = count
        self.make = make
    }
}

extension Bytes {
    /// The same elements in the other byte order: a copy, but for elements of one byte.
    func swappingByteOrder(of dtype: DType) -> Bytes {
        guard dtype.swapUnit > 1 else { return self }
        return Bytes(count: count) { buffer in
            withUnsafeBytes { buffer.copyMemory(from: $0) }
            dtype.swapByteOrder(buffer)
        }
    }
}
