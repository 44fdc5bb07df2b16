import ByteIO
import CheckpointIO
import ModelConfig
import ModelZoo
import PlatformC
import TensorCore
import Verification

/// Many models verified one after the other: MMPreTrain's `1-benchmark_valid.py`, and more where there is more to compare
/// with.
package enum Suite {
    package struct Options: Sendable {
        /// A suite, a metafile or a `model-index.yml`.
        package var path: String
        /// The folder that published weights are below; nil: a metafile's models run on seeded ones.
        package var checkpointRoot: String?
        /// The names that are run, as MMPreTrain's `--models` has them: shell patterns, a `*` at the end understood. Empty:
        /// all.
        package var patterns: [String]
        package var shard: Shard?
        /// The picture that a model is run on which has no golden; nil: a seeded image.
        package var image: String?
        /// The data root on which a metafile's models with weights are held against its Results; nil: they are not.
        package var data: String?
        /// The release of Pillow whose order of passes a resize follows: 11, 12 or 13.
        package var pillow: Int

        package init(
            path: String, checkpointRoot: String? = nil, patterns: [String] = [], shard: Shard? = nil,
            image: String? = nil, data: String? = nil, pillow: Int = 13
        ) {
            self.path = path
            self.checkpointRoot = checkpointRoot
            self.patterns = patterns
            self.shard = shard
            self.image = image
            self.data = data
            self.pillow = pillow
        }
    }

    /// Runs every model of the suite, or of a part of it. That one cannot run does not keep the others from it.
    /// - Parameters:
    ///   - progress: is called before each model with the number of those done, and that of all.
    ///   - interim: is called before each model with what there is to report if it is the end of everything.
    /// - Throws: what is wrong with the suite itself: `IOError`, `YAMLError`, `WorkbenchError`; and what `interim` throws.
    package static func run(
        _ options: Options, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        interim: (SuiteReport) throws -> Void = { _ in }
    ) throws -> SuiteReport {
        let file = try SuiteFile(path: options.path, checkpointRoot: options.checkpointRoot, data: options.data)
        let chosen = try file.entries(matching: options.patterns, of: options.path)
        let part = chosen.enumerated().filter { options.shard?.contains($0.offset) ?? true }
        var report = SuiteReport(suite: options.path, shard: options.shard, count: chosen.count)
        for (done, (index, entry)) in part.enumerated() {
            progress(done, part.count)
            try interim(report.stopped(before: part.dropFirst(done).map { ($0.offset, $0.element) }))
            let start = ContinuousClock.now
            var result = SuiteReport.Entry(index: index, name: entry.name, place: entry.place)
            result.notes = entry.notes
            do {
                try entry.run(options, into: &result)
            } catch let error as ModelZooError {
                if case .notBuiltIn(_, let reason) = error, entry.isPublished {
                    result.skipReason = "not built in: \(reason)"
                } else {
                    result.error = "\(error)"
                }
            } catch let error as ArgumentError where entry.isPublished && error.isOfMissingClass {
                result.skipReason = "\(error)"
            } catch {
                result.error = "\(error)"
            }
            result.seconds = (ContinuousClock.now - start) / .seconds(1)
            report.entries.append(result)
        }
        return report
    }
}

extension SuiteReport {
    /// The report of a run that ends before these models are done.
    fileprivate func stopped(before rest: [(index: Int, entry: SuiteEntry)]) -> SuiteReport {
        var report = self
        for (index, entry) in rest {
            var result = Entry(index: index, name: entry.name, place: entry.place)
            result.error = "the run did not come to its end"
            report.entries.append(result)
        }
        return report
    }
}

extension Shard {
    /// Whether the element at a position from 0 is in this part when the parts take turns: neighbours in a list of models
    /// take as long as each other.
    fileprivate func contains(_ position: Int) -> Bool { position % count == index - 1 }
}

