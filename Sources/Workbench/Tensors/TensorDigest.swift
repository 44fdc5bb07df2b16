import ByteIO
import CheckpointIO

/// The SHA-256 of a tensor's contiguous little-endian bytes: equal for equal values of one dtype and shape, wherever
/// and however they are stored.
enum TensorDigest {
    /// 64 hexadecimal digits.
    static func sha256(of tensor: LazyTensor) throws -> String {
        try sha256 { update in try tensor.forEachChunk(of: chunkSize) { try update($0) } }
    }

    static func sha256(of bytes: Bytes) throws -> String {
        try sha256 { update in try bytes.forEachChunk(of: chunkSize) { (chunk) throws in try update(chunk) } }
    }

    static func sha256(of bytes: UnsafeRawBufferPointer) throws -> String { try sha256 { update in try update(bytes) } }

    private static let chunkSize = 1 << 18

    /// - Parameter feed: passes all bytes to `update`, in order.
    private static func sha256(
        _ feed: (_ update: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws -> String {
        let crypto = try CryptoLibrary.shared.get()
        guard let context = crypto.makeContext() else { throw DigestError() }
        defer { crypto.freeContext(context) }
        guard crypto.begin(context, crypto.sha256(), nil) == 1 else { throw DigestError() }
        try feed { bytes in
            guard crypto.update(context, bytes.baseAddress, bytes.count) == 1 else { throw DigestError() }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        guard crypto.end(context, &digest, nil) == 1 else { throw DigestError() }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
