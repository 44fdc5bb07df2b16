/// Reads PBM, PGM and PPM as OpenCV 5.0 does: samples as text are scaled to 255, binary ones are taken as they are, and
/// those above 255 lose their low byte.
struct PixmapReader {
    private let bytes: UnsafeRawBufferPointer
    /// 1: black and white, 2: gray, 3: colour.
    private let kind: Int
    private let isText: Bool
    private let width, height, maximum: Int
    /// Where the samples begin.
    private let first: Int

    /// - Throws: `ImageError`.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        self.bytes = bytes
        let digit = Int(bytes[1]) - 0x30
        isText = digit < 4
        kind = isText ? digit : digit - 3
        var text = NumberReader(bytes, offset: 2)
        width = try text.number()
        height = try text.number()
        maximum = kind == 1 ? 1 : try text.number()
        first = text.offset
        guard (1...65535).contains(maximum) else {
            throw .damaged("PNM", reason: "a largest sample of \(maximum)")
        }
        try PixelLimit.check(.pixmap, width: width, height: height, bytes: bytes.count)
    }

    /// Whether readers differ in what they make of samples.
    var isScaled: Bool { kind != 1 && maximum != 255 }

    private var channels: Int { kind == 3 ? 3 : 1 }

    /// - Throws: `ImageError.truncated`, `.damaged` for text that is not a number.
    func image() throws(ImageError) -> Image {
        try Image(height: height, width: width, channels: 3) { (target) throws(ImageError) in
            if isText { try readText(into: target) } else { try readBinary(into: target) }
        }
    }

    private func readText(into target: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
        var text = NumberReader(bytes, offset: first)
        for pixel in 0..<height * width {
            for channel in 0..<channels {
                let sample: Int
                if kind == 1 {
                    sample = try text.number(digits: 1) == 0 ? 255 : 0
                } else {
                    let number = min(try text.number(), maximum)
                    sample = maximum > 255 ? number >> 8 : number * 255 / maximum
                }
                set(UInt8(sample), target, pixel, channel)
            }
        }
    }

    private func readBinary(into target: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
        let size = maximum > 255 ? 2 : 1
        let pitch = kind == 1 ? (width + 7) / 8 : width * channels * size
        guard pitch * height <= bytes.count - first else { throw .truncated("PNM") }
        for y in 0..<height {
            let row = first + y * pitch
            for x in 0..<width {
                for channel in 0..<channels {
                    let sample =
                        kind == 1
                        ? (bytes[row + x / 8] >> (7 - x % 8) & 1 == 0 ? 255 : 0)
                        : bytes[row + (x * channels + channel) * size]
                    set(sample, target, y * width + x, channel)
                }
            }
        }
    }

    /// Red, green and blue become blue, green and red; gray becomes all of them.
    private func set(_ sample: UInt8, _ target: UnsafeMutableBufferPointer<UInt8>, _ pixel: Int, _ channel: Int) {
        if kind == 3 {
            target[pixel * 3 + 2 - channel] = sample
        } else {
            for index in 0..<3 { target[pixel * 3 + index] = sample }
        }
    }
}

/// Reads decimal numbers with white space and comments between them.
private struct NumberReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, offset: Int) { (self.bytes, self.offset) = (bytes, offset) }

    private mutating func next() throws(ImageError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated("PNM") }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// The next number. The byte after it, which must be there, is taken too, unless the number has all of `digits`.
    /// - Throws: `ImageError`.
    mutating func number(digits: Int = .max) throws(ImageError) -> Int {
        var byte = try next()
        while !Self.isDigit(byte) {
            if byte == UInt8(ascii: "#") {
                repeat { byte = try next() } while byte != 0x0A && byte != 0x0D
            } else if byte != 0x20, !(0x09...0x0D).contains(byte) {
                throw .damaged("PNM", reason: "byte \(byte) at offset \(offset - 1), where a number is due")
            }
            byte = try next()
        }
        var (value, count) = (0, 0)
        while true {
            value = value * 10 + Int(byte - 0x30)
            guard value <= Int32.max else {
                throw .damaged("PNM", reason: "a number past 2,147,483,647 at offset \(offset - 1)")
            }
            count += 1
            if count == digits { return value }
            byte = try next()
            if !Self.isDigit(byte) { return value }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
