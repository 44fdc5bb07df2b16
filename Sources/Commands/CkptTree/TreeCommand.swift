import CheckpointIO
import CommandLineKit
import JSON
import TensorCore
import Workbench

/// The command line of `ckpt-tree`.
enum TreeCommand {
    static let depth = Option("depth", .required("N"), help: "Levels to show; 0 shows the root only.")
    static let fullName = Option("full-name", help: "Show whole keys instead of their last part.")
    static let shape = Option("shape", help: "Show shapes.")
    static let stateKey = WeightOptions.stateKeyOption("The dictionary to show")
    static let number = Option("number", help: "Number the tensors.")
    static let node = Option("node", .required("PATH"), help: "Show the part of the tree below PATH.")
    static let dtype = Option("dtype", help: "Show element types.")
    static let size = Option("size", help: "Show sizes in bytes, of modules too; tied tensors count once.")
    static let stats = Option(
        "stats", help: "Show minimum, maximum, mean and standard deviation, and count NaN and infinities.")
    static let digest = Option("digest", help: "Show the SHA-256 of each tensor's contiguous little-endian bytes.")
    static let collapse = Option(
        "collapse", help: "Put equal numbered siblings on one line, in the order of their numbers.")
    static let filter = Option(
        "filter", .required("GLOB"), repeats: true,
        help: "Show only the tensors whose key matches. Exit code 1 if none does.")
    static let regex = Option(
        "regex", .required("RE"), repeats: true,
        help:
            "Show only the tensors with a part of the key that matches a POSIX extended regular expression. With --filter too: those that match either."
    )
    static let flat = Option("flat", help: "A list in place of the tree: key, shape, type and size of each tensor.")
    static let sort = Option(
        "sort", .choice(TensorOrder.allCases.map(\.rawValue)),
        help: "The order of the list: that of the file, the largest first, or by name. Implies --flat.")
    static let top = Option(
        "top", .required("N"), help: "The first N of the list; by size where --sort does not say. Implies --flat.")
    static let summary = Option(
        "summary", .choice(["auto", "always", "never"]),
        help:
            "When to print a summary (format, parameters, types, size) first and to mark tied tensors; auto: on a terminal."
    )
    static let meta = Option("meta", help: "List the values that are not tensors, and the file's own metadata.")
    static let check = Option(
        "check",
        help: "Instead of the tree: read the whole file and compare it with its checksums. Exit code 1 for damage.")
    static let nonfinite = Option(
        "nonfinite",
        help: "Instead of the tree: list the tensors that contain NaN or infinity. Exit code 1 if there are any.")
    static let duplicates = Option(
        "duplicates",
        help: "Instead of the tree: list the tensors that are tied, have equal bytes, or share a storage.")
    static let dump = Option(
        "dump", .two("KEY", "FILE.npy"), repeats: true,
        help:
            "Instead of the tree: write a tensor for NumPy. bfloat16, float8 and float4 become float32, which has all "
            + "their values; quantized tensors are written as their integers. A file that exists is an error.")
    static let overwrite = Option("overwrite", help: "Let --dump replace files.")
    static let json = Option(
        "json", help: "Print every tensor and value of the file as JSON, under keys from the file's root.")
    static let html = Option(
        "html", .required("OUT"),
        help:
            "Write the tree as a web page, too, with histograms of the values, one file that loads nothing. With --quiet "
            + "the page alone.")

    static let command = Command(
        name: "ckpt-tree", version: workbenchVersion,
        summary: "shows what is in a checkpoint, without running any of it.",
        positionals: [
            .init(
                "FILE", repeats: true, isOptional: true,
                help:
                    "The checkpoint, - for standard input, or a config of MMPreTrain (.py): the state dict of its model."
            )
        ],
        groups: [
            OptionGroup("Which part", [stateKey, node, depth, filter, regex, collapse]),
            OptionGroup("A model in place of a file", ModelOptions.withPrograms),
            OptionGroup("Columns", [shape, dtype, size, stats, digest, number, fullName]),
            OptionGroup("List in place of the tree", [flat, sort, top]),
            OptionGroup(
                "Other information", [summary, meta, check, nonfinite, duplicates, dump, overwrite, json, html]),
        ],
        examples: [
            .init("ckpt-tree model.pth --depth 2 --size", "The large parts, with their sizes."),
            .init("ckpt-tree model.pth --node backbone.layer1 --shape", "All of one part, with shapes."),
            .init("ckpt-tree model.pth --top 10", "The ten largest tensors."),
            .init("ckpt-tree model.pth --regex 'layer[34]\\..*\\.weight$' --stats", "Figures of some tensors."),
            .init("ckpt-tree model.pth --dump conv1.weight conv1.npy", "One tensor for NumPy."),
            .init("ckpt-tree model.pth --check", "Is the file whole?"),
            .init("ckpt-tree model.pth --nonfinite", "Did the training diverge?"),
            .init("ckpt-tree model.pth --html model.html", "A page that folds, with histograms of the values."),
            .init("ckpt-tree model.pth --json --digest", "Everything, for another program."),
        ],
        finding: "--check found damage, --nonfinite a NaN or an infinity, or no tensor matches --filter and --regex")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        let job = try TreeJob(arguments, console)
        guard arguments.positionals.count > 1 else { return try job.run() }
        return try job.runAll()
    }
}
