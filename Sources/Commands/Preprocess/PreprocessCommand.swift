import CommandLineKit
import JSON
import Workbench

/// The command line of `preprocess`.
enum PreprocessCommand {
    static let model = Option(
        "model", .required("NAME"), help: "Take the pipeline of this model of MMPreTrain in place of CONFIG.py.")
    static let config = Option(
        "config", .required("CONFIG.py"), help: "Take the pipeline of this config; it may also be the first word.")
    static let pillow = Option(
        "pillow", .choice(["11", "12", "13"]),
        help:
            "The release of Pillow whose resize is followed where a step has backend='pillow': 13 (the default) from 13.0 on, 12 for 12.2 and 12.3, 11 for all before. They differ in images much taller than wide."
    )
    static let out = Option(
        "out", .required("OUT"),
        help: "Write the tensor of all images, as 'input', to OUT: .pth, .safetensors, or .npy for the array alone.")
    static let saveSteps = Option(
        "save-steps", .required("FOLDER"), help: "Write a PNG of what each step makes of each image to FOLDER.")

    static let command = Command(
        name: "preprocess", version: workbenchVersion,
        summary:
            "turns images into a model's input, bit for bit as MMPreTrain's test pipeline does, and reports what each step made.",
        positionals: [
            .init(
                "IMAGE", repeats: true,
                help:
                    "A JPEG, PNG, WebP, BMP, PBM, PGM or PPM file. The first word is the config, CONFIG.py, unless --model or --config names one."
            )
        ],
        groups: [
            OptionGroup("How", [model, config, pillow]),
            OptionGroup("Output", [out, saveSteps, .json]),
        ],
        examples: [
            .init("preprocess resnet50_8xb32_in1k.py dog.jpg --save-steps steps", "See what the network sees."),
            .init(
                "preprocess --model resnet50_8xb32_in1k a.jpg b.jpg --out input.npy", "The input, for another program."),
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        var images = arguments.positionals
        let source: PipelineSource
        switch (arguments.value(of: model), arguments.value(of: config)) {
        case (_?, _?): throw UsageError.combination("--model and --config exclude each other")
        case (let name?, nil): source = .model(name)
        case (nil, let path?): source = .config(path)
        case (nil, nil):
            source = .config(images.removeFirst())
            guard !images.isEmpty else { throw UsageError.missingPositional("IMAGE, after CONFIG.py,") }
        }
        let options = Preprocessing.Options(
            source: source, images: images, output: arguments.value(of: out),
            stepsFolder: arguments.value(of: saveSteps), pillow: try ImageOptions.pillowRelease(arguments))
        let report = try console.withProgress("preprocessing") { update in
            try Preprocessing.run(options) { done in update(done, options.images.count) }
        }
        if arguments.has(.json) {
            try console.write(report: report.json)
        } else {
            try console.write(report.text(console.palette), isFine: report.output != nil)
        }
        for note in report.notes { console.note(note) }
        for refusal in report.refusals { console.report(refusal) }
        return report.refusals.isEmpty ? .success : .failure
    }
}
