import ByteIO

/// Code of TorchScript without what its lexer passes over: white space, comments, and lines that a backslash joins.
struct ScriptText {
    private var bytes: [UInt8] = []
    /// For each of `bytes` where it stands in the code.
    private var offsets: [Int] = []

    init(_ code: Bytes) {
        let code = Array(code)
        var index = 0
        while index < code.count {
            let byte = code[index]
            switch byte {
            case 0x20, 0x09...0x0D, UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "#"): while index < code.count, code[index] != 0x0A { index += 1 }
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                // Texts are left out, but for their quotes.
                append(byte, index)
                index += 1
                while index < code.count, code[index] != byte, code[index] != 0x0A {
                    index += code[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index += 1
            default:
                append(byte, index)
                index += 1
            }
        }
    }

    private mutating func append(_ byte: UInt8, _ offset: Int) {
        bytes.append(byte)
        offsets.append(offset)
    }

    /// Where the first attribute of that name is taken, of whatever.
    func offset(ofAttribute name: String) -> Int? {
        let pattern = [UInt8(ascii: ".")] + Array(name.utf8)
        var position = 0
        while let found = Bytes(bytes).firstRange(of: pattern, from: position) {
            let end = found + pattern.count
            if end == bytes.count || !Self.isWord(bytes[end]) { return offsets[found] }
            position = end
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }
}
