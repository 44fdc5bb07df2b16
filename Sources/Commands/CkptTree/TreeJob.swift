import CheckpointIO
import CommandLineKit
import JSON
import TensorCore
import Workbench

/// What a command line of `ckpt-tree` asks for, of one file or of several.
struct TreeJob {
    private let arguments: Arguments
    private let console: Console
    private let options: TreeOptions
    private let showsSummary: Bool
    private let isList: Bool

    /// What is shown in place of the tree.
    private static let jobs = [
        TreeCommand.check, TreeCommand.nonfinite, TreeCommand.duplicates, TreeCommand.dump,
    ]

    /// - Throws: `UsageError`.
    init(_ arguments: Arguments, _ console: Console) throws(UsageError) {
        self.arguments = arguments
        self.console = console
        let jobs = Self.jobs.filter { arguments.has($0) }
        if jobs.count > 1 {
            throw .combination("--\(jobs[0].name) and --\(jobs[1].name) exclude each other")
        }
        isList = [TreeCommand.flat, TreeCommand.sort, TreeCommand.top].contains { arguments.has($0) }
        if isList {
            for option in [TreeCommand.depth, TreeCommand.fullName, TreeCommand.collapse] + jobs
            where arguments.has(option) {
                throw .combination("a list (--flat, --sort, --top) and --\(option.name) exclude each other")
            }
        }
        for option in [TreeCommand.dump, TreeCommand.html]
        where arguments.has(option) && arguments.positionals.count > 1 {
            throw .combination("--\(option.name) takes one file, found \(arguments.positionals.count)")
        }
        if let job = jobs.first, arguments.has(TreeCommand.html) {
            throw .combination("--\(job.name) and --html exclude each other")
        }
        if arguments.has(TreeCommand.overwrite), !arguments.has(TreeCommand.dump) {
            throw .combination("--overwrite needs --dump")
        }
        let mode = arguments.value(of: TreeCommand.summary) ?? "auto"
        showsSummary = mode == "always" || mode == "auto" && StandardStream.output.isTerminal
        options = try Self.options(arguments, marksTies: showsSummary)
    }

    private static func options(_ arguments: Arguments, marksTies: Bool) throws(UsageError) -> TreeOptions {
        var options = TreeOptions()
        options.depth = try arguments.integer(of: TreeCommand.depth)
        options.showsFullNames = arguments.has(TreeCommand.fullName)
        options.showsShapes = arguments.has(TreeCommand.shape)
        options.stateKey = arguments.value(of: TreeCommand.stateKey)
        options.showsNumbers = arguments.has(TreeCommand.number)
        options.node = arguments.value(of: TreeCommand.node)
        options.showsDTypes = arguments.has(TreeCommand.dtype)
        options.showsSizes = arguments.has(TreeCommand.size)
        options.showsStatistics = arguments.has(TreeCommand.stats)
        options.showsDigests = arguments.has(TreeCommand.digest)
        options.folds = arguments.has(TreeCommand.collapse)
        options.filters = arguments.values(of: TreeCommand.filter).map(Glob.init)
        for text in arguments.values(of: TreeCommand.regex) {
            do throws(ExpressionError) {
                options.expressions.append(try RegularExpression(text))
            } catch {
                throw .combination("--regex '\(text)': \(error)")
            }
        }
        options.showsValues = arguments.has(TreeCommand.meta)
        options.marksTies = marksTies
        options.top = try arguments.integer(of: TreeCommand.top, atLeast: 1)
        options.order =
            arguments.value(of: TreeCommand.sort).flatMap(TensorOrder.init) ?? (options.top == nil ? .file : .size)
        return options
    }

    // MARK: One file

    func run() throws -> ExitStatus {
        let report = try report(on: arguments.positionals.first)
        switch report.content {
        case .json(let value): try console.write(report: value)
        case .text(let text): try write(text, of: report)
        }
        return report.status
    }

    /// Writes a report, except with `--quiet` that of a check which found nothing.
    private func write(_ text: [UInt8], of report: Report) throws {
        let isCheck = arguments.has(TreeCommand.check) || arguments.has(TreeCommand.nonfinite)
        if console.level != .quiet || !isCheck || report.status != .success { try console.write(utf8: text) }
    }

    /// What is said of one file.
    private struct Report {
        enum Content {
            case json(JSONValue)
            case text([UInt8])
        }

        let content: Content
        let status: ExitStatus

        init(_ json: JSONValue, _ status: ExitStatus) { (content, self.status) = (.json(json), status) }
        init(_ text: String, _ status: ExitStatus) { (content, self.status) = (.text(Array(text.utf8)), status) }
        init(utf8 text: [UInt8], _ status: ExitStatus) { (content, self.status) = (.text(text), status) }
    }

