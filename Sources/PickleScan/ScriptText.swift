import ByteIO

/// Code of TorchScript without what its lexer passes over: white space, comments, and lines that a backslash joins.
struct ScriptText {
    private var bytes: [UInt8] = []
    /// For each of `bytes` where it stands in the code.
    private var offsets: [Int] = []
    /// The beginnings of texts that follow a comma, as those that `getattr` takes for names.
    private var texts: [(content: [UInt8], offset: Int)] = []
    /// Whether the text under way is one of them.
    private var isKept = false

    init(_ code: Bytes) {
        let code = Array(code)
        var index = 0
        while index < code.count {
            let byte = code[index]
            switch byte {
            case 0x20, 0x09...0x0D, UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "#"): while index < code.count, code[index] != 0x0A { index += 1 }
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                // Of a text only a quote is kept. Between three quotes it may have several lines.
                let isTriple = code[index...].starts(with: [byte, byte, byte])
                let quotes = [UInt8](repeating: byte, count: isTriple ? 3 : 1)
                begin(byte, index)
                index += quotes.count
                while index < code.count, !code[index...].starts(with: quotes), isTriple || code[index] != 0x0A {
                    enterText(code, &index)
                }
                index += quotes.count
            default:
                append(byte, index)
                index += 1
            }
        }
    }

    /// Begins a text. Those that follow one another are one.
    private mutating func begin(_ quote: UInt8, _ offset: Int) {
        let isContinued = bytes.last == UInt8(ascii: "'") || bytes.last == UInt8(ascii: "\"")
        if !isContinued {
            isKept = bytes.last == UInt8(ascii: ",")
            if isKept { texts.append(([], offset)) }
        }
        append(quote, offset)
    }

    /// Takes a byte of a text, which may be written as three octal digits or follow a backslash.
    private mutating func enterText(_ code: [UInt8], _ index: inout Int) {
        var byte = code[index]
        index += 1
        if byte == UInt8(ascii: "\\"), index < code.count {
            let digits = code[index...].prefix(3)
            let isOctal = digits.count == 3 && digits.allSatisfy { (0x30...0x37).contains($0) }
            byte = isOctal ? UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }) : code[index]
            index += isOctal ? 3 : 1
        }
        if isKept, texts[texts.count - 1].content.count < 16 { texts[texts.count - 1].content.append(byte) }
    }

    private mutating func append(_ byte: UInt8, _ offset: Int) {
        bytes.append(byte)
        offsets.append(offset)
    }

    /// Where the first attribute of that name is taken, of whatever: by a dot, or by `getattr`.
    func offset(ofAttribute name: String) -> Int? {
        let pattern = [UInt8(ascii: ".")] + Array(name.utf8)
        let text = Bytes(bytes)
        var position = 0
        while let found = text.firstRange(of: pattern, from: position) {
            let end = found + pattern.count
            if end == bytes.count || !bytes[end].isWord { return offsets[found] }
            position = end
        }
        guard text.firstRange(of: Array("getattr(".utf8)) != nil else { return nil }
        return texts.first { $0.content.elementsEqual(name.utf8) }?.offset
    }
}

extension UInt8 {
    /// Whether names and numbers have the byte: an ASCII letter, a digit or an underscore.
    var isWord: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F
    }
}
