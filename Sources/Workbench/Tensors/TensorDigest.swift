import ByteIO
import CCrypto
import CheckpointIO

/// The SHA-256 of a tensor's contiguous little-endian bytes: equal for equal values of one dtype and shape, wherever
/// and however they are stored.
enum TensorDigest {
    /// 64 hexadecimal digits.
    static func sha256(of tensor: LazyTensor) throws -> String {
        try sha256(of: try tensor.contiguousBytes())
    }

    static func sha256(of bytes: Bytes) throws(DigestError) -> String {
        guard let context = EVP_MD_CTX_new() else { throw .unavailable }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw .unavailable }
        try bytes.forEachChunk { (chunk) throws(DigestError) in
            guard EVP_DigestUpdate(context, chunk.baseAddress, chunk.count) == 1 else { throw .unavailable }
        }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw .unavailable }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

enum DigestError: Error, Equatable, CustomStringConvertible {
    /// libcrypto refuses SHA-256.
    case unavailable

    var description: String { "libcrypto cannot compute SHA-256 here" }
}
