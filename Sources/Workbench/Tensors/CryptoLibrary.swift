import CCrypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The functions of OpenSSL's libcrypto that make a SHA-256.
///
/// The library is loaded when a digest is first asked for: tools that were linked to it would spend more than a
/// millisecond on it before they begin. The types come from its header.
///
/// Not checked: Swift does not know that the functions may be called from any thread.
struct CryptoLibrary: @unchecked Sendable {
    let makeContext: CCRYPTO_MD_CTX_new
    let freeContext: CCRYPTO_MD_CTX_free
    let sha256: CCRYPTO_sha256
    let begin: CCRYPTO_DigestInit_ex
    let update: CCRYPTO_DigestUpdate
    let end: CCRYPTO_DigestFinal_ex

    #if canImport(Darwin)
        /// Where Homebrew puts it.
        static let fileNames = ["/opt/homebrew", "/usr/local"].map { "\($0)/opt/openssl@3/lib/libcrypto.3.dylib" }
    #else
        static let fileNames = ["libcrypto.so.3", "libcrypto.so.1.1"]
    #endif

    /// The system's.
    static let shared = Result { () throws(DigestError) in try CryptoLibrary() }

    /// Loads the first of the libraries that is there.
    /// - Throws: `DigestError`.
    init(fileNames: [String] = fileNames) throws(DigestError) {
        guard let library = fileNames.lazy.compactMap({ dlopen($0, RTLD_NOW) }).first else {
            throw .noLibrary(fileNames)
        }
        func function<Function>(_ name: String, _ type: Function.Type) throws(DigestError) -> Function {
            guard let symbol = dlsym(library, name) else { throw .noFunction(name) }
            return unsafeBitCast(symbol, to: type)
        }
        makeContext = try function("EVP_MD_CTX_new", CCRYPTO_MD_CTX_new.self)
        freeContext = try function("EVP_MD_CTX_free", CCRYPTO_MD_CTX_free.self)
        sha256 = try function("EVP_sha256", CCRYPTO_sha256.self)
        begin = try function("EVP_DigestInit_ex", CCRYPTO_DigestInit_ex.self)
        update = try function("EVP_DigestUpdate", CCRYPTO_DigestUpdate.self)
        end = try function("EVP_DigestFinal_ex", CCRYPTO_DigestFinal_ex.self)
    }
}

enum DigestError: Error, Equatable, CustomStringConvertible {
    /// None of the files that OpenSSL's libcrypto may be.
    case noLibrary([String])
    /// libcrypto lacks a function.
    case noFunction(String)
    /// libcrypto refuses SHA-256.
    case unavailable

    var description: String {
        switch self {
        case .noLibrary(let names):
            "SHA-256 needs OpenSSL's libcrypto, and none is installed (\(names.joined(separator: ", ")))"
        case .noFunction(let name): "libcrypto has no \(name), which SHA-256 needs"
        case .unavailable: "libcrypto cannot compute SHA-256 here"
        }
    }
}
