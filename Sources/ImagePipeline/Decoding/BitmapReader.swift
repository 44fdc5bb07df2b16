/// Reads a BMP as OpenCV 5.0 does: masks of 32-bit pixels and alpha are ignored, 5- and 6-bit samples become the high
/// bits of 8.
struct BitmapReader {
    private let bytes: UnsafeRawBufferPointer
    private let width, height: Int
    private let isTopDown: Bool
    /// Bits of a pixel; 15 for 5-5-5.
    private let depth: Int
    /// Where the rows begin in the file.
    private let first: Int
    /// `[256][3]`, blue, green, red; 0 for entries that the file lacks. Empty for more than 8 bits.
    private var palette: [UInt8] = []

    /// - Throws: `ImageError` for a header that is damaged or of an unsupported kind.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        self.bytes = bytes
        var cursor = Cursor(bytes, format: "BMP", offset: 10)
        first = Int(try cursor.integer(UInt32.self))
        let size = Int(try cursor.integer(Int32.self))
        let isCore = size == 12
        guard isCore || size >= 36 else { throw .damaged("BMP", reason: "a header of \(size) bytes") }
        let signedHeight: Int
        if isCore {
            width = Int(try cursor.integer(UInt16.self))
            signedHeight = Int(try cursor.integer(UInt16.self))
        } else {
            width = Int(try cursor.integer(Int32.self))
            signedHeight = Int(try cursor.integer(Int32.self))
        }
        height = abs(signedHeight)
        isTopDown = signedHeight < 0
        try PixelLimit.check(.bmp, width: width, height: height, bytes: bytes.count)
        cursor.skip(2)
        let bits = Int(try cursor.integer(UInt16.self))
        let compression = isCore ? 0 : Int(try cursor.integer(UInt32.self))
        var colors = 0
        if !isCore {
            cursor.skip(12)
            colors = Int(try cursor.integer(Int32.self))
            cursor.skip(size - 36)
        }
        switch (bits, compression) {
        case (1, 0), (4, 0), (8, 0), (24, 0), (32, 0), (32, 3): depth = bits
        case (16, 0) where !isCore: depth = 15
        case (16, 3):
            let masks = try (0..<3).map { (_) throws(ImageError) in try cursor.integer(UInt32.self) }
            switch masks {
            case [0x7C00, 0x3E0, 0x1F]: depth = 15
            case [0xF800, 0x7E0, 0x1F]: depth = 16
            default: throw .unsupported("A BMP of unusual 16-bit pixels", reason: "save it with 24 bits a pixel")
            }
        case (4, 2), (8, 1): throw .unsupported("A run-length coded BMP", reason: "save it uncompressed, or as PNG")
        default:
            throw .unsupported("A BMP of \(bits) bits and compression \(compression)", reason: "save it as PNG")
        }
        guard depth <= 8 else { return }
        guard (0...256).contains(colors) else { throw .damaged("BMP", reason: "a palette of \(colors) colours") }
        let count = colors == 0 ? 1 << depth : colors
        palette = [UInt8](repeating: 0, count: 256 * 3)
        for index in 0..<count {
            for channel in 0..<3 { palette[index * 3 + channel] = try cursor.integer(UInt8.self) }
            if !isCore { cursor.skip(1) }
        }
    }

    /// - Throws: `ImageError.truncated`.
    func image() throws(ImageError) -> Image {
        let pitch = (width * (depth == 15 ? 16 : depth) + 31) / 32 * 4
        guard first <= bytes.count, pitch * height <= bytes.count - first else { throw .truncated("BMP") }
        return Image(height: height, width: width, channels: 3) { target in
            for y in 0..<height {
                let source = UnsafeRawBufferPointer(rebasing: bytes[(first + y * pitch)..<(first + (y + 1) * pitch)])
                let row = isTopDown ? y : height - 1 - y
                read(source, into: .init(rebasing: target[row * width * 3..<(row + 1) * width * 3]))
            }
        }
    }

    private func read(_ source: UnsafeRawBufferPointer, into row: UnsafeMutableBufferPointer<UInt8>) {
        switch depth {
        case 1, 4, 8:
            let mask = (1 << depth) - 1
            for x in 0..<width {
                let shift = 8 - depth - x * depth % 8
                let index = Int(source[x * depth / 8]) >> shift & mask
                for channel in 0..<3 { row[x * 3 + channel] = palette[index * 3 + channel] }
            }
        case 15, 16:
            let (green, red) = depth == 15 ? (2, 7) : (3, 8)
            for x in 0..<width {
                let pixel = Int(source[x * 2]) | Int(source[x * 2 + 1]) << 8
                row[x * 3] = UInt8(truncatingIfNeeded: pixel << 3)
                row[x * 3 + 1] = UInt8(truncatingIfNeeded: pixel >> green) & (depth == 15 ? 0xF8 : 0xFC)
                row[x * 3 + 2] = UInt8(truncatingIfNeeded: pixel >> red) & 0xF8
            }
        default:
            let size = depth / 8
            for x in 0..<width {
                for channel in 0..<3 { row[x * 3 + channel] = source[x * size + channel] }
            }
        }
    }
}

/// Reads little-endian integers of a file, one after the other.
private struct Cursor {
    let bytes: UnsafeRawBufferPointer
    let format: String
    private(set) var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, format: String, offset: Int) {
        (self.bytes, self.format, self.offset) = (bytes, format, offset)
    }

    /// May pass the end: only reads are checked.
    mutating func skip(_ count: Int) { offset += count }

    /// - Throws: `ImageError.truncated`.
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) throws(ImageError) -> Value {
        let size = MemoryLayout<Value>.size
        guard size <= bytes.count - offset else { throw .truncated(format) }
        defer { offset += size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}
