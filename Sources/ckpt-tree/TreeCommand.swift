import CheckpointIO
import CommandLineKit
import TensorCore
import Workbench

/// The command line of `ckpt-tree`.
enum TreeCommand {
    static let depth = Option("depth", .required("N"), help: "Levels to show; 0 shows the root only.")
    static let fullName = Option("full-name", help: "Show whole keys instead of their last part.")
    static let shape = Option("shape", help: "Show shapes.")
    static let stateKey = Option(
        "state-key", .required("KEY"),
        help: "The dictionary to show, as a dotted path. Without it: state_dict, model or another usual one.")
    static let number = Option("number", help: "Number the tensors.")
    static let node = Option("node", .required("PATH"), help: "Show the part of the tree below PATH.")
    static let dtype = Option("dtype", help: "Show element types.")
    static let size = Option("size", help: "Show sizes in bytes, of modules too.")
    static let stats = Option(
        "stats", help: "Show minimum, maximum, mean and standard deviation, and count NaN and infinities.")
    static let digest = Option("digest", help: "Show the SHA-256 of each tensor's contiguous little-endian bytes.")
    static let collapse = Option("collapse", help: "Put equal numbered siblings on one line.")
    static let filter = Option(
        "filter", .required("GLOB"), repeats: true, help: "Show the tensors whose key matches only.")
    static let meta = Option("meta", help: "List the values that are no tensors, and the file's own metadata.")
    static let check = Option(
        "check",
        help: "Instead of the tree: read the whole file and compare it with its checksums. Exit code 1 for damage.")
    static let nonfinite = Option(
        "nonfinite",
        help: "Instead of the tree: list the tensors that hold NaN or infinity. Exit code 1 if there are any.")
    static let json = Option(
        "json", help: "Print every tensor and value of the file as JSON, under keys from the file's root.")
    static let html = Option(
        "html", .required("OUT"),
        help: "Write the tree as a web page, too, with histograms of the values, one file that loads nothing.")

    static let command = Command(
        name: "ckpt-tree", version: workbenchVersion,
        summary: "shows what is in a checkpoint, without running any of it.",
        positionals: [
            .init(
                "FILE", isOptional: true,
                help: "The checkpoint, or a config of MMPreTrain (.py): the state dict of the model that it describes.")
        ],
        groups: [
            OptionGroup("Which part", [stateKey, node, depth, filter, collapse]),
            OptionGroup("A model in place of a file", ModelOptions.withPrograms),
            OptionGroup("What of each tensor", [shape, dtype, size, stats, digest, number, fullName]),
            OptionGroup("What else", [meta, check, nonfinite, json, html]),
        ],
        examples: [
            .init("ckpt-tree model.pth --depth 2 --size", "The large parts, with their sizes."),
            .init("ckpt-tree model.pth --node backbone.layer1 --shape", "All of one part, with shapes."),
            .init("ckpt-tree model.pth --check", "Is the file whole?"),
            .init("ckpt-tree model.pth --nonfinite", "Did the training diverge?"),
            .init("ckpt-tree model.pth --html model.html", "A page that folds, with histograms of the values."),
            .init("ckpt-tree model.pth --json --digest", "Everything, for another program."),
        ],
        finding: "--check found damage, or --nonfinite a NaN or an infinity")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        if arguments.has(check), arguments.has(nonfinite) {
            throw UsageError.combination("--check and --nonfinite exclude each other")
        }
        for option in [check, nonfinite] where arguments.has(option) && arguments.has(html) {
            throw UsageError.combination("--\(option.name) and --html exclude each other")
        }
        let options = try treeOptions(arguments)
        let checkpoint = try opened(arguments)
        keepUntilExit(checkpoint)
        if let warning = checkpoint.safetyWarning { console.report(warning) }
        console.report(notesOf: checkpoint)
        for note in TrainingParts.notes(of: checkpoint) { console.report(note) }
        let integrity = arguments.has(check) ? checkpoint.checkIntegrity() : nil
        if let path = arguments.value(of: html) {
            let isModel = try ModelOptions.source(arguments, config: configPath(arguments)) != nil
            try reading(console) {
                try TreePage(of: checkpoint, options, readsValues: !isModel, progress: $0)
            }.write(to: path)
        }
        if arguments.has(nonfinite) {
            let report = try reading(console) { try NonFiniteReport.run(checkpoint, options, progress: $0) }
            try console.write(arguments.has(json) ? report.json.text : report.text(console.palette))
            return report.findings.isEmpty ? .success : .finding
        }
        if arguments.has(json) {
            var listing = try reading(console) { try TensorListing(of: checkpoint, options, progress: $0) }
            listing.integrity = integrity
            try console.write(listing.json.text)
        } else if let integrity {
            try console.write(integrity.text(file: checkpoint.path, console.palette))
        } else {
            let tree = try reading(console) { try CheckpointTree(of: checkpoint, options, progress: $0) }
            keepUntilExit(tree)
            try console.write(utf8: tree.text(console.palette))
        }
        return integrity?.findings.isEmpty ?? true ? .success : .finding
    }

    /// Shows how far the tensors are read.
    private static func reading<Result>(
        _ console: Console, _ work: (_ update: (_ done: Int, _ total: Int) -> Void) throws -> Result
    ) rethrows -> Result {
        try console.withProgress("reading tensors", unit: .bytes, work)
    }

    /// The file, or what stands for a model.
    private static func opened(_ arguments: Arguments) throws -> Checkpoint {
        let file = arguments.positionals.first
        let config = configPath(arguments)
        guard let model = try ModelOptions.source(arguments, config: config) else {
            guard let file else { throw UsageError.missingPositional("FILE") }
            return try Checkpoint.open(file)
        }
        if let file, config == nil { throw UsageError.unexpectedPositional(file) }
        for option in [check, nonfinite] where arguments.has(option) {
            throw UsageError.combination("--\(option.name) needs a checkpoint: a model is not a file")
        }
        return try model.described()
    }

    /// The file, where it is a config.
    private static func configPath(_ arguments: Arguments) -> String? {
        arguments.positionals.first.flatMap { $0.hasSuffix(".py") ? $0 : nil }
    }

    private static func treeOptions(_ arguments: Arguments) throws -> TreeOptions {
        var options = TreeOptions()
        options.depth = try arguments.integer(of: depth)
        options.showsFullNames = arguments.has(fullName)
        options.showsShapes = arguments.has(shape)
        options.stateKey = arguments.value(of: stateKey)
        options.showsNumbers = arguments.has(number)
        options.node = arguments.value(of: node)
        options.showsDTypes = arguments.has(dtype)
        options.showsSizes = arguments.has(size)
        options.showsStatistics = arguments.has(stats)
        options.showsDigests = arguments.has(digest)
        options.folds = arguments.has(collapse)
        options.filters = arguments.values(of: filter).map(Glob.init)
        options.showsValues = arguments.has(meta)
        return options
    }
}
