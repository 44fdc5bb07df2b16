import ByteIO
import Testing

@testable import Workbench

@Suite struct TensorDigestTests {
    /// FIPS 180-4's examples.
    @Test(
        "the digest is SHA-256",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func examples(text: String, expected: String) throws {
        #expect(try TensorDigest.sha256(of: Bytes(utf8: text)) == expected)
    }

    @Test("a long tensor is digested in parts")
    func million() throws {
        let bytes = Bytes([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        #expect(
            try TensorDigest.sha256(of: bytes) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        let zeros = Bytes([UInt8](repeating: 0, count: 3 << 20))
        #expect(
            try TensorDigest.sha256(of: zeros) == "bbd05cf6097ac9b1f89ea29d2542c1b7b67ee46848393895f5a9e43fa1f621e5")
    }
}
