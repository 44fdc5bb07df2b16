import CommandLineKit
import Workbench

extension VerifyCommand {
    static let suite = Option(
        "suite", .required("FILE.yml"),
        help:
            "Verify every model of a suite, of a metafile or of a model-index.yml. What has no checkpoint runs once on seeded weights."
    )
    static let models = Option(
        "models", .several("GLOB"), repeats: true,
        help: "Run only the models of a suite whose names begin like this.")
    static let checkpointRoot = Option(
        "checkpoint-root", .required("FOLDER"),
        help:
            "The folder with the weights that a metafile names: a copy of the server, with the paths of their URLs, or all files side by side."
    )
    static let data = Option(
        "data", .required("FOLDER"),
        help: "The data root on which a metafile's models with weights must reach the accuracies of its Results.")
    static let shard = Option(
        "shard", .required("K/N"), help: "Run the K-th of N parts of a suite, for N machines in parallel.")
    static let merge = Option(
        "merge", .several("REPORT.json"), repeats: true,
        help: "Join what --suite --shard --json printed on these machines.")

    /// `--suite` or `--merge`.
    static func runSuite(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let report = try arguments.has(merge) ? merged(arguments) : ran(arguments, console)
        for error in report.errors { console.report(error) }
        let status = try deliver(report, arguments, console)
        return report.count(.error) > 0 ? .failure : status
    }

    private static func merged(_ arguments: Arguments) throws -> SuiteReport {
        try refuse(
            [suite, models, checkpointRoot, data, shard, images, ImageOptions.pillow] + single, arguments, beside: merge
        )
        return try Suite.merge(arguments.values(of: merge))
    }

    private static func ran(_ arguments: Arguments, _ console: Console) throws -> SuiteReport {
        guard let suitePath = arguments.value(of: suite) else { throw UsageError.missingPositional("--suite FILE.yml") }
        try refuse(single, arguments, beside: suite)
        guard arguments.values(of: images).count <= 1 else {
            throw UsageError.combination("--images takes one image beside --suite, which its models are run on")
        }
        let options = Suite.Options(
            path: suitePath, checkpointRoot: arguments.value(of: checkpointRoot),
            patterns: arguments.values(of: models),
            shard: try arguments.shard(of: shard), image: arguments.value(of: images), data: arguments.value(of: data),
            pillow: try ImageOptions.pillowRelease(arguments))
        // Whoever stops the run, its report does not say that all is well.
        let path = arguments.value(of: junit)
        return try console.withProgress("verifying") { update in
            try Suite.run(options, progress: update) { report in try path.map { try report.writeJUnit(to: $0) } }
        }
    }

    /// What belongs to one model.
    private static var single: [Option] {
        ModelOptions.withPrograms + ofCheckpoints.filter { $0 != images && $0 != ImageOptions.pillow }
            + WeightOptions.all
    }

    private static func refuse(
        _ options: [Option], _ arguments: Arguments, beside option: Option
    ) throws(UsageError) {
        if let word = arguments.positionals.first { throw .unexpectedPositional(word) }
        for other in options where arguments.has(other) {
            throw .combination("--\(option.name) and --\(other.name) exclude each other")
        }
    }
}
