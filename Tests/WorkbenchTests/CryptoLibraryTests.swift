import Testing

@testable import Workbench

@Suite struct CryptoLibraryTests {
    @Test("a system without libcrypto is an error that names what is missing")
    func missing() {
        #expect(throws: DigestError.noLibrary(["libcrypto.so.0"])) { try CryptoLibrary(fileNames: ["libcrypto.so.0"]) }
        #expect(
            "\(DigestError.noLibrary(["libcrypto.so.0"]))"
                == "SHA-256 needs OpenSSL's libcrypto, and none is installed (libcrypto.so.0)")
    }

    @Test("the first library that is there is taken")
    func first() throws {
        let library = try CryptoLibrary(fileNames: ["libcrypto.so.0"] + CryptoLibrary.fileNames)
        let context = library.makeContext()
        #expect(context != nil)
        library.freeContext(context)
    }

    @Test("a library without the functions is an error that names the first of them")
    func foreign() {
        #if os(Linux)
            #expect(throws: DigestError.noFunction("EVP_MD_CTX_new")) { try CryptoLibrary(fileNames: ["libz.so.1"]) }
        #endif
    }
}
