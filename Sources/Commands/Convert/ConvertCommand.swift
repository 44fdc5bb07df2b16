import CheckpointIO
import CommandLineKit
import JSON
import KeyRules
import TensorCore
import Workbench

/// The command line of `convert`.
enum ConvertCommand {
    static let rules = Option(
        "rules", .required("FILE|NAME"),
        help:
            "The rules to follow: a path, or a bundled file such as vgg.rules. Without rules, only the format changes.")
    static let to = Option(
        "to", .required("CODEBASE"),
        help:
            "Recognise IN by its keys and give OUT the names of another code base: mmpretrain, timm, torchvision, huggingface …, or a bundled rule file for the names of its left sides."
    )
    static let listRules = Option(
        "list-rules", .optional("WORD"),
        help:
            "List the bundled rule files, with their code bases; or those whose name, title or code base contains WORD."
    )
    static let listModels = Option(
        "list-models", .optional("WORD"),
        help: "List the built-in models; or those whose name or backbone contains WORD.")
    static let printRules = Option("print-rules", .required("NAME"), help: "Print a bundled rule file.")
    static let stateKey = Option(
        "state-key", .required("KEY"),
        help:
            "The dictionary of IN to convert, as a dotted path. Without it: the rules' root, or else state_dict, model or another usual one. Without rules, OUT is that dictionary alone."
    )
    static let stripPrefix = WeightOptions.stripPrefix
    static let rename = Option(
        "rename", .required("s/RE/TO/"), repeats: true,
        help: "Edit the keys as sed -E does: \\1 and & in TO, flag g for every match, any character for the slash. An "
            + "expression that no key matches is an error, and so are two keys that become one.")
    static let drop = Option(
        "drop", .required("GLOB"), repeats: true,
        help: "Leave out the keys of IN that match, compared after --strip-prefix.")
    static let keep = Option(
        "keep", .required("GLOB"), repeats: true,
        help: "Keep only the keys of IN that match one of these, compared after --strip-prefix.")
    static let addPrefix = Option(
        "add-prefix", .required("PREFIX"),
        help: "Put this before every key. A name such as backbone gets a dot after it.")
    static let average = Option(
        "average",
        help:
            "Average the checkpoints IN… of one model: sums in float64, rounded once to their type. Integers, and what is "
            + "around the state dict, come from the last one.")
    static let weights = Option(
        "weights", .required("W,W,…"),
        help: "The weight of each IN in the average; they are divided by their sum. Without it: equal weights.")
    static let noClobber = Option("no-clobber", help: "Refuse to replace a file that exists.")
    static let weightsOnly = Option(
        "weights-only",
        help: "Write the tensors alone, as a flat dictionary of plain CPU tensors, whatever is around them.")
    static let dtype = Option(
        "dtype", .choice(["float16", "bfloat16", "float32", "float64"]),
        help: "Cast the floating-point tensors; integers stay as they are.")
    static let allowOverflow = Option(
        "allow-overflow", help: "Write numbers that are too large for the type they are cast to as infinity.")
    static let trustChecksums = Option(
        "trust-checksums", help: "Copy records without reading them, so that damage in IN is not noticed.")
    static let allowUnmatched = Option(
        "allow-unmatched", .required("GLOB"), repeats: true, help: "Leave out keys that match and that no rule takes.")
    static let against = Option(
        "against", .required("CKPT"),
        help: "The state dict of CKPT, for a model that is not built in.")
    static let maxShardSize = Option(
        "max-shard-size", .required("SIZE"),
        help:
            "Split the state dict into files of at most SIZE (5GB, 500MB, 1GiB), with the index that transformers reads."
    )
    static let writtenAs = Option(
        "as", .choice(["pth", "safetensors"]),
        help:
            "The format of OUT, whatever its extension. By default, standard output takes IN's format if that is safetensors, else PyTorch's."
    )
    static let compact = Option(
        "compact", help: "Leave out the bytes that no tensor refers to, such as the rest of a tensor that was sliced.")
    static let dryRun = Option("dry-run", help: "Print the plan and write nothing; OUT may be left out.")
    static let explain = Option(
        "explain", .optional("KEY"),
        help: "Print where every tensor comes from and by which line; with KEY, everything about that tensor.")
    static let json = Option("json", help: "Print the plan as JSON.")
    static let suggest = Option(
        "suggest",
        help:
            "Draft a rule file that turns IN into what --model, --config, --program or --against names, and print it.")
    static let check = Option(
        "check",
        help: "Check the rule files IN… by themselves, and print each error as file:line:column: error: message.")

