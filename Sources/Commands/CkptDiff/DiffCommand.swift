import CommandLineKit
import TensorCore
import Workbench

/// The command line of `ckpt-diff`.
enum DiffCommand {
    static let rules = Option(
        "rules", .required("FILE|NAME"),
        help: "Compare what these rules make of A: a path, or a bundled file such as vgg.rules.")
    static let stateKey = WeightOptions.stateKeyOption("The dictionary to look at")
    static let ignore = Option(
        "ignore", .required("GLOB"), repeats: true, help: "Leave out keys that match, on both sides.")
    static let tolerance = Option(
        "tolerance", .required("X"), help: "The largest absolute difference that is not a finding; 0 by default.")
    static let top = Option(
        "top", .required("N"),
        help: "List the N tensors that changed most, and N that one file lacks; 20 by default, 0 for all.")
    static let html = Option(
        "html", .required("OUT"), help: "Also write the report as a web page: one file that loads nothing.")

    static let command = Command(
        name: "ckpt-diff", version: workbenchVersion,
        summary: "compares the values of two checkpoints, tensor by tensor.",
        positionals: [.init("A", help: "A checkpoint."), .init("B", help: "The checkpoint to compare it with.")],
        groups: [
            OptionGroup("What to compare", [stateKey, WeightOptions.stripPrefix, ignore]),
            OptionGroup("Under other names", [rules, RuleOptions.reverse, RuleOptions.set] + ModelOptions.all),
            OptionGroup("Output", [tolerance, top, .json, html]),
        ],
        examples: [
            .init("ckpt-diff epoch_10.pth epoch_20.pth", "What did these epochs change?"),
            .init("ckpt-diff a.pth a.safetensors --tolerance 1e-3", "Is the half-precision copy close enough?"),
            .init("ckpt-diff --rules vgg in.pth out.pth", "Does the converted file have the values of IN?"),
        ],
        finding: "a value differs by more than the tolerance, or a tensor is in one file only or has another shape")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        var options = ValueComparison.Options(left: arguments.positionals[0], right: arguments.positionals[1])
        options.selection = WeightOptions.selection(arguments)
        options.rules = arguments.value(of: rules)
        options.direction = arguments.has(RuleOptions.reverse) ? .reverse : .forward
        options.settings = try arguments.settings(of: RuleOptions.set)
        options.model = try ModelOptions.source(arguments)
        options.ignored = arguments.values(of: ignore).map(Glob.init)
        options.tolerance = try arguments.magnitude(of: tolerance) ?? 0
        for option in [RuleOptions.reverse, RuleOptions.set] + ModelOptions.all
        where arguments.has(option) && !arguments.has(rules) {
            throw UsageError.combination("--\(option.name) says how the rules are followed: it needs --rules")
        }
        let limit = try arguments.integer(of: top, atLeast: 0) ?? 20
        let comparison = try console.withProgress("comparing", unit: .bytes) {
            try ValueComparison.run(options, progress: $0)
        }
        for warning in comparison.warnings { console.report(warning) }
        for note in comparison.notes { console.note(note) }
        if let path = arguments.value(of: html) { try comparison.writeHTML(to: path) }
        if arguments.has(.json) {
            try console.write(report: comparison.json)
        } else {
            try console.write(
                comparison.text(top: limit == 0 ? nil : limit, console.palette), isFine: comparison.isWithinTolerance)
        }
        return comparison.isWithinTolerance ? .success : .finding
    }
}
