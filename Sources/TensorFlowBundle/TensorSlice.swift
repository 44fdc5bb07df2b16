import ByteIO

/// A box of a tensor that is stored in parts: for each axis where it begins and how long it is.
package struct TensorSlice: Sendable, Hashable {
    package let starts: [Int]
    package let lengths: [Int]
    /// The lengths as the file gives them: −1 for a whole axis.
    private let encodedLengths: [Int64]

    /// - Parameter message: a `TensorSliceProto`.
    /// - Returns: nil for a slice that does not lie in `shape`.
    init?(_ message: Bytes, of shape: [Int]) {
        guard let fields = try? ProtobufReader.fields(of: message) else { return nil }
        var starts: [Int] = []
        var lengths: [Int] = []
        var encodedLengths: [Int64] = []
        for field in fields where field.number == 1 {
            guard starts.count < shape.count, let extent = field.value.message,
                let parts = try? ProtobufReader.fields(of: extent)
            else { return nil }
            let start = parts.last { $0.number == 1 }?.value.integer ?? 0
            let length = parts.last { $0.number == 2 }?.value.integer
            let whole = shape[starts.count]
            guard start >= 0, start <= whole, length ?? 0 >= 0, length ?? 0 <= whole - Int(start),
                length != nil || start == 0
            else { return nil }
            starts.append(Int(start))
            lengths.append(length.map { Int($0) } ?? whole)
            encodedLengths.append(length ?? -1)
        }
        guard starts.count == shape.count else { return nil }
        self.starts = starts
        self.lengths = lengths
        self.encodedLengths = encodedLengths
    }

    /// The number of elements; at most the tensor's own.
    var count: Int { lengths.reduce(1, *) }

    func overlaps(_ other: TensorSlice) -> Bool {
        guard count > 0, other.count > 0 else { return false }
        return starts.indices.allSatisfy { axis in
            starts[axis] < other.starts[axis] + other.lengths[axis]
                && other.starts[axis] < starts[axis] + lengths[axis]
        }
    }

    /// The key under which the slice of the tensor `name` is stored: numbers and text in TensorFlow's order-keeping
    /// encoding.
    ///
    /// Source: `EncodeTensorNameSlice` in `tensorflow/core/util/saved_tensor_slice_util.cc`.
    func key(of name: [UInt8]) -> [UInt8] {
        var key: [UInt8] = [0]
        for byte in name {
            switch byte {
            case 0: key += [0, 0xFF]
            case 0xFF: key += [0xFF, 0]
            default: key.append(byte)
            }
        }
        key += [0, 1]
        key += Self.encoded(unsigned: starts.count)
        for (start, length) in zip(starts, encodedLengths) {
            key += Self.encoded(Int64(start))
            key += Self.encoded(length)
        }
        return key
    }

    /// How many bytes, then the bytes, the highest first.
    private static func encoded(unsigned value: Int) -> [UInt8] {
        let bytes = withUnsafeBytes(of: UInt64(value).bigEndian) { Array($0.drop { $0 == 0 }) }
        return [UInt8(bytes.count)] + bytes
    }

    /// A sign-extended number whose leading bits say how many bytes it has: as many ones as bytes, inverted for
    /// negative ones.
    ///
    /// Source: `OrderedCode::WriteSignedNumIncreasing` in `tensorflow/core/lib/strings/ordered_code.cc`.
    static func encoded(_ value: Int64) -> [UInt8] {
        let magnitude = UInt64(bitPattern: value < 0 ? ~value : value)
        let length = (64 - magnitude.leadingZeroBitCount) / 7 + 1
        let sign: UInt8 = value < 0 ? 0xFF : 0
        var bytes = [sign, sign] + withUnsafeBytes(of: value.bigEndian) { Array($0) }
        bytes.removeFirst(bytes.count - length)
        let header = UInt16(truncatingIfNeeded: 0xFFFF << (16 - length))
        bytes[0] ^= UInt8(header >> 8)
        if length > 1 { bytes[1] ^= UInt8(header & 0xFF) }
        return bytes
    }
}
