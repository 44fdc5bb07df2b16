import ByteIO

/// The header block of a member, its numbers told apart.
///
/// Source: POSIX.1-2017, `pax`, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
struct TarHeader {
    /// Headers and data come in blocks of this size.
    static let blockSize = 512

    let name: String
    let linkName: String
    let typeFlag: UInt8
    let size: Int

    /// - Parameter block: 512 bytes that are not all zero.
    /// - Parameter offset: of the block, for errors.
    init(_ block: Bytes, offset: Int) throws(TarError) {
        try Self.verifyChecksum(block, offset: offset)
        self.size = try Self.number(block, 124..<136, "size", offset: offset)
        self.typeFlag = block[156]
        self.linkName = Self.text(block, 157..<257)
        let name = Self.text(block, 0..<100)
        // GNU's magic, "ustar" and two spaces, has other fields where POSIX has the prefix.
        let isPOSIX = block[257..<263].elementsEqual("ustar\0".utf8)
        let prefix = isPOSIX ? Self.text(block, 345..<500) : ""
        self.name = prefix.isEmpty ? name : prefix + "/" + name
    }

    /// The sum of the block's bytes with spaces for the checksum itself. Some writers took bytes as signed.
    static func verifyChecksum(_ block: Bytes, offset: Int) throws(TarError) {
        let field = 148..<156
        let declared = try number(block, field, "checksum", offset: offset)
        var sum = 0
        var signedSum = 0
        for index in 0..<blockSize {
            let byte = field.contains(index) ? UInt8(ascii: " ") : block[index]
            sum += Int(byte)
            signedSum += Int(Int8(bitPattern: byte))
        }
        guard declared == sum || declared == signedSum else {
            throw .checksum(offset: offset, declared: declared, found: sum)
        }
    }

    /// Octal digits between spaces, ended by NUL, which may begin with `0o` and have underscores in between, as Python's
    /// `int` reads them; or big-endian binary behind the byte 0x80 (GNU).
    static func number(
        _ block: Bytes, _ field: Range<Int>, _ name: String, offset: Int
    ) throws(TarError) -> Int {
        let bytes = block[field]
        if bytes.first == 0x80 {
            var value = 0
            for byte in bytes.dropFirst() {
                guard value <= Int.max >> 8 else { throw .number(field: name, offset: offset) }
                value = value << 8 | Int(byte)
            }
            return value
        }
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }
        var digits = bytes.prefix { $0 != 0 }.drop(while: isSpace).prefix { !isSpace($0) }
        if digits.starts(with: "0o".utf8) || digits.starts(with: "0O".utf8) { digits = digits.dropFirst(2) }
        var value = 0
        for digit in digits where digit != UInt8(ascii: "_") {
            // At most 12 digits of 3 bits.
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else {
                throw .number(field: name, offset: offset)
            }
            value = value << 3 | Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// The bytes up to the first NUL.
    private static func text(_ block: Bytes, _ field: Range<Int>) -> String {
        String(decoding: block[field].prefix { $0 != 0 }, as: UTF8.self)
    }
}
