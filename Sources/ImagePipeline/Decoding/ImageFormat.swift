/// The format of a file by its first bytes. Its name is ignored: ImageNet has a PNG that is named .JPEG.
enum ImageFormat: String, CaseIterable {
    case jpeg = "JPEG"
    case png = "PNG"
    case webp = "WebP"
    case bmp = "BMP"
    case pixmap = "PNM"

    /// - Throws: `ImageError` for an empty file, for a format that is not decoded, and for what is not an image.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        func begins(_ signature: [UInt8], at offset: Int = 0) -> Bool {
            bytes.count >= offset + signature.count && bytes[offset...].starts(with: signature)
        }
        func begins(_ text: String, at offset: Int = 0) -> Bool { begins(Array(text.utf8), at: offset) }

        guard !bytes.isEmpty else { throw .empty }
        if begins([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if begins("RIFF"), begins("WEBP", at: 8) {
            self = .webp
        } else if begins("BM") {
            self = .bmp
        } else if begins("P"), bytes.count > 2, (0x31...0x36).contains(bytes[1]), Self.isSpace(bytes[2]) {
            self = .pixmap
        } else if begins("ftyp", at: 4), bytes.count >= 12 {
            let brand = String(decoding: bytes[8..<12], as: UTF8.self)
            switch brand {
            case "avif", "avis":
                throw .unsupported("AVIF", reason: Self.noDecoder)
            case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
                throw .unsupported("HEIF", reason: Self.noDecoder)
            default: throw .unknownFormat(Array(bytes.prefix(8)))
            }
        } else if let name = Self.differing.first(where: { begins($0.signature) })?.name {
            throw .unsupported(name, reason: "OpenCV and Pillow make different pixels of it; convert it to PNG")
        } else if let name = Self.others.first(where: { begins($0.signature) })?.name {
            throw .unsupported(name, reason: Self.noDecoder)
        } else {
            throw .unknownFormat(Array(bytes.prefix(8)))
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static let noDecoder = "there is no decoder for it here; convert it to PNG"

    /// Formats that OpenCV and Pillow decode to different pixels.
    private static let differing: [(name: String, signature: [UInt8])] = [
        ("TIFF", [0x49, 0x49, 0x2A, 0]), ("TIFF", [0x4D, 0x4D, 0, 0x2A]), ("TIFF", [0x49, 0x49, 0x2B, 0]),
        ("TIFF", [0x4D, 0x4D, 0, 0x2B]), ("GIF", Array("GIF8".utf8)),
    ]

    /// Formats without a decoder here.
    private static let others: [(name: String, signature: [UInt8])] = [
        ("JPEG 2000", [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]), ("JPEG 2000", [0xFF, 0x4F, 0xFF, 0x51]),
        ("JPEG XL", [0xFF, 0x0A]), ("JPEG XL", [0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]),
        ("PAM", Array("P7\n".utf8)), ("PFM", Array("PF\n".utf8)), ("PFM", Array("Pf\n".utf8)),
        ("Radiance HDR", Array("#?R".utf8)), ("OpenEXR", [0x76, 0x2F, 0x31, 0x01]), ("ICO", [0, 0, 1, 0]),
        ("Sun raster", [0x59, 0xA6, 0x6A, 0x95]), ("PSD", Array("8BPS".utf8)), ("SVG", Array("<svg".utf8)),
        ("DDS", Array("DDS ".utf8)), ("PDF", Array("%PDF".utf8)),
    ]
}
