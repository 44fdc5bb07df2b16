import CommandLineKit
import Workbench

/// The command line of `publish`.
enum PublishCommand {
    static let noEMA = Option(
        "no-ema",
        help: "Keep the trained weights where IN also has averaged ones. Without it: keep the averaged ones.")
    static let ema = Option(
        "ema", .required("NAME"),
        help:
            "Publish this second set of weights, under the names of the first: state_dict_ema, callbacks.EMA.ema_weights …"
    )
    static let weightsOnly = Option(
        "weights-only", help: "Publish the tensors alone, as a flat dictionary of plain CPU tensors.")
    static let stateKey = Option(
        "state-key", .required("KEY"),
        help: "With --weights-only, the dictionary of IN to publish, as a dotted path: one of several sets of weights.")
    static let datasetType = Option(
        "dataset-type", .required("NAME"),
        help: "Name the classes of this dataset type (ImageNet, CIFAR10 …) where IN names none.")

    static let command = Command(
        name: "publish", version: workbenchVersion,
        summary: "keeps what others need of a training checkpoint, in a file named by its hash.",
        positionals: [
            .init("IN", help: "The checkpoint: one of a training run, or a bare state dict."),
            .init(
                "OUT",
                help:
                    "The beginning of the name; .pth at its end is cut off. The file is OUT_YYYYMMDD-HHHHHHHH.pth: the day ($SOURCE_DATE_EPOCH's in UTC where that is set), and the first 8 digits of its own SHA-256."
            ),
        ],
        groups: [
            OptionGroup("What to publish", [noEMA, ema, weightsOnly, stateKey, datasetType]),
            OptionGroup("Reports", [.json]),
        ],
        examples: [
            .init("publish work_dirs/epoch_300.pth resnet50_8xb32_in1k", "Without optimizer, schedulers and messages."),
            .init("publish converted.pth vgg16.pth --dataset-type ImageNet", "With the names of the classes."),
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        for option in [noEMA, datasetType] where arguments.has(option) && arguments.has(weightsOnly) {
            throw UsageError.combination("--weights-only leaves no place for --\(option.name)")
        }
        if arguments.has(stateKey), !arguments.has(weightsOnly) {
            throw UsageError.combination("--state-key needs --weights-only")
        }
        let publication = try Publication(
            Publication.Options(
                input: arguments.positionals[0], output: arguments.positionals[1],
                keepsTrainedWeights: arguments.has(noEMA), datasetType: arguments.value(of: datasetType),
                averages: arguments.value(of: ema), isWeightsOnly: arguments.has(weightsOnly),
                stateKey: arguments.value(of: stateKey)))
        if let warning = publication.safetyWarning { console.report(warning) }
        console.report(notesOf: publication.checkpoint)
        for note in publication.notes { console.note(note) }
        let day = try PublicationDay()
        let file = try console.withProgress("writing", unit: .bytes) { try publication.write(on: day, progress: $0) }
        if arguments.has(.json) {
            try console.write(report: publication.json(file))
        } else {
            try console.write(publication.text(file), isFine: true)
        }
        return .success
    }
}
