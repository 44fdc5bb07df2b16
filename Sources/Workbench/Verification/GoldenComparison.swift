import CheckpointIO
import KeyRules
import TensorCore
import Verification

/// `verify --compare`: two goldens held against each other.
package struct GoldenComparison: Sendable {
    package struct Options: Sendable {
        package var left: String
        package var right: String
        /// A third golden, in double precision.
        package var truth: String?
        /// The largest absolute difference that passes, in place of what the measured floor gives.
        package var tolerance: Double?
        /// Rules that convert the first golden's model to the second's, and that model: they say which layer is which.
        package var rules: String?
        package var model: ModelSource?

        package init(left: String, right: String) {
            self.left = left
            self.right = right
        }
    }

    package let options: Options
    package let comparison: CaptureComparison
    /// What computed either, where the files say so.
    package let leftSource, rightSource: String?
    /// The rule file that names the layers; nil where the names are the same.
    package let layerRules: String?
    package let warnings: [String]
    package let notes: [String]

    package var passed: Bool { comparison.passed }

    /// - Throws: `CheckpointError`, `WorkbenchError.verification` for a file that is not a golden, and what is wrong with
    ///   model or rules.
    package static func run(_ options: Options) throws -> GoldenComparison {
        let files = try [options.left, options.right].map { try Checkpoint.open($0) }
        let truthFile = try options.truth.map { try Checkpoint.open($0) }
        let (left, right) = (try captured(files[0]), try captured(files[1]))
        let truth = try truthFile.map { try captured($0) }
        if let truth, let entry = truth.entries.first, entry.isSinglePrecision {
            throw WorkbenchError.verification(
                file: truth.file, reason: "'\(entry.name)' is not in double precision, which a third golden must be")
        }
        var judgement = CaptureComparison.Options(tolerance: options.tolerance)
        let found = try options.model.flatMap { source -> ModuleNames.Found? in
            let model = try source.description()
            return try ModuleNames.found(
                by: options.rules, model: model.name, tensors: try model.signatures, layers: left.modulePaths)
        }
        judgement.names = found?.names.names
        let comparison: CaptureComparison
        do { comparison = try CaptureComparison(left, right, truth: truth, options: judgement) } catch {
            guard let error = error as? VerificationError else { throw error }
            throw WorkbenchError.verification(file: options.left, reason: "\(error)")
        }
        return GoldenComparison(
            options: options, comparison: comparison, leftSource: left.source, rightSource: right.source,
            layerRules: found?.rules, warnings: files.compactMap(\.safetyWarning),
            notes: notes(comparison, options))
    }

    private static func captured(_ file: Checkpoint) throws(WorkbenchError) -> CapturedRun {
        do { return try CapturedRun(file) } catch {
            throw .verification(file: file.path, reason: "\(error)")
        }
    }

    private static func notes(_ comparison: CaptureComparison, _ options: Options) -> [String] {
        var notes: [String] = []
        if !comparison.isMeasured, options.tolerance == nil, comparison.output.deviation.map({ $0.max > 0 }) ?? false {
            notes.append(
                "neither golden has its output in double precision, so that what rounding explains is not known: "
                    + "capture one with --float64, name a third with --golden, or say --tolerance")
        }
        if comparison.layers.isEmpty, !comparison.onlyLeft.isEmpty, !comparison.onlyRight.isEmpty {
            notes.append(
                options.model == nil
                    ? "no layer has one name in both; --rules NAME --model MODEL, the model of \(options.right), tells which is which"
                    : "no layer is compared: by the rules, none of \(options.left) is one of \(options.right)"
            )
        }
        if options.model != nil, comparison.onlyLeft.contains(where: { $0.hasPrefix("samples.") }) {
            notes.append(
                "a sample is compared only where the layer has one name in both goldens, for the name decides its "
                    + "elements; capture whole layers, without --sample")
        }
        return notes
    }
}
