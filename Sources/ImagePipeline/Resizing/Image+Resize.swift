/// A part of an image.
struct Region: Equatable {
    var rows, columns: Range<Int>
}

/// A new size, and how an image is brought to it.
struct Resize: Equatable {
    let height, width: Int
    let method: ResizeMethod
    let pillow: PillowRelease

    /// `image` in the new size, or a part of that, which is all that is computed.
    /// - Precondition: the image and the part are not empty; 1, 3 or 4 channels.
    func applied(to image: Image, part: Region? = nil, by passes: ResizePasses = .fastest) -> Image {
        let part = part ?? Region(rows: 0..<height, columns: 0..<width)
        if image.height == height, image.width == width {
            return image.cropped(rows: part.rows, columns: part.columns)
        }
        switch method.backend {
        case .cv2: return OpenCVResize(image, self, passes).part(part)
        case .pillow: return PillowResize(image, self, passes).part(part)
        }
    }
}

extension Image {
    /// Pixels of this one by row and column.
    func picked(rows: some Collection<Int>, columns: some Collection<Int>) -> Image {
        Image(height: rows.count, width: columns.count, channels: channels) { target in
            samples.withUnsafeBufferPointer { source in
                var index = 0
                for y in rows {
                    for x in columns {
                        for channel in 0..<channels {
                            target[index] = source[y * stride + x * channels + channel]
                            index += 1
                        }
                    }
                }
            }
        }
    }
}
