import CKernels

/// `resize` of OpenCV for samples of 8 bits.
struct OpenCVResize {
    private let image: Image
    private let filter: ResizeMethod.Filter
    private let passes: ResizePasses
    private let across, down: OpenCVAxis

    init(_ image: Image, _ resize: Resize, _ passes: ResizePasses) {
        self.image = image
        self.passes = passes
        filter = resize.method.filter
        across = OpenCVAxis(size: image.width, target: resize.width)
        down = OpenCVAxis(size: image.height, target: resize.height)
    }

    func part(_ part: Region) -> Image {
        switch filter {
        case .nearest: return image.picked(rows: down.nearest()[part.rows], columns: across.nearest()[part.columns])
        case .bilinear:
            if across.wholeScale == 2, down.wholeScale == 2 { return means(part, 2, 2) }
            return linear(part, isArea: false)
        case .bicubic:
            let floats = across.target * image.channels & ~7
            return sums(
                part, across.cubic(part.columns).folded(size: across.size), down.cubic(part.rows), CK_IMAGE_CUBIC,
                floats: floats)
        case .lanczos:
            return sums(
                part, across.lanczos(part.columns).folded(size: across.size), down.lanczos(part.rows), CK_IMAGE_FIXED)
        default:
            guard across.scale >= 1, down.scale >= 1 else { return linear(part, isArea: true) }
            if let width = across.wholeScale, let height = down.wholeScale { return means(part, height, width) }
            return sums(part, across.area(part.columns), down.area(part.rows), CK_IMAGE_AREA)
        }
    }

    private func linear(_ part: Region, isArea: Bool) -> Image {
        sums(
            part,
            across.linear(part.columns, clampsFraction: true, isArea: isArea).folded(size: across.size),
            down.linear(part.rows, clampsFraction: false, isArea: isArea), CK_IMAGE_LINEAR)
    }

    /// - Parameter floats: the first sample of a whole row that is summed as an integer.
    private func sums<Weight>(
        _ part: Region, _ across: Taps<Weight>, _ down: Taps<Weight>, _ arithmetic: ck_image_arithmetic, floats: Int = 0
    ) -> Image {
        let rows = down.reach(size: image.height)
        let between = ResizeBuffer(image, rows: rows, across, arithmetic, by: passes)
        let count = between.count
        let floats = min(max(floats - part.columns.lowerBound * image.channels, 0), count)
        return Image(height: part.rows.count, width: part.columns.count, channels: image.channels) { target in
            ResizeBuffer.sumColumns(
                down, size: image.height, count: count, arithmetic, floats: floats, into: target, by: passes
            ) { between.row($0 - rows.lowerBound) }
        }
    }

    /// The means of cells of `height` × `width` pixels.
    private func means(_ part: Region, _ height: Int, _ width: Int) -> Image {
        let (channels, stride) = (image.channels, image.stride)
        let factor = 1 / Float(height * width)
        return Image(height: part.rows.count, width: part.columns.count, channels: channels) { target in
            image.samples.withUnsafeBufferPointer { source in
                var index = 0
                for y in part.rows {
                    for x in part.columns {
                        for channel in 0..<channels {
                            let first = y * height * stride + x * width * channels + channel
                            var sum = 0
                            for row in 0..<height {
                                for column in 0..<width { sum += Int(source[first + row * stride + column * channels]) }
                            }
                            target[index] =
                                height == 2 && width == 2
                                ? UInt8((sum + 2) >> 2)
                                : UInt8(clamping: Int((Float(sum) * factor).rounded(.toNearestOrEven)))
                            index += 1
                        }
                    }
                }
            }
        }
    }
}