extension ArgumentError {
    fileprivate var isOfMissingClass: Bool { if case .notBuiltIn = problem { true } else { false } }
}

extension SuiteFile {
    /// - Throws: `WorkbenchError.suite` if no name matches.
    fileprivate func entries(matching patterns: [String], of path: String) throws(WorkbenchError) -> [SuiteEntry] {
        guard !patterns.isEmpty else { return entries }
        let globs = patterns.map { Glob($0.lowercased() + "*") }
        let found = entries.filter { entry in globs.contains { $0.matches(Key(entry.name.lowercased())) } }
        guard !found.isEmpty else {
            let names = entries.prefix(5).map(\.name).joined(separator: ", ")
            let more = entries.count > 5 ? " and \(entries.count - 5) more" : ""
            throw .suite(
                place: path,
                reason: "no model is named like \(patterns.joined(separator: " or ")); there are \(names)\(more)")
        }
        return found
    }
}

extension SuiteEntry {
    /// Runs what is there to run.
    /// - Throws: why something could not run.
    fileprivate func run(_ options: Suite.Options, into result: inout SuiteReport.Entry) throws {
        switch weights {
        case .none:
            result.weights = nil
            try check(nil, options, into: &result)
        case .checkpoint(let path):
            result.weights = path
            try judge(path, options, into: &result)
        case .converted(let original, let rules):
            result.weights = original
            result.rules = rules
            try withConverted(original, rules) { (path, notes) in
                result.notes += notes
                try judge(path, options, into: &result)
            }
        }
    }

    private func judge(_ checkpoint: String, _ options: Suite.Options, into result: inout SuiteReport.Entry) throws {
        try check(checkpoint, options, into: &result)
        if let golden {
            let isOfImages = try !imagesAreData || !Golden(Checkpoint.open(golden)).images.isEmpty
            let verification = try ModelVerification.run(
                .init(
                    checkpoint: checkpoint, golden: golden, model: model, selection: selection,
                    judgement: .init(tolerance: tolerance, comparesLayers: comparesLayers),
                    images: isOfImages ? images : [], pillow: options.pillow))
            result.add(verification)
        }
        if !accuracies.isEmpty, let data {
            let report = try Evaluation.run(
                .init(
                    model: model, checkpoint: checkpoint, data: data, annotationFile: annotationFile,
                    selection: selection, pillow: options.pillow))
            try result.add(report, expecting: accuracies, tolerance: accuracyTolerance)
        }
    }

    /// One run on an image.
    private func check(
        _ checkpoint: String?, _ options: Suite.Options, into result: inout SuiteReport.Entry
    ) throws {
        let image: CheckImage =
            options.image.map { .file($0, pillow: options.pillow) } ?? (isPublished ? .benchmark : .seeded)
        result.add(
            try ModelCheck.run(.init(model: model, checkpoint: checkpoint, selection: selection, image: image)))
    }

    /// Calls `body` with the path of a converted checkpoint, which is gone afterwards.
    private func withConverted(
        _ original: String, _ rules: String, _ body: (_ path: String, _ notes: [String]) throws -> Void
    ) throws {
        let parent = temporaryFolder
        var template = Array("\(parent)/verify-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw IOError(.create, parent, .system(errno)) }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = folder + "/converted.pth"
        defer {
            unlink(path)
            rmdir(folder)
        }
        var options = ConversionOptions(inputs: [.init(path: original)])
        options.model = .model(model)
        options.selection = selection
        let conversion = try Conversion(options, rules: rules)
        guard conversion.plan.isExecutable else {
            let first = FindingList(conversion.plan.findings).lines.first.map { ": \($0)" } ?? ""
            throw WorkbenchError.suite(
                place: original,
                reason: "cannot be converted by \(rules), \(countText(conversion.plan.errors.count, "error"))\(first)")
        }
        _ = try conversion.output(to: path, options).write()
        try body(path, conversion.notes)
    }
}