    private static let writing = [
        writtenAs, weightsOnly, dtype, allowOverflow, maxShardSize, compact, trustChecksums, noClobber,
    ]
    /// What edits keys without a rule file.
    static let edits = [keep, drop, rename, addPrefix]

    static let format = ReportFormat.option([.text, .json, .github])

    /// Errors of a rule file that are printed: what follows is mostly their consequence.
    private static let listedErrors = 20

    static let command = Command(
        name: "convert", version: workbenchVersion,
        summary: "gives the tensors of a checkpoint the names of another code base, or changes the file's format.",
        positionals: [
            .init(
                "IN", repeats: true, isOptional: true,
                help:
                    "The checkpoint to read; several as NAME=FILE, for rules that name their inputs, or with --average."
            ),
            .init(
                "OUT", isOptional: true,
                help:
                    "The file to write, whole or not at all: .pth, .pt, .ckpt or .bin (PyTorch's zip format), or .safetensors; - for standard output."
            ),
        ],
        groups: [
            OptionGroup(
                "What to do", [rules, to, RuleOptions.reverse, RuleOptions.set, stateKey, stripPrefix, allowUnmatched]),
            OptionGroup("What to do with the keys of IN, before any rules", edits),
            OptionGroup("Several checkpoints in one", [average, weights]),
            OptionGroup(
                "Check the result against this, in place of the model that the rules declare",
                ModelOptions.withPrograms + [against]),
            OptionGroup(
                "How to write", writing),
            OptionGroup("Output", [dryRun, explain, suggest, check, format, json]),
            OptionGroup("Lists", [listRules, listModels, printRules]),
        ],
        examples: [
            .init("convert --rules mobilenet_v2.rules in.pth out.pth", "torchvision's names become MMPreTrain's."),
            .init(
                "convert --to timm in.pth out.safetensors",
                "From whatever code base IN is, by way of MMPreTrain's names."),
            .init("convert --rules vgg --dry-run --explain in.pth", "Where would each tensor come from?"),
            .init("convert --rules my.rules base=b.pth delta=d.pth out.pth", "Two checkpoints become one."),
            .init("convert --suggest in.pth --model resnet50_8xb32_in1k > my.rules", "Where do I begin?"),
            .init("convert --check my.rules", "What is wrong with my rules?"),
            .init("convert --drop 'fc.*' --add-prefix backbone in.pth out.pth", "The head goes, the rest moves."),
            .init(
                "convert --rename 's/^layers\\.([0-9]+)/blocks.\\1/' --dry-run --explain in.pth",
                "What would become what?"),
            .init("convert --average epoch_8.pth epoch_9.pth epoch_10.pth swa.pth", "The mean of the weights."),
            .init("convert --model resnet50 in.pth out.pth", "Another format, and is it that model?"),
            .init("convert old.pt new.pth", "The legacy format becomes the current one."),
            .init("convert in.pth out.safetensors", "The state dict as save_file of safetensors writes it."),
            .init("convert in.pth - --as safetensors | sha256sum", "What would be written, without a file."),
            .init("convert --max-shard-size 5GB in.pth model.safetensors", "Several files and their index."),
        ],
        finding: "--dry-run found that the file cannot be converted, or --check that a rule file is wrong")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        if let status = try ConvertLists.perform(arguments, console) { return status }
        if let goal = arguments.value(of: to), arguments.positionals.count < (arguments.has(dryRun) ? 1 : 2),
            !RuleCatalogue.isGoal(goal)
        {
            throw UsageError.combination(
                "--to needs a code base before IN and OUT: mmpretrain, timm, torchvision, huggingface …; "
                    + "'\(goal)' is not one")
        }
        guard !arguments.positionals.isEmpty else { throw UsageError.missingPositional("IN") }
        if arguments.has(suggest) { return try suggest(arguments, console) }
        if arguments.has(check) { return try check(arguments, console) }
        if arguments.has(format) { throw UsageError.combination("--format needs --check") }
        if arguments.has(average) { return try average(arguments, console) }
        if arguments.has(weights) { throw UsageError.combination("--weights needs --average") }
        let source: RuleSource?
        do {
            source = try arguments.value(of: rules).map { try RuleSource($0) }
        } catch let errors as RuleErrors {
            for error in errors.errors.prefix(listedErrors) { console.report("error: \(error)") }
            let more = errors.errors.count - listedErrors
            if more > 0 { console.report("error: and \(more) more") }
            if arguments.has(json) {
                let report: JSONValue = ["error": .string(errors.errors.map(\.description).joined(separator: "\n"))]
                try console.write(report: report)
            }
            return .failure
        }
        let request = try ConvertRequest(arguments, rules: source)
        let console = request.isStream ? console.leavingOutput : console
        if let goal = arguments.value(of: to) {
            return try ConvertRoute.perform(request, to: goal, explaining: arguments, console)
        }
        guard let rules = request.rules else { return try recode(request, arguments, console) }
        let conversion = try Conversion(request.options, rules: rules)
        for checkpoint in conversion.checkpoints {
            if let warning = checkpoint.safetyWarning { console.report(warning) }
            console.report(notesOf: checkpoint)
        }
        if let note = conversion.rules.note { console.note(note) }
        for note in conversion.notes { console.note(note) }
        for caveat in conversion.plan.caveats { console.note("\(caveat.rule): \(caveat.text.printable)") }
        console.report(conversion.plan.findings)
        if let hint = conversion.hint { console.note(hint) }
        let output = try request.output(of: conversion)
        for note in output.map({ $0.notes + conversion.staleOptimizers(in: $0) + conversion.uncastParts(in: $0) }) ?? []
        {
            console.note(note)
        }
        let key = arguments.value(of: explain)
        let explanation = try key.map { try conversion.explanation(of: $0, console.palette) }
        let showsMapping = request.isDryRun || arguments.has(explain)
        try request.finish(
            output, conversion.overflow, json: conversion.json,
            text: (explanation ?? (showsMapping ? conversion.mapping(console.palette) : ""))
                + conversion.summary(console.palette),
            isFine: !showsMapping && conversion.plan.isExecutable, console)
        return conversion.plan.isExecutable ? .success : .finding
    }

    /// What the result is checked against, if the command line says so.
    static func reference(_ arguments: Arguments) throws(UsageError) -> ModelReference? {
        try ModelReference(model: try ModelOptions.source(arguments), against: arguments.value(of: against))
    }

    private static func suggest(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let others =
            [rules, RuleOptions.set, RuleOptions.reverse, stripPrefix, allowUnmatched, dryRun, explain, check, json]
            + edits + writing + [average, weights]
        for option in others where arguments.has(option) {
            throw UsageError.combination(
                "--suggest takes --model, --config, --program, --against and --state-key, not --\(option.name)")
        }
        guard let model = try reference(arguments) else {
            throw UsageError.combination("--suggest needs --model, --config, --program or --against")
        }
        var options = ConversionOptions(inputs: arguments.positionals.map { ConversionOptions.Input(word: $0) })
        options.selection.stateKey = arguments.value(of: stateKey)
        let draft = try RuleDraft(options, model: model)
        try console.write(draft.suggestion.text)
        console.note(draft.summary)
        return .success
    }

    private static func check(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        for option in command.groups[..<5].flatMap(\.options) + [dryRun, explain]
        where arguments.has(option) {
            throw UsageError.combination("--check takes rule files alone, not --\(option.name)")
        }
        let checks = try arguments.positionals.map { try RuleCheck($0) }
        switch try ReportFormat.asked(for: arguments) {
        case .json: try console.write(report: ["files": .array(checks.map(\.json))])
        case .github: try console.write(checks.map(\.workflowCommands).joined())
        case .text, .sarif: try console.write(checks.map(\.text).joined())
        }
        return checks.contains(where: \.hasErrors) ? .finding : .success
    }

    private static func recode(
        _ request: ConvertRequest, _ arguments: Arguments, _ console: Console
    ) throws -> ExitStatus {
        let recoding = try Recoding(request.options)
        if let warning = recoding.checkpoint.safetyWarning { console.report(warning) }
        console.report(notesOf: recoding.checkpoint)
        for note in recoding.notes { console.note(note) }
        console.report(recoding.findings)
        if let hint = recoding.hint { console.note(hint) }
        let output = try request.output(of: recoding)
        for note in output.map({ $0.notes + recoding.staleOptimizers(in: $0) + recoding.uncastParts(in: $0) }) ?? [] {
            console.note(note)
        }
        let key = arguments.value(of: explain)
        let explanation = try key.map { try recoding.explanation(of: $0, console.palette) }
        let mapping = explanation ?? (arguments.has(explain) ? recoding.mapping(console.palette) : "")
        try request.finish(
            output, recoding.overflow, json: recoding.json, text: mapping + recoding.summary(console.palette),
            isFine: mapping.isEmpty && !request.isDryRun, console)
        return recoding.isExecutable ? .success : .finding
    }
}
