import ImagePipeline
import ZipArchive

/// A picture of 8-bit red, green and blue as a PNG file, uncompressed: it is for looking at.
struct PNGPicture {
    private let height, width: Int
    /// `[height, width, 3]`, red first.
    private var samples: [UInt8]

    /// - Parameter array: `[height, width, channels]`: gray, or blue, green and red.
    init(image array: PipelineArray) {
        (height, width) = (array.shape[0], array.shape[1])
        let channels = array.shape[2]
        let values = array.numbers.map { UInt8(clamping: Int($0)) }
        samples = []
        samples.reserveCapacity(height * width * 3)
        for pixel in 0..<height * width {
            for channel in 0..<3 { samples.append(values[pixel * channels + (channels == 1 ? 0 : 2 - channel)]) }
        }
    }

    /// - Parameter array: float32 `[1, channels, height, width]`.
    init(tensor array: PipelineArray) {
        let (channels, area) = (array.shape[1], array.shape[2] * array.shape[3])
        (height, width) = (array.shape[2], array.shape[3])
        let values = array.numbers
        let (least, most) = (values.min() ?? 0, values.max() ?? 0)
        let scale = most > least ? 255 / (most - least) : 0
        samples = []
        samples.reserveCapacity(area * 3)
        for pixel in 0..<area {
            for channel in 0..<3 {
                let value = values[min(channel, channels - 1) * area + pixel]
                let level = ((value - least) * scale).rounded()
                samples.append(level.isFinite ? UInt8(clamping: Int(level)) : 0)
            }
        }
    }

    /// https://www.w3.org/TR/png-3/
    var file: [UInt8] {
        var rows: [UInt8] = []
        rows.reserveCapacity(height * (width * 3 + 1))
        for y in 0..<height {
            rows.append(0)
            rows += samples[y * width * 3..<(y + 1) * width * 3]
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + Self.chunk("IHDR", Self.bytes(width) + Self.bytes(height) + [8, 2, 0, 0, 0])
            + Self.chunk("IDAT", Self.stored(rows)) + Self.chunk("IEND", [])
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).bigEndian, Array.init)
    }

    private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let contents = Array(name.utf8) + data
        var checksum = CRC32()
        contents.withUnsafeBytes { checksum.update($0) }
        return bytes(data.count) + contents + bytes(Int(checksum.value))
    }

    /// A zlib stream of blocks that are not compressed: RFC 1950, RFC 1951.
    private static func stored(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        stream.reserveCapacity(data.count + data.count / 65535 * 5 + 16)
        var start = 0
        repeat {
            let count = min(65535, data.count - start)
            let (low, high) = (UInt8(count & 0xFF), UInt8(count >> 8))
            stream += [start + count == data.count ? 1 : 0, low, high, ~low, ~high]
            stream += data[start..<start + count]
            start += count
        } while start < data.count
        var (first, second) = (1, 0)
        for byte in data {
            first = (first + Int(byte)) % 65521
            second = (second + first) % 65521
        }
        return stream + bytes(second << 16 | first)
    }
}

extension PipelineArray {
    /// The elements, whatever their type.
    fileprivate var numbers: [Float] {
        switch element {
        case .uint8: bytes.map { Float($0) }
        case .float32:
            bytes.withUnsafeBytes { bytes in
                (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
            }
        }
    }
}
