/// How an image is turned before it is shown: tag 0x112 of EXIF.
enum Orientation: Int, CaseIterable {
    case upright = 1
    case flippedLeftRight, rotated180, flippedTopBottom, transposed, rotatedClockwise, antiTransposed,
        rotatedCounterclockwise

    var isTurned: Bool { rawValue > 4 }

    /// `image` as it is to be seen.
    func applied(to image: Image) -> Image {
        guard self != .upright else { return image }
        let (height, width, channels) = (image.height, image.width, image.channels)
        let (newHeight, newWidth) = isTurned ? (width, height) : (height, width)
        // The source of (y, x) in the result is first + y · down + x · right.
        let (right, bottom) = ((width - 1) * channels, (height - 1) * image.stride)
        let (first, down, across) =
            switch self {
            case .upright: (0, image.stride, channels)
            case .flippedLeftRight: (right, image.stride, -channels)
            case .rotated180: (right + bottom, -image.stride, -channels)
            case .flippedTopBottom: (bottom, -image.stride, channels)
            case .transposed: (0, channels, image.stride)
            case .rotatedClockwise: (bottom, channels, -image.stride)
            case .antiTransposed: (right + bottom, -channels, -image.stride)
            case .rotatedCounterclockwise: (right, -channels, image.stride)
            }
        return Image(height: newHeight, width: newWidth, channels: channels) { target in
            image.samples.withUnsafeBufferPointer { source in
                var index = 0
                for y in 0..<newHeight {
                    var place = first + y * down
                    for _ in 0..<newWidth {
                        for channel in 0..<channels {
                            target[index] = source[place + channel]
                            index += 1
                        }
                        place += across
                    }
                }
            }
        }
    }
}

/// The orientation in EXIF data: a TIFF file (TIFF 6.0), of which the first directory counts.
struct ExifOrientation {
    /// What OpenCV 5.0 finds: it reads the entries in order, up to the first that does not fit in the data; the first
    /// orientation counts, whatever type it is said to have.
    private(set) var orientation = Orientation.upright
    /// Whether other readers find the same: at most one orientation, of type SHORT, in a directory that is whole.
    private(set) var isOrdinary = true

    /// - Parameter data: what follows `Exif\0\0`.
    init(_ data: UnsafeRawBufferPointer) {
        let data = TIFFIntegers(data)
        guard data?.short(at: 2) == 42, let data, let start = data.long(at: 4), let count = data.short(at: start) else {
            return
        }
        var found: [Int] = []
        for entry in 0..<count {
            let offset = start + 2 + entry * 12
            guard let tag = data.short(at: offset), tag != 0x112 || data.short(at: offset + 8) != nil else { break }
            if tag == 0x112, let value = data.short(at: offset + 8) {
                found.append(value)
                isOrdinary = isOrdinary && data.short(at: offset + 2) == 3 && data.long(at: offset + 4) == 1
            }
        }
        isOrdinary = isOrdinary && found.count <= 1 && data.count >= start + 2 + count * 12
        orientation = found.first.flatMap(Orientation.init) ?? .upright
    }
}

/// Integers of a TIFF file, in the order of bytes that its first two say.
private struct TIFFIntegers {
    private let data: UnsafeRawBufferPointer
    private let isBigEndian: Bool

    /// Returns nil where these say neither.
    init?(_ data: UnsafeRawBufferPointer) {
        guard data.count > 1, data[0] == data[1], data[0] == 0x49 || data[0] == 0x4D else { return nil }
        self.data = data
        isBigEndian = data[0] == 0x4D
    }

    var count: Int { data.count }

    /// nil past the end.
    func short(at offset: Int) -> Int? {
        guard offset >= 0, offset < data.count - 1 else { return nil }
        let (first, second) = (Int(data[offset]), Int(data[offset + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    /// nil past the end.
    func long(at offset: Int) -> Int? {
        guard let first = short(at: offset), let second = short(at: offset + 2) else { return nil }
        return isBigEndian ? first << 16 | second : second << 16 | first
    }
}
