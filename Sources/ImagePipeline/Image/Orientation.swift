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
