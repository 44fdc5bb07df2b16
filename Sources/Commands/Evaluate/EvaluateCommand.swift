import CommandLineKit
import Workbench

/// The command line of `evaluate`.
enum EvaluateCommand {
    static let data = Option(
        "data", .required("FOLDER"),
        help:
            "The images: the data root, if it has meta/ or the folder that the config names (val/); else the folder with a subfolder per class. CIFAR: the folder with its pickles, which are read, not run. Required, except with --merge."
    )
    static let annotations = Option(
        "ann-file", .required("FILE"),
        help: "A file with a line 'path label' per image, in place of the config's; looked for below FOLDER, too.")
    static let followLinks = Option("follow-links", help: "Read images through links that lead out of FOLDER.")
    static let limit = Option("limit", .required("N"), help: "Evaluate the first N images only.")
    static let batchSize = Option(
        "batch-size", .required("N"),
        help: "Images that each thread gives the model at once; \(Evaluation.standardBatchSize) by default.")
    static let shard = Option(
        "shard", .required("K/N"),
        help: "Evaluate the K-th of N equal parts of the images: `--merge` joins what --json prints of the parts.")
    static let merge = Option(
        "merge",
        help:
            "Join the reports that `--shard K/N --json` printed: they stand in place of CKPT. With --out, join their predictions, too. Lists that --out wrote are joined in the order in which they are named."
    )
    static let resume = Option(
        "resume",
        help:
            "Continue an interrupted run with the same --out: its scores so far are in OUT.progress. Without such a file, begin at the first image."
    )
    static let tta = Option("tta", help: "Take the mean of an image's scores and its mirror image's.")
    static let out = Option(
        "out", .required("FILE.json"),
        help: "Write what the model says of each image: img_path, gt_label, pred_label, pred_score.")

    static let command = Command(
        name: "evaluate", version: workbenchVersion,
        summary: "runs a checkpoint's model on labelled images and prints its accuracy, as MMPreTrain's tools/test.py.",
        positionals: [
            .init(
                "CKPT", repeats: true,
                help:
                    "The checkpoint with the weights; without --model and --config, a config of MMPreTrain before it. With --merge: reports."
            )
        ],
        groups: [
            OptionGroup("What to run", ModelOptions.all + WeightOptions.all),
            OptionGroup("The images", [data, annotations, followLinks, limit]),
            OptionGroup("In parts", [shard, merge, resume]),
            OptionGroup("How", [batchSize, tta, ImageOptions.pillow]),
            OptionGroup("Output", [out, .json]),
        ],
        examples: [
            .init(
                "evaluate resnet50_8xb32_in1k.py resnet50.pth --data data/imagenet",
                "Top-1 and top-5 on ImageNet's validation set."),
            .init(
                "evaluate --model resnet50 out.pth --data val --limit 1000 --out out.json",
                "A quick look, and what the model says of each image."),
            .init(
                "evaluate resnet50.py r50.pth --data val --shard 2/4 --json > 2.json",
                "The second of four machines' parts."),
            .init("evaluate --merge 1.json 2.json 3.json 4.json", "The accuracy on all parts."),
        ],
        finding: "an image cannot be read, or the model's scores are not numbers")

    static func perform(_ arguments: Arguments, _ console: Console) throws -> ExitStatus {
        var words = arguments.positionals
        let config = words.first?.hasSuffix(".py") == true ? words.removeFirst() : nil
        if arguments.has(merge) { return try join(words, config: config, arguments, console) }
        guard let checkpoint = words.first else { throw UsageError.missingPositional("CKPT") }
        guard words.count == 1 else { throw UsageError.unexpectedPositional(words[1]) }
        guard let model = try ModelOptions.source(arguments, config: config) else {
            throw UsageError.combination("--model NAME or CONFIG.py is missing")
        }
        guard let data = arguments.value(of: data) else { throw UsageError.combination("--data FOLDER is missing") }
        if arguments.has(resume), !arguments.has(out) {
            throw UsageError.combination("--resume needs --out FILE.json, beside which the progress is")
        }
        let options = Evaluation.Options(
            model: model, checkpoint: checkpoint, data: data, annotationFile: arguments.value(of: annotations),
            selection: WeightOptions.selection(arguments), output: arguments.value(of: out),
            limit: try arguments.integer(of: limit, atLeast: 1),
            batchSize: try arguments.integer(of: batchSize, atLeast: 1) ?? Evaluation.standardBatchSize,
            shard: try arguments.shard(of: shard), resumes: arguments.has(resume), mirrors: arguments.has(tta),
            pillow: try ImageOptions.pillowRelease(arguments), followsLinks: arguments.has(followLinks))
        let report = try console.withProgress("evaluating") { update in
            try Evaluation.run(options, progress: update)
        }
        return try show(report, arguments, console)
    }

    private static func join(
        _ reports: [String], config: String?, _ arguments: Arguments, _ console: Console
    ) throws -> ExitStatus {
        guard !reports.isEmpty else { throw UsageError.missingPositional("REPORT") }
        let others = [data, annotations, followLinks, limit, shard, resume, batchSize, tta, ImageOptions.pillow]
        if let other = others.first(where: arguments.has) {
            throw UsageError.combination("--merge and --\(other.name) exclude each other")
        }
        let report = try EvaluationMerge.run(
            EvaluationMerge.Options(
                reports: reports, model: try ModelOptions.source(arguments, config: config),
                output: arguments.value(of: out)))
        return try show(report, arguments, console)
    }

    private static func show(
        _ report: EvaluationReport, _ arguments: Arguments, _ console: Console
    ) throws -> ExitStatus {
        if let warning = report.safetyWarning { console.report(warning) }
        for note in report.notes { console.note(note) }
        for refusal in report.refusals { console.report(refusal.reason) }
        if arguments.has(.json) {
            try console.write(report: report.json)
        } else {
            try console.write(report.text(console.palette))
        }
        return report.isComplete ? .success : .finding
    }
}
