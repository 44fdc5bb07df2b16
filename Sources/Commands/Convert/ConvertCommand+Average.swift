import CommandLineKit
import Workbench

extension ConvertCommand {
    /// What has no meaning for an average.
    private static let otherJobs = [
        rules, to, RuleOptions.reverse, RuleOptions.set, allowUnmatched, explain, trustChecksums,
    ]

    static func average(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        for option in otherJobs where arguments.has(option) {
            throw UsageError.combination("--average and --\(option.name) exclude each other")
        }
        let request = try ConvertRequest(arguments, rules: nil)
        let console = request.isStream ? console.leavingOutput : console
        guard request.options.inputs.count > 1 else {
            throw UsageError.combination("--average needs two checkpoints and OUT at least")
        }
        let weights = try arguments.value(of: weights).map {
            try AveragingOptions.weights($0, count: request.options.inputs.count)
        }
        let averaging = try Averaging(AveragingOptions(request.options, weights: weights))
        for checkpoint in averaging.checkpoints {
            if let warning = checkpoint.safetyWarning { console.report(warning) }
            console.report(notesOf: checkpoint)
        }
        for note in averaging.notes { console.note(note) }
        console.report(averaging.findings)
        let isPlanned = !request.output.isEmpty && (averaging.isExecutable || !request.isDryRun)
        let output = isPlanned ? try averaging.output(to: request.output) : nil
        for note in output.map({ $0.notes + averaging.remainder(in: $0) }) ?? [] { console.note(note) }
        try request.finish(
            output, averaging.overflow, json: averaging.json, text: averaging.summary(console.palette),
            isFine: averaging.isExecutable && !request.isDryRun, console)
        return averaging.isExecutable ? .success : .finding
    }
}
