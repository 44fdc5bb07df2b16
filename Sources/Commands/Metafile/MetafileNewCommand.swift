import CommandLineKit
import Workbench

/// The command line of `metafile new`.
enum MetafileNewCommand {
    static let out = Option("out", .required("FILE"), help: "The metafile to write, such as configs/NAME/metafile.yml.")
    static let collection = Option(
        "collection", .required("NAME"), help: "The collection's name. Without it: that of the configs' folder.")

    static let command = Command(
        name: "metafile new", version: workbenchVersion,
        summary: "drafts the metafile of new models, with what their configs tell, and the stub of its README.",
        positionals: [.init("CONFIG.py", repeats: true, help: "A config of the collection. It is read, not run.")],
        groups: [
            OptionGroup("What to write", [out, collection, MetafileTool.root, MetafileTool.mmengine]),
            OptionGroup("Provenance", [MetafileTool.convertedFrom, MetafileTool.code]),
        ],
        examples: [
            .init("metafile new configs/van/van-*.py --out configs/van/metafile.yml", "A collection of four models.")
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        guard let output = arguments.value(of: out) else { throw UsageError.combination("--out FILE is missing") }
        let (weights, code) = (arguments.value(of: MetafileTool.convertedFrom), arguments.value(of: MetafileTool.code))
        let report = try MetafileDraft.run(
            MetafileDraft.Options(
                configs: arguments.positionals, output: output, root: arguments.value(of: MetafileTool.root),
                collection: arguments.value(of: collection),
                origin: weights == nil && code == nil ? nil : .init(weights: weights, code: code),
                countsFusedAttention: !arguments.has(MetafileTool.mmengine)))
        for note in report.notes { console.note(note) }
        let lines = report.files.map { "\($0.printable): written\n" }
        try console.write(lines.joined(), isFine: true)
        return .success
    }
}
