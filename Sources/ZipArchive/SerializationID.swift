import ByteIO

/// The contents of `.data/serialization_id`: two numbers of 20 digits, made of the names and the CRCs of all
/// records before it.
///
/// Source: `PyTorchStreamWriter::writeSerializationId` in `caffe2/serialize/inline_container.cc`, PyTorch 2.15.
struct SerializationID {
    private var names = UnorderedHashes()
    private var combinedChecksum: UInt64 = 0

    /// What a record's data begins with, as far as it has a part in the id.
    struct Head {
        /// How many bytes that are.
        static let size = 8

        fileprivate let start: UInt64?
        fileprivate let isEmpty: Bool

        /// - Parameter data: the record's first `size` bytes, or more, or all; read where they lie.
        init(_ data: Bytes) {
            start = try? data.load(UInt64.self, at: 0)
            isEmpty = data.isEmpty
        }
    }

    /// - Parameter name: the record's name without the archive's prefix.
    mutating func add(name: String, head: Head, crc: UInt32) {
        var name = name
        names.insert(name.withUTF8 { murmurHash64A(UnsafeRawBufferPointer($0), seed: Self.stringSeed) })
        // PyTorch takes the CRC from whatever it writes that begins as a descriptor does: data can, too.
        if let start = head.start, UInt32(truncatingIfNeeded: start) == ZipRecord.dataDescriptor {
            combinedChecksum = hashCombine(combinedChecksum, start >> 32)
        }
        if !head.isEmpty { combinedChecksum = hashCombine(combinedChecksum, UInt64(crc)) }
    }

    var text: String {
        let combinedNames = names.ordered.reduce(0, hashCombine)
        return Self.digits(combinedNames) + Self.digits(combinedChecksum)
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }

    /// The seed of `std::hash<std::string>` in libstdc++.
    private static let stringSeed: UInt64 = 0xc70f_6907
}

/// `c10::hash_combine`.
func hashCombine(_ seed: UInt64, _ value: UInt64) -> UInt64 {
    seed ^ (value &+ 0x9e37_79b9 &+ (seed << 6) &+ (seed >> 2))
}

/// MurmurHash64A by Austin Appleby, as `std::_Hash_bytes` of libstdc++ computes it on 64-bit machines.
func murmurHash64A(_ data: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    let factor: UInt64 = 0xc6a4_a793_5bd1_e995
    func mixed(_ value: UInt64) -> UInt64 { value ^ (value >> 47) }

    var hash = seed ^ (UInt64(data.count) &* factor)
    let whole = data.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
        let number = UInt64(littleEndian: data.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        hash ^= mixed(number &* factor) &* factor
        hash = hash &* factor
    }
    if whole < data.count {
        hash ^= data[whole...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        hash = hash &* factor
    }
    return mixed(mixed(hash) &* factor)
}
