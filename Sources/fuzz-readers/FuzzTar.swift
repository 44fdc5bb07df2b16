import ByteIO
import TarArchive

/// PyTorch's first format: a tar archive, one member of which is the input.
struct FuzzTar {
    private let members: [(name: String, data: [UInt8])]

    static let legacy = FuzzTar("fixtures/legacy_tar/views.pth")

    private init(_ path: String) {
        guard let bytes = try? MappedFile(path: path).bytes, let archive = try? TarArchive(bytes) else {
            broken("\(path) is not an archive: run it from the repository's root")
        }
        members = archive.entries.map { ($0.name, Array(archive.data(of: $0))) }
    }

    func bytes(_ input: Bytes, inPlaceOf member: String) -> Bytes {
        let contents = members.flatMap { Self.member($0.name, $0.name == member ? Array(input) : $0.data) }
        return Bytes(contents + [UInt8](repeating: 0, count: 1024))
    }

    /// A header in the form of ustar, and the data up to a whole block.
    private static func member(_ name: String, _ data: [UInt8]) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put(octal(data.count, digits: 11), at: 124)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6), at: 148)
        header[154] = 0
        return header + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
