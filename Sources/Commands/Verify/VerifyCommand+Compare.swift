import CommandLineKit
import Workbench

extension VerifyCommand {
    static let compare = Option(
        "compare", .several("GOLDEN"),
        help:
            "Compare two goldens of any model, and run nothing. --golden FILE is a third, in double precision; --rules with --model, the second's, says which layer is which."
    )

    /// `--compare A B`.
    static func runComparison(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let files = arguments.values(of: compare)
        guard files.count == 2 else {
            throw UsageError.combination("--compare needs two goldens, found \(files.count)")
        }
        if let word = arguments.positionals.first { throw UsageError.unexpectedPositional(word) }
        for option in [images, ImageOptions.pillow, originalProgram, original, inputs, pipeline, precision]
            + WeightOptions.all
        where arguments.has(option) {
            throw UsageError.combination("--compare and --\(option.name) exclude each other")
        }
        var options = GoldenComparison.Options(left: files[0], right: files[1])
        options.truth = arguments.value(of: golden)
        options.tolerance = try arguments.magnitude(of: tolerance)
        options.rules = arguments.value(of: rules)
        options.model = try ModelOptions.source(arguments)
        if options.rules != nil, options.model == nil {
            throw UsageError.combination("--rules needs --model or --config, the model of the second golden")
        }
        let report = try GoldenComparison.run(options)
        for warning in report.warnings { console.report(warning) }
        for note in report.notes { console.note(note) }
        return try deliver(report, arguments, console)
    }
}
