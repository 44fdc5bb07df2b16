/// Cuts out the middle.
struct CenterCrop {
    let width, height: Int
    /// How an image that is smaller is enlarged first, to the right and below; nil: it gives a smaller result.
    let padding: ImagePadding?

    init(_ entry: EntryArguments) throws(PipelineError) {
        try entry.check(only: ["crop_size", "auto_pad", "pad_cfg", "clip_object_border"])
        guard let size = try entry.size("crop_size") else { throw entry.refused("it needs 'crop_size'") }
        (width, height) = size
        _ = try entry.bool("clip_object_border", default: true)
        padding = try entry.bool("auto_pad", default: false) ? try ImagePadding(entry) : nil
    }

    /// What is cut out of an image of that size. Halves are rounded to even.
    func part(width imageWidth: Int, height imageHeight: Int) -> Region {
        func range(_ size: Int, _ imageSize: Int) -> Range<Int> {
            let size = min(size, imageSize)
            let start = Int((Double(imageSize - size) / 2).rounded(.toNearestOrEven))
            return start..<min(start + size, imageSize)
        }
        return Region(rows: range(height, imageHeight), columns: range(width, imageWidth))
    }
}

/// Cuts out the part of the middle that EfficientNet's training saw, and resizes it.
struct EfficientNetCenterCrop {
    let size, padding: Int
    let method: ResizeMethod

    init(_ entry: EntryArguments) throws(PipelineError) {
        try entry.check(only: ["crop_size", "crop_padding", "interpolation", "backend"])
        guard let size = try entry.integer("crop_size", atLeast: 1) else { throw entry.refused("it needs 'crop_size'") }
        self.size = size
        padding = try entry.integer("crop_padding", atLeast: 0) ?? 32
        method = try entry.resizeMethod(default: .bicubic)
        guard [.nearest, .bilinear, .bicubic, .area, .lanczos].contains(method.filter) else {
            throw entry.refused("interpolation", "this step takes no '\(method.filter.rawValue)'")
        }
    }

    /// The part that is resized. Empty where the image is smaller than a pixel of the crop.
    func part(width: Int, height: Int) -> Region {
        let side = Double(size) / Double(size + padding) * Double(min(height, width))
        func range(_ length: Int) -> Range<Int> {
            let start = max(0, Int(((Double(length) - side) / 2).rounded(.toNearestOrEven)))
            let last = min(max(Int(Double(start) + side - 1), 0), length - 1)
            let first = min(max(start, 0), length - 1)
            return first..<max(first, last + 1)
        }
        return Region(rows: range(height), columns: range(width))
    }
}
