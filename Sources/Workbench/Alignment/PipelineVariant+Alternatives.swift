import ImagePipeline
import ModelConfig

extension PipelineVariant {
    /// The pipelines that differ from this in one thing that people get wrong, what is likelier first: backend and filter,
    /// crop and scale, the order of steps, decoding, channel order and normalisation.
    /// - Parameter size: height and width of what is to come out.
    func alternatives(giving size: (height: Int, width: Int)) -> [PipelineVariant] {
        var variants: [PipelineVariant] = []
        for step in steps.indices {
            switch type(of: step) {
            case "ResizeEdge"?: variants += resizeMethods(step) + edges(step) + scales(step, size)
            case "Resize"?: variants += resizeMethods(step) + squares(step, size)
            case "EfficientNetCenterCrop"?:
                variants += resizeMethods(step, fallback: .bicubic) + efficientCrops(step, size)
            case "CenterCrop"?: variants += centerCrops(step, size)
            case "LoadImageFromFile"?: variants += loading(step)
            default: break
            }
        }
        return variants + normalisations
    }

    /// Each backend with each of its filters.
    private func resizeMethods(_ step: Int, fallback: ResizeMethod.Filter = .bilinear) -> [PipelineVariant] {
        func text(_ name: String, _ fallback: String) -> String {
            if case .string(let text)? = argument(name, of: step) { text } else { fallback }
        }
        let (backend, filter) = (text("backend", "cv2"), text("interpolation", fallback.rawValue))
        let others = ResizeMethod.all.filter { $0.backend.rawValue != backend || $0.filter.rawValue != filter }
        // The other backend's filter of the same name first, then this backend's filters.
        let ordered = others.sorted { rank($0, backend, filter) < rank($1, backend, filter) }
        var variants = ordered.map { method in
            var arguments: [(String, ConfigValue)] = []
            if method.backend.rawValue != backend { arguments.append(("backend", .string(method.backend.rawValue))) }
            if method.filter.rawValue != filter { arguments.append(("interpolation", .string(method.filter.rawValue))) }
            return setting(arguments, of: step)
        }
        if backend == "pillow" {
            variants += PillowRelease.allCases.filter { $0 != pillow }.map { setting($0, because: step) }
        }
        return variants
    }

    private func rank(_ method: ResizeMethod, _ backend: String, _ filter: String) -> Int {
        method.filter.rawValue == filter ? 0 : method.backend.rawValue == backend ? 1 : 2
    }

    /// Another edge; the other one rounded, as mmcv's Resize does; both edges of the scale.
    private func edges(_ step: Int) -> [PipelineVariant] {
        guard case .int(let scale)? = argument("scale", of: step) else { return [] }
        var edge = "short"
        if case .string(let text)? = argument("edge", of: step) { edge = text }
        var variants = ["short", "long", "width", "height"].filter { $0 != edge }
            .map { setting([("edge", .string($0))], of: step) }
        func resize(_ arguments: [(String, ConfigValue)], _ text: String) -> PipelineVariant {
            replacing(step..<step + 1, by: [[("type", .string("Resize"))] + arguments + method(of: step)], text)
        }
        if edge == "short" {
            // No side of an image is longer.
            let longest = 1 << 20
            variants.append(
                resize(
                    [("scale", .tuple([.int(longest), .int(scale)])), ("keep_ratio", .bool(true))],
                    "the longer edge rounded, not truncated"))
        }
        variants.append(
            resize([("scale", .int(scale))], "type='Resize', scale=\(scale), which keeps no proportions"))
        return variants
    }

    /// The scales that go with the crop: crop / 0.875 and the like, and those that are usual.
    private func scales(_ step: Int, _ size: (height: Int, width: Int)) -> [PipelineVariant] {
        let crop = Double(min(size.height, size.width))
        var scales: [Int] = []
        for fraction in [0.875, 0.9, 0.95, 1, 0.96, 0.965, 0.94, 0.85, 0.8] {
            let exact = crop / fraction
            scales += [Int(exact), Int(exact.rounded(.up))]
        }
        scales += [256, 248, 232, 236, 235, 224, 240, 288, 292, 320, 384, 438, 448, min(size.height, size.width) + 32]
        var seen: Set<Int> = []
        return scales.filter { $0 > 0 && argument("scale", of: step) != .int($0) && seen.insert($0).inserted }
            .map { setting([("scale", .int($0))], of: step) }
    }

    /// Proportions kept, by one edge or within the scale; the scale of what is to come out.
    private func squares(_ step: Int, _ size: (height: Int, width: Int)) -> [PipelineVariant] {
        var variants: [PipelineVariant] = []
        let keeps = argument("keep_ratio", of: step) == .bool(true)
        variants.append(setting([("keep_ratio", .bool(!keeps))], of: step))
        variants.append(setting([("scale", .tuple([.int(size.width), .int(size.height)]))], of: step))
        let method = method(of: step)
        let side = min(size.height, size.width)
        for scale in [side, Int(Double(side) / 0.875)] {
            variants.append(resizingAndCropping(step, scale: scale, method, size))
        }
        return variants
    }

