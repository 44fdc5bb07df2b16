import ModelConfig

/// `mmcv.Pad` to a size that is given.
struct ImagePadding {
    enum Mode: String {
        case constant, edge, reflect, symmetric
    }

    let mode: Mode
    /// The value of each channel; one stands for all.
    let values: [UInt8]

    /// - Parameter entry: a step with an argument `pad_cfg`.
    init(_ entry: EntryArguments) throws(PipelineError) {
        guard let config = entry.dictionary["pad_cfg"] else {
            (mode, values) = (.constant, [0])
            return
        }
        guard case .dictionary(let dictionary) = config, dictionary["type"] == .string("Pad") else {
            throw entry.refused("pad_cfg", "needs a dictionary whose type is 'Pad'")
        }
        let arguments = EntryArguments(name: "\(entry.name): pad_cfg", dictionary)
        try arguments.check(only: ["size", "size_divisor", "pad_to_square", "pad_val", "padding_mode"])
        if arguments.value("size_divisor") != nil {
            throw arguments.refused("size_divisor", "contradicts the crop's size")
        }
        if try arguments.bool("pad_to_square", default: false) {
            throw arguments.refused("pad_to_square", "contradicts the crop's size")
        }
        let name = try arguments.string("padding_mode", default: "constant")
        guard let mode = Mode(rawValue: name) else {
            throw arguments.refused("padding_mode", "'\(name)' is not 'constant', 'edge', 'reflect' or 'symmetric'")
        }
        self.mode = mode
        var value = arguments.value("pad_val")
        if case .dictionary(let values)? = value { value = values["img"] ?? .int(0) }
        switch value {
        case nil: values = [0]
        case .int(let number)?: values = [UInt8(clamping: number)]
        case .tuple(let numbers)? where numbers.count == 3:
            var values: [UInt8] = []
            for case .int(let number) in numbers { values.append(UInt8(clamping: number)) }
            guard values.count == 3 else { throw arguments.refused("pad_val", "needs whole numbers") }
            self.values = values
        case let other?:
            throw arguments.refused(
                "pad_val", "needs a whole number, three, or a dictionary of them, found \(EntryArguments.text(other))")
        }
    }

    /// `image`, enlarged to the right and below.
    /// - Precondition: neither size is less than the image's.
    func applied(to image: Image, width: Int, height: Int) -> Image {
        func sources(_ size: Int, _ target: Int) -> [Int?] { (0..<target).map { source(of: $0, size: size) } }
        let (rows, columns) = (sources(image.height, height), sources(image.width, width))
        return Image(height: height, width: width, channels: image.channels) { target in
            var index = 0
            for row in rows {
                for column in columns {
                    for channel in 0..<image.channels {
                        if let row, let column {
                            target[index] = image.samples[row * image.stride + column * image.channels + channel]
                        } else {
                            target[index] = values[min(channel, values.count - 1)]
                        }
                        index += 1
                    }
                }
            }
        }
    }

    /// The place that is repeated at `place`; nil for a constant.
    private func source(of place: Int, size: Int) -> Int? {
        if place < size { return place }
        switch mode {
        case .constant: return nil
        case .edge: return size - 1
        case .reflect:
            guard size > 1 else { return 0 }
            let turn = place % (2 * size - 2)
            return turn < size ? turn : 2 * size - 2 - turn
        case .symmetric:
            let turn = place % (2 * size)
            return turn < size ? turn : 2 * size - 1 - turn
        }
    }
}