    private func report(on file: String?) throws -> Report {
        let (checkpoint, model) = try opened(file)
        keep(checkpoint)
        if let warning = checkpoint.safetyWarning { console.report(warning) }
        console.report(notesOf: checkpoint)
        if console.level != .quiet {
            for note in TrainingParts.notes(of: checkpoint, namesWeights: !showsSummary) { console.report(note) }
        }
        if arguments.has(TreeCommand.dump) { return try dump(checkpoint) }
        let integrity = arguments.has(TreeCommand.check) ? checkpoint.checkIntegrity() : nil
        if let path = arguments.value(of: TreeCommand.html) {
            try reading { try TreePage(of: checkpoint, options, readsValues: model == nil, progress: $0) }
                .write(to: path)
        }
        let isJSON = arguments.has(TreeCommand.json)
        if arguments.has(TreeCommand.nonfinite) {
            let report = try reading { try NonFiniteReport.run(checkpoint, options, progress: $0) }
            let status: ExitStatus = report.findings.isEmpty ? outcome(hasTensors: report.readCount > 0) : .finding
            return isJSON ? Report(report.json, status) : Report(report.text(console.palette), status)
        }
        if arguments.has(TreeCommand.duplicates) {
            let report = try reading { try DuplicateReport.run(checkpoint, options, progress: $0) }
            let status = outcome(hasTensors: report.tensorCount > 0)
            return isJSON ? Report(report.json, status) : Report(report.text(console.palette), status)
        }
        let damage: ExitStatus = integrity?.findings.isEmpty ?? true ? .success : .finding
        if isJSON {
            var listing = try reading { try TensorListing(of: checkpoint, options, progress: $0) }
            listing.integrity = integrity
            listing.summary = try CheckpointSummary(of: checkpoint, stateKey: options.stateKey, model: model)
            let status = outcome(hasTensors: !listing.isEmpty)
            return Report(listing.json, status == .success ? damage : status)
        }
        if let integrity { return Report(integrity.text(file: checkpoint.path, console.palette), damage) }
        let head =
            showsSummary
            ? try CheckpointSummary(of: checkpoint, stateKey: options.stateKey, model: model).text(console.palette) : ""
        if isList {
            let list = try reading { try FlatListing(of: checkpoint, options, progress: $0) }
            if list.hiddenCount > 0 { console.note("\(groupedText(list.hiddenCount)) more tensors are not shown") }
            let status = outcome(hasTensors: !list.isEmpty)
            return Report(isPageAlone ? "" : head + list.text(console.palette), status)
        }
        let tree = try reading { try CheckpointTree(of: checkpoint, options, progress: $0) }
        keep(tree)
        let status = outcome(hasTensors: !tree.isEmpty)
        guard status == .success, !isPageAlone else { return Report(isPageAlone ? "" : head, status) }
        let text = tree.text(console.palette)
        return Report(utf8: head.isEmpty ? text : Array(head.utf8) + text, status)
    }

    /// Whether the page is all that is asked for.
    private var isPageAlone: Bool { console.level == .quiet && arguments.has(TreeCommand.html) }

    /// One file's parts live until the process ends; those of several files would pile up.
    private func keep(_ value: some Any) {
        if arguments.positionals.count < 2 { keepUntilExit(value) }
    }

    /// Shows how far the tensors are read.
    private func reading<Result>(
        _ work: (_ update: (_ done: Int, _ total: Int) -> Void) throws -> Result
    ) rethrows -> Result {
        try console.withProgress("reading tensors", unit: .bytes, work)
    }

    /// `.finding` where no key matches.
    private func outcome(hasTensors: Bool) -> ExitStatus {
        guard !hasTensors, !options.filters.isEmpty || !options.expressions.isEmpty else { return .success }
        let words =
            options.filters.map { "--filter '\($0.pattern)'" } + options.expressions.map { "--regex '\($0.pattern)'" }
        console.report("no key matches \(words.joined(separator: " or "))")
        return .finding
    }

    /// The file, or what stands for a model, which is returned with it.
    private func opened(_ file: String?) throws -> (Checkpoint, ModelSource?) {
        let isConfig = file?.hasSuffix(".py") ?? false
        guard let model = try ModelOptions.source(arguments, config: isConfig ? file : nil) else {
            guard let file else { throw UsageError.missingPositional("FILE") }
            return (try Checkpoint.open(file), nil)
        }
        if let file, !isConfig { throw UsageError.unexpectedPositional(file) }
        for option in Self.jobs where arguments.has(option) {
            throw UsageError.combination("--\(option.name) needs a checkpoint: a model is not a file")
        }
        let described = try model.described()
        for note in described.notes { console.note(note) }
        return (described.checkpoint, model)
    }

    private func dump(_ checkpoint: Checkpoint) throws -> Report {
        let words = arguments.values(of: TreeCommand.dump)
        var text = ""
        var rows: [JSONValue] = []
        for index in stride(from: 0, to: words.count, by: 2) {
            let dump = try TensorDump.run(
                words[index], of: checkpoint, stateKey: options.stateKey, to: words[index + 1],
                replaces: arguments.has(TreeCommand.overwrite))
            for note in dump.notes { console.note(note) }
            text += dump.text
            rows.append(dump.json)
        }
        let report: JSONValue = ["file": .string(checkpoint.path), "dumps": .array(rows)]
        return arguments.has(TreeCommand.json) ? Report(report, .success) : Report(text, .success)
    }

    // MARK: Several files

    /// One report after the other; of JSON an array. A file that does not open is said, and the others follow.
    func runAll() throws -> ExitStatus {
        var reports: [JSONValue] = []
        var status = ExitStatus.success
        for (index, file) in arguments.positionals.enumerated() {
            let report: Report
            do {
                report = try self.report(on: file)
            } catch let error as UsageError {
                throw error
            } catch {
                console.report("\(error)")
                reports.append(["file": .string(file), "error": .string("\(error)")])
                status = .failure
                continue
            }
            if status == .success { status = report.status }
            switch report.content {
            case .json(let value): reports.append(value)
            case .text(let text):
                let head = showsSummary ? "" : console.palette(.bold, "\(file):") + "\n"
                try write(Array(((index > 0 ? "\n" : "") + head).utf8) + text, of: report)
            }
        }
        if arguments.has(TreeCommand.json) { try console.write(report: .array(reports)) }
        return status
    }
}
