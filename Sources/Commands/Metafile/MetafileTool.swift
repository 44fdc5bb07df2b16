import CommandLineKit
import Workbench

/// The command line of `metafile`.
enum MetafileTool {
    static let family = CommandFamily(
        name: "metafile", version: workbenchVersion,
        summary:
            "checks, fills in and drafts the metafiles that describe models to MMPreTrain, mim and Papers with Code.",
        members: [
            .init("check", MetafileCheckCommand.command, MetafileCheckCommand.perform),
            .init("fill", MetafileFillCommand.command, MetafileFillCommand.perform),
            .init("new", MetafileNewCommand.command, MetafileNewCommand.perform),
            .init("index", MetafileIndexCommand.command, MetafileIndexCommand.perform),
        ])

    static let root = Option(
        "root", .required("FOLDER"),
        help: "The folder that paths in metafiles start from. Without it: the nearest above that has a model-index.yml."
    )
    static let mmengine = Option(
        "mmengine",
        help: "Count FLOPs as get_flops.py does under PyTorch 2: without the products inside fused attention.")
    static let convertedFrom = Option(
        "converted-from", .required("URL"), help: "The address of the original weights: Weights of 'Converted From'.")
    static let code = Option(
        "code", .required("URL"), help: "The address of the original code: Code of 'Converted From'.")
}
