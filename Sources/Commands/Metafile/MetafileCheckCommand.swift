import CommandLineKit
import JSON
import Workbench

/// The command line of `metafile check`.
enum MetafileCheckCommand {
    static let skip = Option(
        "skip", .required("RULE"), repeats: true, help: "Leave out a rule: its name stands in brackets after a finding."
    )
    static let noConfigs = Option(
        "no-configs", help: "Load no config and count nothing: check the form of the files only.")
    static let strict = Option("strict", help: "Exit with 1 for warnings, too.")
    static let format = ReportFormat.option([.text, .json, .sarif, .github])

    static let command = Command(
        name: "metafile check", version: workbenchVersion,
        summary:
            "checks metafiles against MMPreTrain's rules, the needs of modelindex and mim, and the configs that they name.",
        positionals: [
            .init("PATH", repeats: true, help: "A metafile, a model-index.yml with all that it imports, or its folder.")
        ],
        groups: [
            OptionGroup("What to check", [skip, noConfigs, MetafileTool.root, strict]),
            OptionGroup("Reports", [format, .json]),
        ],
        examples: [
            .init("metafile check configs/convnext/metafile.yml", "One file."),
            .init(
                "metafile check model-index.yml --format sarif > metafiles.sarif", "All, for a code scanning service."),
        ],
        finding: "a metafile has errors")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let skipped = try arguments.values(of: skip).map { word in
            guard let rule = MetafileFinding.Rule(rawValue: word) else {
                let names = MetafileFinding.Rule.allCases.map(\.rawValue)
                throw UsageError.notAChoice(option: skip.name, value: word, choices: names)
            }
            return rule
        }
        let style = try ReportFormat.asked(for: arguments)
        let options = MetafileCheck.Options(
            paths: arguments.positionals, root: arguments.value(of: MetafileTool.root), skippedRules: Set(skipped),
            readsConfigs: !arguments.has(noConfigs))
        let report = console.withProgress("counting models") { update in
            MetafileCheck.run(options, progress: update)
        }
        switch style {
        case .json: try console.write(report: report.json)
        case .sarif: try console.write(report.sarif.text)
        case .github: try console.write(report.workflowCommands)
        case .text where report.fileCount == 0 && !report.failures.isEmpty: break
        case .text:
            try console.write(
                report.text(console.palette), isFine: report.findings.isEmpty && report.failures.isEmpty)
        }
        for failure in report.failures { console.report(failure) }
        guard report.failures.isEmpty else { return .failure }
        let faults = arguments.has(strict) ? report.findings.count : report.errorCount
        return faults == 0 ? .success : .finding
    }
}
