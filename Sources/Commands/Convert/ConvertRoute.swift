import CommandLineKit
import KeyRules
import Workbench

/// `convert --to`: from one code base to another.
enum ConvertRoute {
    static func perform(
        _ request: ConvertRequest, to goal: String, explaining arguments: Arguments, _ console: Console
    ) throws -> ExitStatus {
        let route = try Route(request.options, to: goal, rules: request.rules)
        if let warning = route.checkpoint.safetyWarning { console.report(warning) }
        console.report(notesOf: route.checkpoint)
        for note in route.notes { console.note(note) }
        for caveat in route.caveats { console.note("\(caveat.rule): \(caveat.text.printable)") }
        console.report(route.findings)
        let dropped = route.dropped
        for drop in dropped.prefix(listedDrops) {
            console.note("'\(drop.key.text.printable)' is dropped: \(drop.reason.printable)")
        }
        let more = dropped.count - listedDrops
        if more > 0 { console.note("and \(more) more tensors are dropped: --dry-run lists them") }
        let key = arguments.value(of: ConvertCommand.explain)
        let explanation = try key.map { try route.explanation(of: $0, console.palette) }
        let output = try request.output.isEmpty ? nil : route.output(to: request.output, request.options)
        for note in output.map({ $0.notes + route.staleOptimizers(in: $0) }) ?? [] { console.note(note) }
        let showsMapping = request.isDryRun || arguments.has(ConvertCommand.explain)
        try request.finish(
            output, route.overflow, json: route.json,
            text: (explanation ?? (showsMapping ? route.mapping(console.palette) : ""))
                + route.summary(console.palette),
            isFine: !showsMapping, console)
        return .success
    }

    /// Dropped tensors beyond these are counted, not listed.
    private static let listedDrops = 6
}
