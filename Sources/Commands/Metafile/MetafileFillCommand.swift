import CommandLineKit
import JSON
import Workbench

/// The command line of `metafile fill`.
enum MetafileFillCommand {
    static let inPlace = Option("in-place", short: "i", help: "Write the file. Without it the text is printed.")
    static let diff = Option("diff", help: "Print what changes, as diff -u does, in place of the text.")
    static let recount = Option("recount", help: "Replace figures that are not those of the config, too.")
    static let report = Option(
        "report", .required("FILE.json"),
        help: "What `convert --dry-run --json` printed: its model is the one whose 'Converted From' is filled in.")
    static let model = Option(
        "model", .required("NAME"),
        help: "The model whose 'Converted From' is filled in. Without it: each '3rdparty' one.")

    static let command = Command(
        name: "metafile fill", version: workbenchVersion,
        summary:
            "fills in FLOPs, Parameters and provenance that a metafile lacks; every other byte stays as it is.",
        positionals: [.init("PATH", help: "A metafile.")],
        groups: [
            OptionGroup("What to fill in", [recount, MetafileTool.mmengine, MetafileTool.root]),
            OptionGroup("Provenance", [MetafileTool.convertedFrom, MetafileTool.code, model, report]),
            OptionGroup("Output", [inPlace, diff, .json]),
        ],
        examples: [
            .init("metafile fill configs/van/metafile.yml --diff", "What would change?"),
            .init("metafile fill configs/van/metafile.yml -i", "Change it."),
            .init(
                "metafile fill configs/van/metafile.yml -i --converted-from https://… --code https://…",
                "Say where the '3rdparty' weights are from."),
        ])

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let report = try MetafileFill.run(
            MetafileFill.Options(
                path: arguments.positionals[0], root: arguments.value(of: MetafileTool.root),
                recounts: arguments.has(recount), countsFusedAttention: !arguments.has(MetafileTool.mmengine),
                origin: try origin(arguments), writes: arguments.has(inPlace)))
        if arguments.has(.json) {
            try console.write(report: report.json)
        } else if arguments.has(diff) {
            try console.write(report.diff)
        } else if arguments.has(inPlace) {
            let lines = report.filled.map { "\($0.model.printable): \($0.fields.joined(separator: ", "))\n" }
            try console.write(lines.joined(), isFine: true)
        } else {
            try console.write(utf8: report.after)
        }
        for note in report.notes { console.note(note) }
        if report.before == report.after, report.notes.isEmpty, !arguments.has(.json), console.level != .quiet {
            console.report("\(report.path): nothing is missing")
        }
        return .success
    }

    private static func origin(_ arguments: Arguments) throws -> MetafileFill.Origin? {
        var origin = MetafileFill.Origin(
            model: arguments.value(of: model), weights: arguments.value(of: MetafileTool.convertedFrom),
            code: arguments.value(of: MetafileTool.code))
        if let path = arguments.value(of: report) { try origin.complete(fromReportAt: path) }
        guard origin.weights != nil || origin.code != nil else {
            if origin.model != nil {
                throw UsageError.combination("--model needs --converted-from, --code or --report")
            }
            return nil
        }
        return origin
    }
}
