import ByteIO
import CCrypto
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

    private static let chunkSize = 1 << 18

    /// - Parameter feed: passes all bytes to `update`, in order.
    private static func sha256(
        _ feed: (_ update: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws -> String {
        guard let context = EVP_MD_CTX_new() else { throw DigestError.unavailable }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw DigestError.unavailable }
        try feed { bytes in
            guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { throw DigestError.unavailable }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw DigestError.unavailable }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

enum DigestError: Error, Equatable, CustomStringConvertible {
    /// libcrypto refuses SHA-256.
    case unavailable

    var description: String { "libcrypto cannot compute SHA-256 here" }
}
