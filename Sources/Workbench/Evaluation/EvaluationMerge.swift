import ModelZoo
import TensorCore

/// Joins what was evaluated in parts: the reports of shards, or their predictions.
package enum EvaluationMerge {
    package struct Options: Sendable {
        /// What `--shard K/N --json` printed, in any order; or lists of predictions, in their order.
        package var reports: [String]
        /// The model whose config's metric is computed from lists; nil: top-1 and top-5.
        package var model: ModelSource?
        /// Where the predictions of all images go, `.json`; nil for nowhere.
        package var output: String?

        package init(reports: [String], model: ModelSource? = nil, output: String? = nil) {
            self.reports = reports
            self.model = model
            self.output = output
        }
    }

    /// - Throws: `IOError`; `WorkbenchError.evaluation` for parts that do not belong together, or are not all there.
    package static func run(_ options: Options) throws -> EvaluationReport {
        if let path = options.output, FileIdentity.isShared(by: path, and: options.reports) {
            throw WorkbenchError.unsupportedOutput(path: path, reason: "is an input, which --out would replace")
        }
        let lists = try options.reports.map { try PredictionList(path: $0) }
        let count = lists.count { $0.isList }
        guard count > 0 else { return try merge(try options.reports.map { try ShardReport(path: $0) }, options) }
        guard count == lists.count else {
            throw WorkbenchError.evaluation("--merge takes reports or lists of predictions, not both at once")
        }
        return try merge(lists, options)
    }

    // MARK: Reports

    private static func merge(_ reports: [ShardReport], _ options: Options) throws -> EvaluationReport {
        let reports = try complete(reports)
        let first = reports[0]
        let evaluated = reports.reduce(0) { $0 + $1.evaluated }
        var metrics: [EvaluationReport.Metric] = []
        for (index, metric) in first.hits.enumerated() {
            let hits = try reports.reduce(0) { sum, report in
                guard report.hits.count == first.hits.count, report.hits[index].name == metric.name else {
                    throw WorkbenchError.evaluation("\(report.path): its metrics are not those of \(first.path)")
                }
                return sum + report.hits[index].count
            }
            metrics.append(.init(name: metric.name, hits: hits, of: evaluated))
        }
        if let path = options.output {
            let output = try PredictionFile(path: path)
            for report in reports {
                let list = try predictions(of: report)
                var count = 0
                try list.read { element in
                    switch element {
                    case .prediction(let prediction):
                        count += 1
                        try output.append(prediction)
                    case .refusal(let refusal, let label): try output.append(refusal, label: label)
                    }
                }
                guard count == report.evaluated else {
                    throw WorkbenchError.evaluation(
                        "\(list.path): it has \(count) predictions, and \(report.path) is of \(report.evaluated)")
                }
            }
            try output.commit()
        }
        var notes: [String] = []
        for note in reports.flatMap(\.notes) where !notes.contains(note) { notes.append(note) }
        var report = EvaluationReport(
            model: first.model, metrics: metrics, evaluated: evaluated, total: reports.reduce(0) { $0 + $1.total },
            refusals: reports.flatMap(\.refusals), undefined: reports.reduce(0) { $0 + $1.undefined }, notes: notes,
            output: options.output, safetyWarning: nil)
        report.identity = first.identity
        return report
    }

    /// The shards in their order.
    /// - Throws: `WorkbenchError.evaluation` unless they are all of one evaluation, each once.
    private static func complete(_ reports: [ShardReport]) throws(WorkbenchError) -> [ShardReport] {
        guard let first = reports.first else { throw .evaluation("--merge has nothing to join") }
        var places: [Int: ShardReport] = [:]
        for report in reports {
            if let part = first.identity.difference(from: report.identity) {
                throw .evaluation("\(report.path): it is of another \(part) than \(first.path)")
            }
            guard report.shard.count == first.shard.count else {
                throw .evaluation(
                    "\(report.path): it is the shard \(report.shard), and \(first.path) the shard \(first.shard)")
            }
            if let other = places.updateValue(report, forKey: report.shard.index) {
                throw .evaluation("\(report.path): it is the shard \(report.shard), as \(other.path) is")
            }
        }
        var ordered: [ShardReport] = []
        // As many as there are: a report may claim billions.
        for index in 1...(reports.count + 1) where index <= first.shard.count {
            guard let report = places[index] else {
                throw .evaluation(
                    "the shard \(index)/\(first.shard.count) is missing: \(reports.count) of \(first.shard.count) reports "
                        + "are given")
            }
            ordered.append(report)
        }
        return ordered
    }

    /// Where a report says that they are, or beside it.
    private static func predictions(of report: ShardReport) throws -> PredictionList {
        guard let path = report.predictions else {
            throw WorkbenchError.evaluation(
                "\(report.path): its predictions were not written: evaluate the shard with --out")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let folder = report.path.lastIndex(of: "/").map { String(report.path[...$0]) } ?? ""
        if let beside = try? PredictionList(path: folder + name) { return beside }
        return try PredictionList(path: path)
    }

    // MARK: Predictions

    private static func merge(_ lists: [PredictionList], _ options: Options) throws -> EvaluationReport {
        let definition = try options.model?.definition()
        var metric = try options.model.map { try EvaluationConfig($0) }.flatMap { config in
            try definition.map { try config.accuracy(of: $0) }
        }
        let output = try options.output.map { try PredictionFile(path: $0) }
        var (classes, undefined) = (0, 0)
        var owners: [Key: Int] = [:]
        var refusals: [EvaluationReport.Refusal] = []
        func own(_ path: String, _ index: Int) throws {
            guard let owner = owners.updateValue(index, forKey: Key(path)), owner != index else { return }
            throw WorkbenchError.evaluation(
                "\(options.reports[index]): '\(path)' is in \(options.reports[owner]), too")
        }
        for (index, list) in lists.enumerated() {
            try list.read { element in
                let prediction: Prediction
                switch element {
                case .refusal(let refusal, let label):
                    try own(refusal.path, index)
                    refusals.append(refusal)
                    try output?.append(refusal, label: label)
                    return
                case .prediction(let scored): prediction = scored
                }
                if classes == 0 { classes = prediction.scores.count }
                guard prediction.scores.count == classes, definition?.classes ?? classes == classes else {
                    throw WorkbenchError.evaluation(
                        "\(options.reports[index]): '\(prediction.path)' has \(prediction.scores.count) scores in place of "
                            + "\(definition?.classes ?? classes)")
                }
                try own(prediction.path, index)
                if !prediction.isDefined { undefined += 1 }
                if metric == nil { metric = AccuracyMetric(best: [1, 5].filter { $0 <= classes }) }
                metric?.add(prediction)
                try output?.append(prediction)
            }
        }
        guard let metric, metric.count > 0 else { throw WorkbenchError.evaluation("the lists have no predictions") }
        try output?.commit()
        return EvaluationReport(
            model: definition?.name ?? "", metrics: metric.values, evaluated: metric.count,
            total: metric.count + refusals.count, refusals: refusals, undefined: undefined,
            notes: [
                "the lists do not say whether images are missing; the reports that --json prints do"
            ] + metric.notes(classes: classes), output: options.output, safetyWarning: nil)
    }
}
