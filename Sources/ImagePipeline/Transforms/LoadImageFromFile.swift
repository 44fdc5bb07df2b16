import ByteIO
import ModelConfig

/// Reads a file into an image.
struct LoadImageFromFile {
    static let arguments = [
        "to_float32", "color_type", "imdecode_backend", "file_client_args", "ignore_empty", "backend_args",
    ]

    /// What a pipeline without this step is given: `mmcv.imread` as MMPreTrain's inferencer calls it.
    static let standard = LoadImageFromFile(makesFloats: false, options: Image.DecodingOptions())

    /// Whether the image's samples are held as float32 from there on. Their values are the same.
    let makesFloats: Bool
    let options: Image.DecodingOptions

    private init(makesFloats: Bool, options: Image.DecodingOptions) {
        self.makesFloats = makesFloats
        self.options = options
    }

    init(_ entry: EntryArguments) throws(PipelineError) {
        try entry.check(only: Self.arguments)
        makesFloats = try entry.bool("to_float32", default: false)
        _ = try entry.bool("ignore_empty", default: false)
        var options = Image.DecodingOptions()
        switch try entry.string("color_type", default: "color") {
        case "color": break
        case "color_ignore_orientation": options.ignoresOrientation = true
        case let other:
            throw entry.refused(
                "color_type", "'\(other)' is not supported, for its bytes differ between versions of OpenCV; 'color' is"
            )
        }
        switch entry.dictionary["imdecode_backend"] {
        case nil, .some(.none), .string("cv2")?: break
        case .string("pillow")?: options.mustEqualPillow = true
        case let other?:
            throw entry.refused(
                "imdecode_backend", "\(EntryArguments.text(other)) is not supported; 'cv2' and 'pillow' are")
        }
        self.options = options
        for name in ["file_client_args", "backend_args"] {
            guard let value = entry.value(name) else { continue }
            guard case .dictionary(let arguments) = value,
                ["disk", "local", "LocalBackend", "HardDiskBackend"].map(ConfigValue.string).contains(
                    arguments["backend"] ?? arguments["type"] ?? .string("local"))
            else { throw entry.refused(name, "images are read from local files only: backend='local'") }
        }
    }
}
