import SystemLibrary
import Testing

@Suite struct SystemLibraryTests {
    @Test("a library that is not installed is an error that names it, its files and its package")
    func missing() {
        let error = #expect(throws: SystemLibraryError.self) {
            try SystemLibrary("libnone", for: "Nothing", package: "libnone0", files: ["libnone.so.0", "libnone.so.1"])
        }
        #expect(
            error?.description
                == "Nothing needs libnone, which is not installed "
                + "(libnone.so.0, libnone.so.1; Debian's package is libnone0)")
    }

    #if os(Linux)
        @Test("the first file that is there is taken, and its functions can be called")
        func first() throws {
            let library = try SystemLibrary(
                "libz", for: "zlib's version", package: "zlib1g", files: ["libnone.so.0", "libz.so.1"])
            let version: @convention(c) () -> UnsafePointer<CChar> = try library.function("zlibVersion")
            #expect(String(cString: version()).hasPrefix("1."))
        }

        @Test("a function that the library lacks is an error that names both")
        func foreign() throws {
            let library = try SystemLibrary("libz", for: "SHA-256", package: "zlib1g", files: ["libz.so.1"])
            let error = #expect(throws: SystemLibraryError.self) {
                try library.function("EVP_MD_CTX_new", as: (@convention(c) () -> Void).self)
            }
            #expect(error?.description == "libz has no EVP_MD_CTX_new, which SHA-256 needs")
        }
    #endif
}
