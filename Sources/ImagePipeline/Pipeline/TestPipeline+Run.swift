import ByteIO

extension TestPipeline {
    /// Takes an image through all steps.
    /// - Parameter visit: is called with what each step makes, and last with the tensor.
    /// - Throws: `ImageError`, `PipelineError`, and what `visit` throws.
    package func run(_ file: Bytes, visit: (PipelineArray) throws -> Void) throws -> InputTensor {
        var image = try Image(decoding: file, load.options)
        for step in steps {
            var pending = PendingImage(image)
            try pending.apply(step, options)
            image = pending.finished()
            try visit(array(of: image, step))
        }
        let tensor = try tensor(of: image)
        try visit(
            PipelineArray(step: "tensor", shape: tensor.shape, element: .float32, isPacked: true, bytes: tensor.bytes))
        return tensor
    }

    /// The same without looking at the steps: pixels that a crop leaves out are not computed.
    package func run(_ file: Bytes) throws -> InputTensor { try tensor(of: try image(of: file)) }

    /// The tensors of the image in a file: that of its mirror image first if `mirrored`, as MMPreTrain's `--tta` has them.
    package func inputs(_ file: Bytes, mirrored: Bool) throws -> [InputTensor] {
        try tensors(of: try image(of: file), mirrored: mirrored)
    }

    /// The same for pixels that a dataset holds: the steps that follow LoadImageFromFile are taken.
    /// - Throws: `PipelineError`.
    package func inputs(_ image: Image, mirrored: Bool) throws(PipelineError) -> [InputTensor] {
        try tensors(of: try taken(through: image), mirrored: mirrored)
    }

    private func tensors(of image: Image, mirrored: Bool) throws(PipelineError) -> [InputTensor] {
        let own = try tensor(of: image)
        guard mirrored else { return [own] }
        return [try tensor(of: Orientation.flippedLeftRight.applied(to: image)), own]
    }

    /// What the preprocessor is given.
    private func image(of file: Bytes) throws -> Image { try taken(through: try Image(decoding: file, load.options)) }

    private func taken(through image: Image) throws(PipelineError) -> Image {
        var pending = PendingImage(image)
        for step in steps { try pending.apply(step, options) }
        return pending.finished()
    }

    private func tensor(of image: Image) throws(PipelineError) -> InputTensor {
        let shape = preprocessor.shape(of: image)
        guard shape[1] * shape[2] <= PixelLimit.pixels else {
            throw .image(
                step: "data_preprocessor",
                reason: "\(shape[2]) × \(shape[1]) pixels are more than the limit of \(PixelLimit.pixels)")
        }
        let count = shape.reduce(1, *)
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            preprocessor.normalize(image, into: buffer.baseAddress!)
            initialized = count
        }
        return InputTensor(shape: [1] + shape, values: values)
    }

    private func array(of image: Image, _ step: Step) -> PipelineArray {
        var isPacked = false
        var shape = image.shape
        var samples = image.samples
        if case .pack = step.transform {
            isPacked = true
            shape = [image.channels, image.height, image.width]
            let area = image.height * image.width
            samples = [UInt8](unsafeUninitializedCapacity: samples.count) { target, initialized in
                image.samples.withUnsafeBufferPointer { source in
                    for channel in 0..<image.channels {
                        for pixel in 0..<area {
                            target[channel * area + pixel] = source[pixel * image.channels + channel]
                        }
                    }
                }
                initialized = image.samples.count
            }
        }
        guard load.makesFloats else {
            return PipelineArray(step: step.name, shape: shape, element: .uint8, isPacked: isPacked, bytes: samples)
        }
        return PipelineArray(
            step: step.name, shape: shape, element: .float32, isPacked: isPacked,
            bytes: samples.map { Float($0) }.withUnsafeBytes(Array.init))
    }
}

/// An image between two steps. A resize waits for the next step: before a crop, only part of it is computed.
private struct PendingImage {
    private var image: Image
    private var resize: Resize?

    init(_ image: Image) { self.image = image }

    private var width: Int { resize?.width ?? image.width }
    private var height: Int { resize?.height ?? image.height }

    func finished() -> Image { resize.map { $0.applied(to: image) } ?? image }

    private mutating func finish() {
        image = finished()
        resize = nil
    }

    private mutating func setSize(
        _ size: (width: Int, height: Int), _ step: TestPipeline.Step, _ method: ResizeMethod,
        _ options: TestPipeline.Options
    ) throws(PipelineError) {
        let (width, height) = size
        let source = "an image of \(self.width) × \(self.height) would become one of \(width) × \(height) pixels"
        guard width > 0, height > 0 else { throw .image(step: step.name, reason: "\(source), which has none") }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, count <= PixelLimit.pixels else {
            throw .image(step: step.name, reason: "\(source), more than the limit of \(PixelLimit.pixels)")
        }
        // Between its two passes an image has one side of the old size and one of the new.
        guard max(self.width, width) * max(self.height, height) <= PixelLimit.pixels else {
            throw .image(
                step: step.name, reason: "\(source), by way of one of more than \(PixelLimit.pixels) pixels")
        }
        finish()
        resize = Resize(height: height, width: width, method: method, pillow: options.pillow)
    }

    mutating func apply(_ step: TestPipeline.Step, _ options: TestPipeline.Options) throws(PipelineError) {
        switch step.transform {
        case .load, .pack: break
        case .resizeEdge(let edge):
            try setSize(edge.size(width: width, height: height), step, edge.method, options)
        case .resize(let transform):
            try setSize(transform.size(width: width, height: height), step, transform.method, options)
        case .centerCrop(let crop):
            if let padding = crop.padding, crop.width > width || crop.height > height {
                let (newWidth, newHeight) = (max(crop.width, width), max(crop.height, height))
                guard newWidth * newHeight <= PixelLimit.pixels else {
                    throw .image(step: step.name, reason: "\(newWidth) × \(newHeight) pixels are more than the limit")
                }
                finish()
                image = padding.applied(to: image, width: newWidth, height: newHeight)
            }
            let part = crop.part(width: width, height: height)
            image =
                resize.map { $0.applied(to: image, part: part) }
                ?? image.cropped(rows: part.rows, columns: part.columns)
            resize = nil
        case .efficientNetCenterCrop(let crop):
            finish()
            let part = crop.part(width: width, height: height)
            guard !part.rows.isEmpty, !part.columns.isEmpty else {
                throw .image(
                    step: step.name,
                    reason: "less than one pixel of an image of \(width) × \(height) pixels would be cropped"
                )
            }
            image = image.cropped(rows: part.rows, columns: part.columns)
            try setSize((crop.size, crop.size), step, crop.method, options)
        }
    }
}
