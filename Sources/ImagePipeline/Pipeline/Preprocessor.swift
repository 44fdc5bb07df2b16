import CKernels
import ModelConfig

/// MMPreTrain's `ClsDataPreprocessor`: samples → the tensor that a model takes.
///
/// In this order: channels reversed, float32, minus the mean and divided by the deviation, padded. All in IEEE single
/// precision; a multiplication by 1 / deviation would give other numbers.
package struct Preprocessor: Sendable, Equatable {
    /// One of each per channel of the output; empty: no normalisation.
    private let mean, deviation: [Float]
    private let turnsChannels: Bool
    private let divisor: Int
    private let padding: Float

    static let arguments = [
        "mean", "std", "pad_size_divisor", "pad_value", "to_rgb", "to_onehot", "num_classes", "batch_augments",
    ]

    /// - Parameter config: nil for none: no normalisation.
    /// - Throws: `PipelineError`.
    package init(_ config: ConfigDictionary?) throws(PipelineError) {
        let entry = EntryArguments(name: "data_preprocessor", config ?? ConfigDictionary())
        if let type = entry.value("type") {
            guard case .string(let name) = type, TestPipeline.unscoped(name) == "ClsDataPreprocessor" else {
                throw entry.refused("type", "\(EntryArguments.text(type)) is not supported; 'ClsDataPreprocessor' is")
            }
        }
        try entry.check(only: Self.arguments)
        turnsChannels = try entry.bool("to_rgb", default: false)
        divisor = try entry.integer("pad_size_divisor", atLeast: 1) ?? 1
        padding = Float(try entry.number("pad_value") ?? 0)
        guard let mean = try entry.numbers("mean") else {
            (self.mean, deviation) = ([], [])
            return
        }
        guard let deviation = try entry.numbers("std") else { throw entry.refused("mean", "needs 'std' besides") }
        for (name, numbers) in [("mean", mean), ("std", deviation)] where numbers.count != 1 && numbers.count != 3 {
            throw entry.refused(name, "needs 1 or 3 numbers, found \(numbers.count)")
        }
        self.mean = mean.map { Float($0) }
        self.deviation = deviation.map { Float($0) }
    }

    /// What a channel of the output is divided by.
    func deviation(ofChannel channel: Int) -> Float {
        deviation.count == 1 ? deviation[0] : deviation.indices.contains(channel) ? deviation[channel] : 1
    }

    /// `[channels, height, width]` of what an image becomes.
    func shape(of image: Image) -> [Int] {
        func padded(_ size: Int) -> Int { (size + divisor - 1) / divisor * divisor }
        return [max(image.channels, mean.count, deviation.count), padded(image.height), padded(image.width)]
    }

    /// Writes `shape(of: image)` numbers.
    /// - Precondition: `target` has as many; the image has 1 or 3 channels.
    func normalize(_ image: Image, into target: UnsafeMutablePointer<Float>, by kernels: ImageKernels = .fastest) {
        let shape = shape(of: image)
        let (channels, height, width) = (shape[0], shape[1], shape[2])
        if height != image.height || width != image.width {
            UnsafeMutableBufferPointer(start: target, count: channels * height * width).update(repeating: padding)
        }
        // One channel and three means: the channel is used three times.
        func all(_ numbers: [Float], _ none: Float) -> [Float] {
            switch numbers.count {
            case 0: [Float](repeating: none, count: channels)
            case channels: numbers
            default: [Float](repeating: numbers[0], count: channels)
            }
        }
        let (mean, deviation) = (all(mean, 0), all(deviation, 1))
        image.samples.withUnsafeBufferPointer { samples in
            for plane in stride(from: 0, to: channels, by: image.channels) {
                mean[plane...].withUnsafeBufferPointer { mean in
                    deviation[plane...].withUnsafeBufferPointer { deviation in
                        var operation = ck_image_normalization(
                            input: samples.baseAddress, input_stride: image.stride, height: image.height,
                            width: image.width, channels: image.channels, flips: turnsChannels ? 1 : 0,
                            mean: mean.baseAddress, deviation: deviation.baseAddress,
                            output: target + plane * height * width, output_stride: width,
                            output_plane: height * width)
                        ck_image_normalize(kernels.table, &operation)
                    }
                }
            }
        }
    }
}
