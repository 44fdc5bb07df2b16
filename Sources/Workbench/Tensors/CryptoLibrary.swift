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
/// millisecond on it before they begin.
///
/// Source: `openssl/evp.h` of OpenSSL 3.0; 1.1 has the same.
struct CryptoLibrary: Sendable {
    /// Of `EVP_MD_CTX`.
    typealias Context = OpaquePointer

    typealias MakeContext = @Sendable @convention(c) () -> Context?
    typealias FreeContext = @Sendable @convention(c) (Context?) -> Void
    /// Gives the algorithm.
    typealias Algorithm = @Sendable @convention(c) () -> OpaquePointer?
    /// Takes the algorithm, and an engine or nil. Like the next two, gives 1 for success.
    typealias Begin = @Sendable @convention(c) (Context?, OpaquePointer?, OpaquePointer?) -> Int32
    typealias Update = @Sendable @convention(c) (Context?, UnsafeRawPointer?, Int) -> Int32
    /// Writes the digest, and its length where that is asked for.
    typealias End =
        @Sendable @convention(c) (Context?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt32>?)
        -> Int32

    let makeContext: MakeContext
    let freeContext: FreeContext
    let sha256: Algorithm
    let begin: Begin
    let update: Update
    let end: End

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
        makeContext = try function("EVP_MD_CTX_new", MakeContext.self)
        freeContext = try function("EVP_MD_CTX_free", FreeContext.self)
        sha256 = try function("EVP_sha256", Algorithm.self)
        begin = try function("EVP_DigestInit_ex", Begin.self)
        update = try function("EVP_DigestUpdate", Update.self)
        end = try function("EVP_DigestFinal_ex", End.self)
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
