import CCrypto
import SystemLibrary

/// The functions of OpenSSL's libcrypto that make a SHA-256.
///
/// Not checked: Swift does not know that the functions may be called from any thread.
struct CryptoLibrary: @unchecked Sendable {
    let makeContext: CCRYPTO_MD_CTX_new
    let freeContext: CCRYPTO_MD_CTX_free
    let sha256: CCRYPTO_sha256
    let begin: CCRYPTO_DigestInit_ex
    let update: CCRYPTO_DigestUpdate
    let end: CCRYPTO_DigestFinal_ex

    static let shared = Result { () throws(SystemLibraryError) in try CryptoLibrary() }

    private init() throws(SystemLibraryError) {
        let library = try SystemLibrary(
            "OpenSSL's libcrypto", for: "SHA-256", package: "libssl3",
            files: SystemLibrary.files(
                linux: ["libcrypto.so.3", "libcrypto.so.1.1"], homebrew: "openssl@3/lib/libcrypto.3.dylib"))
        makeContext = try library.function("EVP_MD_CTX_new")
        freeContext = try library.function("EVP_MD_CTX_free")
        sha256 = try library.function("EVP_sha256")
        begin = try library.function("EVP_DigestInit_ex")
        update = try library.function("EVP_DigestUpdate")
        end = try library.function("EVP_DigestFinal_ex")
    }
}

/// libcrypto refuses SHA-256, as where a policy of the system forbids it.
struct DigestError: Error, CustomStringConvertible {
    let description = "libcrypto cannot compute SHA-256 here"
}
