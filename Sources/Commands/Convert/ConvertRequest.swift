import CheckpointIO
import CommandLineKit
import JSON
import KeyRules
import TensorCore
import Workbench

/// What a command line of `convert` asks for.
struct ConvertRequest {
    let options: ConversionOptions
    /// Nil for a change of format only.
    let rules: RuleSource?
    /// Empty in a dry run.
    let output: String
    let isDryRun: Bool
    let printsJSON: Bool
    /// Whether OUT is standard output, so that what is said goes to standard error.
    let isStream: Bool
    private let start = ContinuousClock.now

    /// - Throws: `UsageError`.
    init(_ arguments: Arguments, rules: RuleSource?) throws(UsageError) {
        self.rules = rules
        let names = rules?.file.inputNames ?? []
        isDryRun = arguments.has(ConvertCommand.dryRun)
        printsJSON = arguments.has(ConvertCommand.json)
        var words = arguments.positionals
        let first = words.removeFirst()
        guard !words.isEmpty || isDryRun else { throw .missingPositional("OUT") }
        // Where the inputs have names and OUT is left out, the last word is one of them.
        let hasName = { (word: String) in ConversionOptions.Input(word: word, names: names).name != nil }
        let lacksOutput =
            isDryRun && !arguments.has(ConvertCommand.average) && hasName(first) && words.last.map(hasName) == true
        output = lacksOutput ? "" : words.popLast() ?? ""
        if arguments.has(ConvertCommand.to) {
            for option in Self.excludingRoutes where arguments.has(option) {
                throw .combination("--to checks both ends itself: it takes no --\(option.name)")
            }
        } else if rules == nil {
            for option in Self.needingRules where arguments.has(option) {
                throw .combination("--\(option.name) needs --rules or --to")
            }
        }
        isStream = output == OutputFormat.streamPath && !isDryRun
        if isStream {
            if printsJSON { throw .combination("OUT '-' and --json both take standard output") }
            if StandardStream.output.isTerminal {
                throw .combination("standard output is a terminal: redirect it, or name a file as OUT")
            }
        }
        options = try Self.options(
            arguments, inputs: ([first] + words).map { ConversionOptions.Input(word: $0, names: names) })
    }

    private static let excludingRoutes = [RuleOptions.reverse, ConvertCommand.against] + ModelOptions.withPrograms

    private static let needingRules = [RuleOptions.set, RuleOptions.reverse, ConvertCommand.allowUnmatched]

    private static func options(
        _ arguments: Arguments, inputs: [ConversionOptions.Input]
    ) throws(UsageError) -> ConversionOptions {
        var options = ConversionOptions(inputs: inputs)
        options.direction = arguments.has(RuleOptions.reverse) ? .reverse : .forward
        options.selection = StateDictSelection(
            stateKey: arguments.value(of: ConvertCommand.stateKey),
            prefix: arguments.value(of: ConvertCommand.stripPrefix).map { WrapperPrefix($0) },
            isWeightsOnly: arguments.has(ConvertCommand.weightsOnly))
        let edits = try Self.edits(arguments)
        guard edits.isEmpty || options.inputs.count == 1 || arguments.has(ConvertCommand.average) else {
            throw .combination("--keep, --drop, --rename and --add-prefix take one checkpoint")
        }
        options.selection.edits = edits
        options.keepsExisting = arguments.has(ConvertCommand.noClobber)
        options.format = arguments.value(of: ConvertCommand.writtenAs).map {
            $0 == "safetensors" ? .safetensors : .torchZip
        }
        options.dtype = arguments.value(of: ConvertCommand.dtype).flatMap(DType.init(rawValue:))
        options.allowsOverflow = arguments.has(ConvertCommand.allowOverflow)
        options.trustsChecksums = arguments.has(ConvertCommand.trustChecksums)
        options.allowUnmatched = arguments.values(of: ConvertCommand.allowUnmatched).map(Glob.init)
        options.model = try ConvertCommand.reference(arguments)
        options.isCompact = arguments.has(ConvertCommand.compact)
        if let text = arguments.value(of: ConvertCommand.maxShardSize) {
            guard let size = byteCount(text), size > 0 else {
                throw .combination("--max-shard-size needs a size such as 5GB, 500MB or 1GiB, found '\(text)'")
            }
            options.maxShardSize = size
        }
        options.settings = try arguments.settings(of: RuleOptions.set)
        return options
    }

    private static func edits(_ arguments: Arguments) throws(UsageError) -> KeyEdits {
        var edits = KeyEdits()
        edits.keeps = arguments.values(of: ConvertCommand.keep).map(Glob.init)
        edits.drops = arguments.values(of: ConvertCommand.drop).map(Glob.init)
        edits.prefix = arguments.value(of: ConvertCommand.addPrefix)
        for text in arguments.values(of: ConvertCommand.rename) {
            do throws(ExpressionError) {
                edits.renames.append(try Substitution(text))
            } catch {
                throw .combination("--rename '\(text)': \(error)")
            }
        }
        return edits
    }

    /// Writes the files, and reports what became of the checkpoint.
    /// - Parameters:
    ///   - plan: nil where there is nothing to write.
    ///   - overflow: what casts found until then.
    ///   - json: the report without the files.
    ///   - text: the same for readers.
    ///   - isFine: whether `--quiet` leaves the text out.
    func finish(
        _ plan: OutputPlan?, _ overflow: OverflowReport, json: @autoclosure () -> JSONValue,
        text: @autoclosure () -> String, isFine: Bool, _ console: Console
    ) throws {
        let files = try write(plan, console)
        for note in overflow.notes { console.note(note) }
        if printsJSON {
            try console.write(report: json().adding(plan?.json(files) ?? []))
        } else {
            try console.write(text() + (plan?.summary ?? "") + (files.map(written) ?? ""), isFine: isFine)
        }
    }

    /// Writes the files and shows how far that is; nil in a dry run and without a plan.
    private func write(_ plan: OutputPlan?, _ console: Console) throws -> [OutputPlan.WrittenFile]? {
        guard let plan, !isDryRun else { return nil }
        return try console.withProgress("writing", unit: .bytes) { progress in
            isStream
                ? [try plan.write(toStream: StandardStream.output.rawValue, progress: progress)]
                : try plan.write(progress: progress)
        }
    }

    /// The files that a conversion is to give; nil in a dry run of what cannot be converted or has no OUT.
    func output(of conversion: Conversion) throws -> OutputPlan? {
        if isDryRun, output.isEmpty || !conversion.plan.isExecutable { return nil }
        return try conversion.output(to: output, options)
    }

    /// The same of a conversion without rules.
    func output(of recoding: Recoding) throws -> OutputPlan? {
        if isDryRun, output.isEmpty || !recoding.isExecutable { return nil }
        return try recoding.output(to: output, options)
    }

    /// What is said of the files that were written.
    private func written(_ files: [OutputPlan.WrittenFile]) -> String {
        let elapsed = (ContinuousClock.now - start).components
        let milliseconds = elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000
        return "\(files.summary(output)) written in \(milliseconds) ms\n"
    }
}
