import Verification

/// What became of the models of a suite.
package struct SuiteReport: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable {
        case pass = "PASS"
        case fail = "FAIL"
        /// It could not run.
        case error = "ERROR"
        /// It is not built in.
        case skipped = "SKIPPED"
    }

    /// A figure beside what is expected of it.
    package struct Accuracy: Sendable, Equatable {
        /// `accuracy/top1`
        package var name: String
        package var percent: Double
        package var expected: Double
    }

    package struct Entry: Sendable, Equatable {
        /// Its place in the suite, from 0.
        package var index: Int
        package var name: String
        /// `suite.yml:3`
        package var place: String
        /// MMPreTrain's name of the model, where it was built.
        package var model: String?
        /// The path of the checkpoint; nil for seeded weights.
        package var weights: String?
        /// What the checkpoint was converted by.
        package var rules: String?
        /// Height and width of the image.
        package var resolution: [Int] = []
        /// What one run took.
        package var milliseconds: Double?
        package var flops, parameters: Int?
        package var golden: String?
        package var maxAbsoluteError, tolerance, noiseFloor: Double?
        package var accuracies: [Accuracy] = []
        /// What keeps the model from passing.
        package var findings: [String] = []
        /// Why it could not run.
        package var error: String?
        /// Why it was not run.
        package var skipReason: String?
        package var notes: [String] = []
        /// What it took in all.
        package var seconds = 0.0

        package init(index: Int, name: String, place: String) {
            self.index = index
            self.name = name
            self.place = place
        }

        package var status: Status {
            error != nil ? .error : skipReason != nil ? .skipped : findings.isEmpty ? .pass : .fail
        }

        /// Whether the model ran, and on seeded weights.
        var hasNoWeights: Bool { weights == nil && milliseconds != nil }
    }

    /// The path of the suite.
    package let suite: String
    /// The part that this is of; nil for the whole.
    package let shard: Shard?
    /// How many models the whole has.
    package let count: Int
    package internal(set) var entries: [Entry] = []

    init(suite: String, shard: Shard? = nil, count: Int) {
        self.suite = suite
        self.shard = shard
        self.count = count
    }

    package func count(_ status: Status) -> Int { entries.count { $0.status == status } }

    /// Whether nothing was found, and everything ran but for what is not built in.
    package var passed: Bool { count(.fail) == 0 && count(.error) == 0 }

    /// Why models could not run, a sentence each.
    package var errors: [String] { entries.compactMap { entry in entry.error.map { "\(entry.name): \($0)" } } }
}

extension SuiteReport.Entry {
    mutating func add(_ check: ModelCheck) {
        model = check.model
        resolution = Array(check.inputShape.suffix(2))
        milliseconds = check.milliseconds
        flops = check.flops
        parameters = check.parameters
        let failed = check.items.filter { !$0.passed }
        // MMPreTrain's own DeiT III has parameters without a part in the output: worth a note, and no failure.
        let unused = failed.filter { $0.name == ModelCheck.parametersUsed }
        findings += failed.filter { !unused.contains($0) }.map { "\($0.name): \($0.found)" }
        add(unused.map(\.found) + check.notes, check.safetyWarning)
    }

    mutating func add(_ verification: ModelVerification) {
        let report = verification.report
        golden = verification.options.golden
        maxAbsoluteError = report.output?.max
        tolerance = report.tolerance
        noiseFloor = report.noiseFloor.max
        findings += verification.findings
        add(verification.notes, verification.safetyWarning)
    }

    /// - Parameter tolerance: in points of percent.
    /// - Throws: `WorkbenchError.evaluation` for an accuracy that the config does not measure.
    mutating func add(
        _ report: EvaluationReport, expecting expected: [ExpectedAccuracy], tolerance: Double
    ) throws(WorkbenchError) {
        for accuracy in expected {
            guard let metric = report.metrics.first(where: { $0.name == accuracy.name }) else {
                let names = report.metrics.map(\.name).joined(separator: ", ")
                throw .evaluation("\(accuracy.name) is not measured; the config asks for \(names)")
            }
            let percent = Double(metric.percent)
            accuracies.append(.init(name: accuracy.name, percent: percent, expected: accuracy.percent))
            // Percentages are float32 numbers.
            if abs(percent - accuracy.percent) > tolerance + 1e-5 {
                findings.append(
                    "\(accuracy.name) is \(fixedText(percent, decimals: 4)), "
                        + "\(fixedText(accuracy.percent, decimals: 4)) ± \(shortText(tolerance)) is expected")
            }
        }
        if !report.refusals.isEmpty {
            findings.append("\(countText(report.refusals.count, "image")) cannot be read: \(report.refusals[0].reason)")
        }
        if report.undefined > 0 {
            findings.append("the scores of \(countText(report.undefined, "image")) are not numbers")
        }
        add(report.notes, nil)
    }

    /// A note that is there already is not repeated.
    private mutating func add(_ new: [String], _ warning: String?) {
        for note in new + (warning.map { [$0] } ?? []) where !notes.contains(note) { notes.append(note) }
    }
}

extension SuiteReport {
    /// The one model of a verification by itself.
    package init(_ verification: ModelVerification) {
        let name = "\(verification.options.checkpoint) as \(verification.model)"
        self.init(name, weights: verification.options.checkpoint) { $0.add(verification) }
    }

    package init(_ check: ModelCheck) {
        self.init(check.weights.map { "\($0) as \(check.model)" } ?? check.model, weights: check.weights) {
            $0.add(check)
        }
    }

    /// A run that did not come to its end.
    package init(failure message: String, suite: String) {
        self.init(suite, weights: nil) { $0.error = message }
    }

    private init(_ name: String, weights: String?, _ fill: (inout Entry) -> Void) {
        self.init(suite: name, count: 1)
        var entry = Entry(index: 0, name: name, place: name)
        entry.weights = weights
        fill(&entry)
        entries = [entry]
    }
}
