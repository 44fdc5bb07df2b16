import CCrypto

/// The SHA-256 of bytes: 64 hexadecimal digits.
package func digest(of bytes: some Collection<UInt8>) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let status = bytes.withContiguousStorageIfAvailable { bytes in
        EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, EVP_sha256(), nil)
    }
    guard status != nil else { return TestSupport.digest(of: Array(bytes)) }
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
