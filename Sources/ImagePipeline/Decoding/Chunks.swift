/// What the chunks of a PNG say before its image data begin. Anything out of order is for libpng to report.
struct PNGChunks {
    /// The size that the header states; nil for a file without a header.
    private(set) var size: (width: Int, height: Int)?
    private(set) var isAnimated = false

    init(_ bytes: UnsafeRawBufferPointer) {
        var offset = 8
        while offset <= bytes.count - 8 {
            let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            switch Array(bytes[offset + 4..<offset + 8]) {
            case Array("IHDR".utf8) where bytes.count - offset >= 16:
                func field(_ place: Int) -> Int {
                    Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + place, as: UInt32.self)))
                }
                size = (field(8), field(12))
            case Array("acTL".utf8): isAnimated = true
            case Array("IDAT".utf8): return
            default: break
            }
            offset += 12 + length
        }
    }
}

/// The chunks of a RIFF file, such as WebP.
struct RIFFChunks {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The data of the first chunk of that name; nil if there is none, or if it is cut.
    func first(named name: String) -> UnsafeRawBufferPointer? {
        var offset = 12
        while offset <= bytes.count - 8 {
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)))
            guard length <= bytes.count - offset - 8 else { return nil }
            if bytes[offset..<offset + 4].elementsEqual(name.utf8) {
                return UnsafeRawBufferPointer(rebasing: bytes[offset + 8..<offset + 8 + length])
            }
            offset += 8 + length + length % 2
        }
        return nil
    }
}

/// What the frame header of a JPEG says. Anything out of order is for libjpeg to report.
struct JPEGFrame {
    let components: Int

    /// Returns nil for a file without a frame header before its first scan.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var offset = 2
        while offset < bytes.count - 9 {
            guard bytes[offset] == 0xFF, bytes[offset + 1] != 0xFF else {
                offset += 1
                continue
            }
            switch bytes[offset + 1] {
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                components = Int(bytes[offset + 9])
                return
            case 0xDA: return nil
            default: offset += 2 + (Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3]))
            }
        }
        return nil
    }
}