    /// A resize by the shorter edge and a crop in place of a step.
    private func resizingAndCropping(
        _ step: Int, scale: Int, _ method: [(String, ConfigValue)], _ size: (height: Int, width: Int)
    ) -> PipelineVariant {
        replacing(
            step..<step + 1,
            by: [
                [("type", .string("ResizeEdge")), ("scale", .int(scale))] + method,
                [("type", .string("CenterCrop")), ("crop_size", Self.crop(size))],
            ], "ResizeEdge(scale=\(scale)) and CenterCrop")
    }

    /// How a step resizes, where it says so.
    private func method(of step: Int) -> [(String, ConfigValue)] {
        ["backend", "interpolation"].compactMap { name in argument(name, of: step).map { (name, $0) } }
    }

    private func centerCrops(_ step: Int, _ size: (height: Int, width: Int)) -> [PipelineVariant] {
        var variants: [PipelineVariant] = []
        if argument("crop_size", of: step) != .int(size.width) || size.width != size.height {
            variants.append(setting([("crop_size", Self.crop(size))], of: step))
        }
        guard step > 0, type(of: step - 1) == "ResizeEdge" || type(of: step - 1) == "Resize" else { return variants }
        let method = method(of: step - 1)
        for padding in [32, 0] where size.width == size.height {
            variants.append(
                replacing(
                    step - 1..<step + 1,
                    by: [
                        [
                            ("type", .string("EfficientNetCenterCrop")), ("crop_size", .int(size.width)),
                            ("crop_padding", .int(padding)),
                        ] + (method.isEmpty ? [("interpolation", .string("bilinear"))] : method)
                    ], "EfficientNetCenterCrop(crop_padding=\(padding)), which crops first,"))
        }
        variants.append(swapping(step - 1, step))
        return variants
    }

    private func efficientCrops(_ step: Int, _ size: (height: Int, width: Int)) -> [PipelineVariant] {
        var variants: [PipelineVariant] = []
        var padding = 32
        if case .int(let number)? = argument("crop_padding", of: step) { padding = number }
        for other in [0, 32] where other != padding {
            variants.append(setting([("crop_padding", .int(other))], of: step))
        }
        if argument("crop_size", of: step) != .int(size.width) {
            variants.append(setting([("crop_size", .int(size.width))], of: step))
        }
        var method = method(of: step)
        if argument("interpolation", of: step) == nil { method.append(("interpolation", .string("bicubic"))) }
        let side = min(size.height, size.width)
        for scale in [Int(Double(side) / 0.875), side + padding] {
            variants.append(resizingAndCropping(step, scale: scale, method, size))
        }
        return variants
    }

    private func loading(_ step: Int) -> [PipelineVariant] {
        let ignores = argument("color_type", of: step) == .string("color_ignore_orientation")
        return [setting([("color_type", .string(ignores ? "color" : "color_ignore_orientation"))], of: step)]
    }

    /// Channels in the other order, and the means and deviations that are in use.
    private var normalisations: [PipelineVariant] {
        let turns = preprocessor?["to_rgb"] == .bool(true)
        var variants = [
            settingPreprocessor([("to_rgb", .bool(!turns))], "to_rgb=\(turns ? "False" : "True")")
        ]
        let usual: [(String, [Double], [Double])] = [
            ("ImageNet's", [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
            ("ImageNet's, in the order of BGR", [103.53, 116.28, 123.675], [57.375, 57.12, 58.395]),
            ("Inception's", [127.5, 127.5, 127.5], [127.5, 127.5, 127.5]),
            (
                "CLIP's", [0.48145466, 0.4578275, 0.40821073].map { $0 * 255 },
                [0.26862954, 0.26130258, 0.27577711].map { $0 * 255 }
            ),
            ("none but the division by 255:", [0, 0, 0], [255, 255, 255]),
        ]
        for (name, mean, deviation) in usual {
            let values = [mean, deviation].map { ConfigValue.list($0.map { .float($0) }) }
            guard preprocessor?["mean"] != values[0] || preprocessor?["std"] != values[1] else { continue }
            variants.append(
                settingPreprocessor(
                    [("mean", values[0]), ("std", values[1])],
                    "\(name) mean=\(Self.text(values[0])), std=\(Self.text(values[1]))"))
        }
        if preprocessor?["mean"] != nil {
            variants.append(settingPreprocessor([("mean", nil), ("std", nil)], "no mean and std"))
        }
        return variants
    }

    /// `crop_size` is (width, height).
    private static func crop(_ size: (height: Int, width: Int)) -> ConfigValue {
        size.height == size.width ? .int(size.width) : .tuple([.int(size.width), .int(size.height)])
    }
}
