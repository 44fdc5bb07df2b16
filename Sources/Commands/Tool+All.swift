extension Tool {
    package static let convert = Tool("convert") { .command(ConvertCommand.command, ConvertCommand.perform) }
    package static let diff = Tool("ckpt-diff", word: "diff") { .command(DiffCommand.command, DiffCommand.perform) }
    package static let evaluate = Tool("evaluate") { .command(EvaluateCommand.command, EvaluateCommand.perform) }
    package static let flops = Tool("get-flops", word: "flops") {
        .command(GetFlopsCommand.command, GetFlopsCommand.perform)
    }
    package static let metafile = Tool("metafile") { .family(MetafileTool.family) }
    package static let preprocess = Tool("preprocess") {
        .command(PreprocessCommand.command, PreprocessCommand.perform)
    }
    package static let printConfig = Tool("print-config") {
        .command(PrintConfigCommand.command, PrintConfigCommand.perform)
    }
    package static let publish = Tool("publish") { .command(PublishCommand.command, PublishCommand.perform) }
    package static let reparameterize = Tool("reparameterize") {
        .command(ReparameterizeCommand.command, ReparameterizeCommand.perform)
    }
    package static let scan = Tool("ckpt-scan", word: "scan") { .command(ScanCommand.command, ScanCommand.perform) }
    package static let shapeDiff = Tool("shape-diff") {
        .command(DifferenceCommand.command, DifferenceCommand.perform)
    }
    package static let tree = Tool("ckpt-tree", word: "tree") { .command(TreeCommand.command, TreeCommand.perform) }
    package static let verify = Tool("verify") {
        .command(VerifyCommand.command, VerifyCommand.perform, fail: VerifyCommand.fail)
    }

    /// Every tool, in the order of the work: look, convert, check, measure, describe.
    package static let all = [
        tree, scan, convert, diff, shapeDiff, verify, evaluate, preprocess, flops, printConfig, metafile,
        reparameterize, publish,
    ]

    /// The tool that is called `name`, as an executable or as a word after `ckpt`.
    package static func named(_ name: String) -> Tool? { all.first { $0.name == name || $0.word == name } }
}
