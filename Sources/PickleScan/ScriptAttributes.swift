import ByteIO

/// The attributes that code of TorchScript takes, of whatever: by a dot, or by `getattr`.
///
/// The code is read as TorchScript's lexer reads it, in one pass, of which nothing is kept.
///
/// Source: `SharedParserData` in `torch/csrc/jit/frontend/lexer.h`.
struct ScriptAttributes {
    /// For each of the names that are asked for where it is first taken, from the start of the code.
    private(set) var offsets: [String: Int] = [:]

    private let names: [String]
    private let longest: Int
    /// Whether a dot precedes what comes next.
    private var isAfterDot = false
    /// Whether `getattr` precedes what comes next.
    private var isAfterGetattr = false
    /// Parentheses that are open inside a call of `getattr`, with the call's own; 0 outside of one.
    private var depth = 0
    /// The beginning of a text inside such a call, and where it starts. Those that follow one another are one.
    private var text: (content: [UInt8], offset: Int)?

    init(_ names: [String], in code: Bytes) {
        self.names = names
        longest = names.map(\.utf8.count).max() ?? 0
        code.withUnsafeBytes { read($0) }
    }

    private mutating func read(_ code: UnsafeRawBufferPointer) {
        var index = 0
        while index < code.count {
            let byte = code[index]
            switch byte {
            case 0x20, 0x09...0x0D, UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "#"): while index < code.count, code[index] != 0x0A { index += 1 }
            case UInt8(ascii: "'"), UInt8(ascii: "\""): readText(code, &index)
            case _ where byte.isWord: readWord(code, &index)
            default:
                readSign(byte)
                index += 1
            }
        }
        endText()
    }

    private mutating func readWord(_ code: UnsafeRawBufferPointer, _ index: inout Int) {
        endText()
        let start = index
        while index < code.count, code[index].isWord { index += 1 }
        let word = code[start..<index]
        if isAfterDot { enter(word, start) }
        isAfterGetattr = !isAfterDot && word.elementsEqual("getattr".utf8)
        isAfterDot = false
    }

    private mutating func readSign(_ byte: UInt8) {
        endText()
        if byte == UInt8(ascii: "("), depth > 0 || isAfterGetattr { depth += 1 }
        if byte == UInt8(ascii: ")"), depth > 0 { depth -= 1 }
        isAfterDot = byte == UInt8(ascii: ".")
        isAfterGetattr = false
    }

    /// Between three quotes a text may have several lines.
    private mutating func readText(_ code: UnsafeRawBufferPointer, _ index: inout Int) {
        (isAfterDot, isAfterGetattr) = (false, false)
        let quote = code[index]
        let isTriple = code[index...].starts(with: [quote, quote, quote])
        if depth > 0, text == nil { text = ([], index) }
        index += isTriple ? 3 : 1
        while index < code.count {
            if isTriple ? code[index...].starts(with: [quote, quote, quote]) : code[index] == quote { break }
            if !isTriple, code[index] == 0x0A { break }
            readCharacter(code, &index)
        }
        index += isTriple ? 3 : 1
    }

    /// A byte of a text, which may be written as three octal digits or follow a backslash.
    private mutating func readCharacter(_ code: UnsafeRawBufferPointer, _ index: inout Int) {
        var byte = code[index]
        index += 1
        if byte == UInt8(ascii: "\\"), index < code.count {
            let digits = code[index...].prefix(3)
            let isOctal = digits.count == 3 && digits.allSatisfy { (0x30...0x37).contains($0) }
            byte = isOctal ? UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }) : code[index]
            index += isOctal ? 3 : 1
        }
        if let count = text?.content.count, count <= longest { text?.content.append(byte) }
    }

    private mutating func endText() {
        if let (content, offset) = text { enter(content, offset) }
        text = nil
    }

    private mutating func enter(_ name: some Collection<UInt8>, _ offset: Int) {
        guard name.count <= longest, let name = names.first(where: { name.elementsEqual($0.utf8) }) else { return }
        offsets[name] = offsets[name] ?? offset
    }
}

extension UInt8 {
    /// Whether names and numbers have the byte: an ASCII letter, a digit or an underscore.
    var isWord: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F
    }
}
