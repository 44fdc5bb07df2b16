/// An archive whose headers say what a test wants, with checksums that hold.
struct ForgedTar {
    private(set) var bytes: [UInt8] = []

    /// With the closing blocks.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    /// - Parameter size: the field of 12 bytes; else the data's size in octal.
    mutating func add(
        _ name: String, _ data: [UInt8], flag: Character = "0", size: [UInt8]? = nil,
        magic: [UInt8] = Array("ustar\u{0}00".utf8)
    ) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ field: [UInt8], at offset: Int) { block.replaceSubrange(offset..<offset + field.count, with: field) }
        put(Array(name.utf8), at: 0)
        put(size ?? octal(data.count, digits: 11), at: 124)
        put([flag.asciiValue ?? 0], at: 156)
        put(magic, at: 257)
        put(Array("        ".utf8), at: 148)
        put(octal(block.reduce(0) { $0 + Int($1) }, digits: 7), at: 148)
        bytes += block + data
        bytes += [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    private func octal(_ value: Int, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8) + [0]
    }
}
