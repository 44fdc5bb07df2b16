import YAML

/// Holds metafiles against the rules of MMPreTrain, the needs of their readers, and the configs that they name.
package enum MetafileCheck {
    package struct Options: Sendable {
        /// Metafiles, indexes of them, and folders with a `model-index.yml`.
        package var paths: [String]
        /// The folder that paths in metafiles start from; nil: the nearest above each that has a `model-index.yml`.
        package var root: String?
        package var skippedRules: Set<MetafileFinding.Rule>
        /// Whether configs are loaded and their models counted.
        package var readsConfigs: Bool

        package init(
            paths: [String], root: String? = nil, skippedRules: Set<MetafileFinding.Rule> = [],
            readsConfigs: Bool = true
        ) {
            self.paths = paths
            self.root = root
            self.skippedRules = skippedRules
            self.readsConfigs = readsConfigs
        }
    }

    package struct Report: Sendable {
        /// The findings, sorted by file and line.
        package internal(set) var findings: [MetafileFinding]
        /// Models whose figures cannot be counted, for their architecture is not built in.
        package internal(set) var unchecked: [UncheckedModel]
        /// Why a file could not be read, a sentence each.
        package internal(set) var failures: [String]
        package let fileCount: Int
        package let modelCount: Int

        package var errorCount: Int { findings.count { $0.severity == .error } }
        package var warningCount: Int { findings.count - errorCount }
    }

    package struct UncheckedModel: Sendable, Hashable {
        package let file: String
        package let model: String
        package let reason: String
    }

    /// - Parameter progress: called with the number of configs that are done, and how many there are.
    package static func run(
        _ options: Options, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) -> Report {
        let selection = MetafileSelection(options.paths, root: options.root)
        var findings = selection.findings
        for file in selection.files {
            var rules = MetafileRules(file)
            rules.check()
            findings += rules.findings
        }
        var names = MetafileNames()
        for file in selection.files { names.enter(file) }
        findings += names.findings
        var unchecked: [UncheckedModel] = []
        if options.readsConfigs {
            let figures = ConfigFigures.table(of: selection.files, progress: progress)
            for file in selection.files {
                var check = FigureCheck(file, figures)
                check.run()
                findings += check.findings
                unchecked += check.unchecked
            }
        }
        let order = Dictionary(
            (selection.findings.map(\.file) + selection.files.map(\.metafile.path)).enumerated()
                .map { ($1, $0) }
        ) { first, _ in first }
        let kept = findings.filter { !options.skippedRules.contains($0.rule) }.enumerated().sorted {
            func place(_ item: (offset: Int, element: MetafileFinding)) -> (Int, Int, Int, Int) {
                (order[item.element.file] ?? 0, item.element.line, item.element.column, item.offset)
            }
            return place($0) < place($1)
        }
        return Report(
            findings: kept.map(\.element), unchecked: unchecked, failures: selection.failures,
            fileCount: selection.files.count, modelCount: selection.files.reduce(0) { $0 + $1.metafile.models.count })
    }
}

/// Collects what is wrong with one file.
struct MetafileFindings {
    let file: String
    private(set) var list: [MetafileFinding] = []

    init(file: String) { self.file = file }

    mutating func add(
        _ rule: MetafileFinding.Rule, _ severity: MetafileFinding.Severity, _ node: YAMLNode?, model: String? = nil,
        _ message: String
    ) {
        let mark = node?.mark
        list.append(
            MetafileFinding(
                file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, model: model, rule: rule,
                severity: severity, message: message))
    }
}
