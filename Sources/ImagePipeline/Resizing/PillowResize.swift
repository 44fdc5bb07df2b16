import CKernels

/// `Image.resize` of Pillow.
struct PillowResize {
    private let image: Image
    private let resize: Resize
    private let passes: ResizePasses

    init(_ image: Image, _ resize: Resize, _ passes: ResizePasses) {
        (self.image, self.resize, self.passes) = (image, resize, passes)
    }

    func part(_ part: Region) -> Image {
        let filter = resize.method.filter
        if filter == .nearest {
            return image.picked(
                rows: PillowTaps.nearest(size: image.height, target: resize.height)[part.rows],
                columns: PillowTaps.nearest(size: image.width, target: resize.width)[part.columns])
        }
        // A pass that changes no size is left out.
        let across =
            image.width == resize.width
            ? nil : PillowTaps.taps(filter, size: image.width, target: resize.width, range: part.columns)
        let down =
            image.height == resize.height
            ? nil : PillowTaps.taps(filter, size: image.height, target: resize.height, range: part.rows)
        switch (across, down) {
        case (let across?, nil): return rows(of: image, part.rows, across)
        case (nil, let down?): return columns(of: image, part.columns, down)
        case (let across?, let down?):
            if resize.pillow.startsWithColumns(
                height: image.height, width: image.width, to: resize.height, resize.width)
            {
                let reach = across.reach(size: image.width)
                let between = columns(of: image, reach, down)
                return rows(of: between, 0..<between.height, across.shifted(by: reach.lowerBound))
            }
            let reach = down.reach(size: image.height)
            let between = rows(of: image, reach, across)
            return columns(of: between, 0..<between.width, down.shifted(by: reach.lowerBound))
        case (nil, nil): return image.cropped(rows: part.rows, columns: part.columns)
        }
    }

    private func rows(of image: Image, _ rows: Range<Int>, _ taps: Taps<Int32>) -> Image {
        Image(height: rows.count, width: taps.outputs, channels: image.channels) { target in
            image.samples.withUnsafeBufferPointer { source in
                ResizeBuffer.sum(
                    source, stride: image.stride, rows: rows, width: image.width, channels: image.channels, taps,
                    CK_IMAGE_PILLOW, into: UnsafeMutableRawPointer(target.baseAddress!), by: passes)
            }
        }
    }

    private func columns(of image: Image, _ columns: Range<Int>, _ taps: Taps<Int32>) -> Image {
        Image(height: taps.outputs, width: columns.count, channels: image.channels) { target in
            image.samples.withUnsafeBytes { source in
                let first = source.baseAddress! + columns.lowerBound * image.channels
                ResizeBuffer.sumColumns(
                    taps, size: image.height, count: columns.count * image.channels, CK_IMAGE_PILLOW, into: target,
                    by: passes
                ) { first + $0 * image.stride }
            }
        }
    }
}
