import ByteIO

/// Numbers and strings, in their binary forms and the text forms of protocol 0.
extension PickleMachine {
    func badText(_ needed: String, _ line: UnsafeRawBufferPointer) -> PickleError {
        .badText(opcode, offset: opcodeOffset, needed: needed, found: printable(line))
    }

    /// The beginning of a line for a message.
    func printable(_ line: UnsafeRawBufferPointer) -> String {
        let head = line.prefix(40).map { byte in (0x20...0x7E).contains(byte) ? byte : UInt8(ascii: "?") }
        return String(decoding: head, as: UTF8.self) + (line.count > 40 ? "…" : "")
    }

    // MARK: Numbers

    mutating func pushInteger(_ bytes: UnsafeRawBufferPointer, count: Int) throws(PickleError) {
        try require(count)
        defer { position += count }
        let digits = bytes[position..<position + count]
        if count > 8 { try countText(count) }
        try push(PickleInteger(Array(digits)))
    }

    private mutating func push(_ integer: PickleInteger) throws(PickleError) {
        if let value = integer.int64 {
            stack.append(.int(value))
        } else {
            try push(.bigInteger(integer))
        }
    }

    /// INT and LONG. `I00` and `I01` are False and True.
    mutating func pushIntegerText(_ line: UnsafeRawBufferPointer, isLong: Bool) throws(PickleError) {
        var digits = line[...]
        if isLong {
            if digits.last == UInt8(ascii: "L") { digits.removeLast() }
        } else if digits.elementsEqual("00".utf8) {
            return stack.append(.bool(false))
        } else if digits.elementsEqual("01".utf8) {
            return stack.append(.bool(true))
        }
        guard let integer = PickleInteger(digits: digits) else {
            if isLenient { return stack.append(.none) }
            throw badText("an integer", line)
        }
        try countText(digits.count)
        try push(integer)
    }

    mutating func pushFloatText(_ line: UnsafeRawBufferPointer) throws(PickleError) {
        let text = String(decoding: line, as: UTF8.self)
        let isHexadecimal = text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") }
        guard line.count <= 4096, !isHexadecimal, let value = Double(text) else {
            if isLenient { return stack.append(.none) }
            throw badText("a number", line)
        }
        stack.append(.float(value))
    }

    /// PUT and GET.
    func index(_ line: UnsafeRawBufferPointer) throws(PickleError) -> Int {
        // Python's `int` allows for spaces and underscores.
        let digits = isLenient ? line.filter { $0 > 0x20 && $0 != UInt8(ascii: "_") } : Array(line)
        guard let value = PickleInteger(digits: digits)?.int64, value >= 0 else {
            throw badText("a memo slot of 0 or more", line)
        }
        return Int(value)
    }

    // MARK: Strings

    @inline(__always)
    mutating func pushText(_ bytes: UnsafeRawBufferPointer, count: Int) throws(PickleError) {
        try require(count)
        let text = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
        guard isUTF8(text) else {
            guard isLenient || isSurrogateUTF8(text) else { throw badText("text in UTF-8", text) }
            return try push(.rawString(take(count)))
        }
        try countText(count)
        try requireRoom()
        // A long text that many values share is made once; of others it costs less to make them each time.
        guard count <= Self.longText, let id = graph.append(textAt: position, count: count, at: opcodeOffset) else {
            position += count
            return try push(.string(String(decoding: text, as: UTF8.self)))
        }
        position += count
        pushMade(id, bytes)
    }

    /// In bytes.
    private static let longText = 1024

    @inline(__always)
    private func isUTF8(_ text: UnsafeRawBufferPointer) -> Bool {
        text.withMemoryRebound(to: UInt8.self) { text in
            text.reduce(0, |) < 0x80 || String(validating: text, as: UTF8.self) != nil
        }
    }

    private mutating func push(utf8 text: [UInt8]) throws(PickleError) {
        try countText(text.count)
        if let string = String(validating: text, as: UTF8.self) {
            try push(.string(string))
        } else {
            try push(.rawString(Bytes(text)))
        }
    }

    /// UNICODE: Python's `raw-unicode-escape`, that is Latin-1 with `\uHHHH` and `\UHHHHHHHH`.
    mutating func pushEscapedText(_ line: UnsafeRawBufferPointer) throws(PickleError) {
        var text: [UInt8] = []
        text.reserveCapacity(line.count)
        var index = 0
        while index < line.count {
            let byte = line[index]
            index += 1
            guard byte == UInt8(ascii: "\\"), index < line.count else {
                text.append(scalar: UInt32(byte))
                continue
            }
            let escape = line[index]
            index += 1
            guard escape == UInt8(ascii: "u") || escape == UInt8(ascii: "U") else {
                text.append(byte)
                text.append(scalar: UInt32(escape))
                continue
            }
            let digits = escape == UInt8(ascii: "u") ? 4 : 8
            guard let scalar = hexadecimal(line.dropFirst(index).prefix(digits), count: digits), scalar <= 0x10FFFF
            else { throw badText("text in raw-unicode-escape", line) }
            text.append(scalar: scalar)
            index += digits
        }
        try push(utf8: text)
    }

    /// STRING: Python 2's `repr` of a `str`, with its quotes.
    mutating func pushQuotedText(_ line: UnsafeRawBufferPointer) throws(PickleError) {
        guard line.count >= 2, let quote = line.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
            line.last == quote
        else { throw badText("a quoted string", line) }
        let text = line.dropFirst().dropLast()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard index < text.endIndex else { throw badText("a string that no backslash ends", line) }
            let escape = text[index]
            index += 1
            if escape == UInt8(ascii: "x") {
                guard let value = hexadecimal(text[index...].prefix(2), count: 2) else {
                    throw badText("two digits after each \\x", line)
                }
                bytes.append(UInt8(value))
                index += 2
            } else if (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(escape) {
                let digits = text[(index - 1)...].prefix(3).prefix { (0x30...0x37).contains($0) }
                bytes.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }))
                index += digits.count - 1
            } else if let value = Self.escapes[escape] {
                bytes.append(value)
            } else {
                bytes += [byte, escape]
            }
        }
        try countText(bytes.count)
        try push(.byteString(Bytes(bytes)))
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "'"): 0x27, UInt8(ascii: "\""): 0x22, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
        UInt8(ascii: "a"): 0x07, UInt8(ascii: "v"): 0x0B,
    ]

    private func hexadecimal(_ digits: Slice<UnsafeRawBufferPointer>, count: Int) -> UInt32? {
        guard digits.count == count, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else {
            return nil
        }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}

extension [UInt8] {
    /// Appends a code point in UTF-8; a surrogate too, as CPython's `surrogatepass` does.
    fileprivate mutating func append(scalar: UInt32) {
        func continuation(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (scalar >> shift) & 0x3F) }
        switch scalar {
        case ..<0x80: append(UInt8(scalar))
        case ..<0x800: self += [UInt8(0xC0 | scalar >> 6), continuation(0)]
        case ..<0x10000: self += [UInt8(0xE0 | scalar >> 12), continuation(6), continuation(0)]
        default: self += [UInt8(0xF0 | scalar >> 18), continuation(12), continuation(6), continuation(0)]
        }
    }
}
