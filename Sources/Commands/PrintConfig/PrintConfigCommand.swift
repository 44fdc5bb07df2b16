import CommandLineKit
import JSON
import Workbench

/// The command line of `print-config`.
enum PrintConfigCommand {
    static let cfgOptions = Option(
        "cfg-options", .pairs("K=V"), repeats: true,
        help:
            "Set keys after the config is read: model.backbone.depth=50, train_pipeline.0.scale=160 (digits count elements of lists), topk=(1,5), lr=None."
    )
    static let json = Option("json", help: "Print the config as JSON, with the files it was read from.")

    static let command = Command(
        name: "print-config", version: workbenchVersion,
        summary: "prints a config with all that it inherits, as Python that a config reader loads to the same values.",
        positionals: [
            .init(
                "CONFIG.py",
                help: "A config of mmengine, old or new style. It is read as data: nothing is imported or run.")
        ],
        groups: [
            OptionGroup("Values", [cfgOptions]),
            OptionGroup("Reports", [json]),
        ],
        examples: [
            .init("print-config configs/resnet/resnet50_8xb32_in1k.py", "One `name = value` for each key."),
            .init(
                "print-config resnet50.py --cfg-options model.head.num_classes=10",
                "With other values."),
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let report = try ConfigPrinting.run(
            ConfigPrinting.Options(path: arguments.positionals[0], overrides: arguments.values(of: cfgOptions)))
        for note in report.notes { console.note(note) }
        if arguments.has(json) {
            try console.write(report: report.json)
        } else {
            try console.write(report.text)
        }
        return .success
    }
}
