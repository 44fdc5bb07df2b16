import Testing

@testable import CommandLineKit

@Suite struct InvocationTests {
    private func text(of bytes: [UInt8]) throws -> String {
        try bytes.withUnsafeBytes { try Invocation.text(of: $0) }
    }

    @Test("a word of the command line that is not UTF-8 is an error that shows its bytes")
    func notUTF8() throws {
        #expect(try text(of: Array("café.pth".utf8)) == "café.pth")
        #expect(try text(of: []) == "")
        let latin = Array("caf".utf8) + [0xE9] + Array(".pth".utf8)
        #expect(throws: UsageError.notUTF8(latin)) { try text(of: latin) }
        #expect("\(UsageError.notUTF8(latin))".hasPrefix("'caf\\xe9.pth' is not UTF-8"))
    }
}
