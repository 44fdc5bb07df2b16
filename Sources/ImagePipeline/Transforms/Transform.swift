/// A step of a test pipeline.
enum Transform {
    case load(LoadImageFromFile)
    case resizeEdge(ResizeEdge)
    case resize(ResizeTransform)
    case centerCrop(CenterCrop)
    case efficientNetCenterCrop(EfficientNetCenterCrop)
    /// Height, width, channels → channels, height, width.
    case pack

    static let names = [
        "LoadImageFromFile", "ResizeEdge", "Resize", "CenterCrop", "EfficientNetCenterCrop", "PackInputs",
        "PackClsInputs",
    ]

    init(type: String, _ entry: EntryArguments) throws(PipelineError) {
        switch type {
        case "LoadImageFromFile": self = .load(try LoadImageFromFile(entry))
        case "ResizeEdge": self = .resizeEdge(try ResizeEdge(entry))
        case "Resize": self = .resize(try ResizeTransform(entry))
        case "CenterCrop": self = .centerCrop(try CenterCrop(entry))
        case "EfficientNetCenterCrop": self = .efficientNetCenterCrop(try EfficientNetCenterCrop(entry))
        case "PackInputs", "PackClsInputs": self = try Self.packing(entry)
        default: throw entry.refused(Self.refusal(of: type))
        }
    }

    private static func packing(_ entry: EntryArguments) throws(PipelineError) -> Transform {
        try entry.check(only: ["input_key", "algorithm_keys", "meta_keys"])
        let key = try entry.string("input_key", default: "img")
        guard key == "img" else { throw entry.refused("input_key", "no step makes '\(key)'; the image is 'img'") }
        return .pack
    }

    /// Why a transform that is not one of `names` is not applied.
    private static func refusal(of type: String) -> String {
        if random.contains(type) {
            return "it changes images at random, which has no meaning in testing; take it out of the test pipeline"
        }
        if type == "Albumentations" || type.hasPrefix("torchvision/") || type.hasPrefix("albumentations") {
            return
                "transforms of other libraries are not applied; say it with \(names.dropLast().joined(separator: ", "))"
        }
        if let reason = others[type] { return reason }
        return "there is no such transform" + EntryArguments.hint(for: type, among: names)
    }

    /// The transforms of MMPreTrain 1.2 and mmcv 2.2 that use random numbers.
    private static let random: Set<String> = [
        "AutoAugment", "RandAugment", "Shear", "Translate", "Rotate", "Cutout", "ColorJitter", "Lighting", "RandomCrop",
        "RandomResizedCrop", "EfficientNetRandomCrop", "RandomErasing", "RandomFlip", "RandomGrayscale", "RandomResize",
        "RandomChoiceResize", "RandomChoice", "RandomApply", "RandomTranslatePad", "MAERandomResizedCrop",
        "RandomResizedCropAndInterpolationWithTwoPic", "SimMIMMaskGenerator", "BEiTMaskGenerator", "MultiView",
        "AutoContrast", "Invert", "Equalize", "Solarize", "SolarizeAdd", "Posterize", "Contrast", "ColorTransform",
        "Brightness", "Sharpness", "GaussianBlur",
    ]

    private static let others: [String: String] = [
        "Normalize": "normalisation is the work of data_preprocessor: its mean and std; take it out of the pipeline",
        "Pad": "only CenterCrop pads, by auto_pad and pad_cfg",
        "ToTensor": "PackInputs makes the tensor",
        "ImageToTensor": "PackInputs makes the tensor",
        "Collect": "PackInputs takes its place since MMPreTrain 1.0",
        "TestTimeAug": "it makes several tensors of an image; give its steps as the pipeline",
        "MultiScaleFlipAug": "it makes several tensors of an image; give its steps as the pipeline",
        "NumpyToPIL": "images stay arrays here: torchvision's transforms are not applied",
        "PILToNumpy": "images stay arrays here: torchvision's transforms are not applied",
        "LoadAnnotations": "there is nothing but the image; take it out of the pipeline",
        "PackMultiTaskInputs": "one task is supported, by PackInputs",
    ]
}
