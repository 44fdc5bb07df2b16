/// How an image is turned before it is shown: tag 0x112 of EXIF.
enum Orientation: Int, CaseIterable {
    case upright = 1
    case flippedLeftRight, rotated180, flippedTopBottom, transposed, rotatedClockwise, antiTransposed,
        rotatedCounterclockwise

    /// What OpenCV 5.0 finds in EXIF data: it reads the entries of the first directory in order, up to the first that
    /// does not fit in the data; the first orientation counts, whatever type it is said to have.
    /// - Parameter data: what follows `Exif\0\0`.
    init(exif data: UnsafeRawBufferPointer) {
        self = ExifDirectory(data)?.orientation().flatMap(Orientation.init) ?? .upright
    }

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

/// The first directory of EXIF data (TIFF 6.0).
private struct ExifDirectory {
    let data: UnsafeRawBufferPointer
    let isBigEndian: Bool

    init?(_ data: UnsafeRawBufferPointer) {
        guard data.count > 1, data[0] == data[1], data[0] == 0x49 || data[0] == 0x4D else { return nil }
        self.data = data
        isBigEndian = data[0] == 0x4D
        guard short(at: 2) == 42 else { return nil }
    }

    /// nil past the end.
    private func short(at offset: Int) -> Int? {
        guard offset >= 0, offset < data.count - 1 else { return nil }
        let (first, second) = (Int(data[offset]), Int(data[offset + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    private func long(at offset: Int) -> Int? {
        guard let first = short(at: offset), let second = short(at: offset + 2) else { return nil }
        return isBigEndian ? first << 16 | second : second << 16 | first
    }

    func orientation() -> Int? {
        guard let start = long(at: 4), let count = short(at: start) else { return nil }
        for entry in 0..<count {
            let offset = start + 2 + entry * 12
            guard let tag = short(at: offset) else { return nil }
            if tag == 0x112 { return short(at: offset + 8) }
        }
        return nil
    }
}
