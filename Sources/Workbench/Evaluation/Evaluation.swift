import ByteIO
import CheckpointIO
import Engine
import ImageDataset
import ImagePipeline
import ModelZoo
import TensorCore
import Verification

/// A checkpoint's model run on labelled images: MMPreTrain's `tools/test.py`.
package enum Evaluation {
    package struct Options: Sendable {
        package var model: ModelSource
        /// The path of the checkpoint with the weights.
        package var checkpoint: String
        /// The data root, or the folder of images.
        package var data: String
        /// A file with a line `path label` per image; nil for what the config says.
        package var annotationFile: String?
        /// Which tensors of the checkpoint are the weights.
        package var selection: StateDictSelection
        /// Where the prediction of every image goes, `.json`; nil for nowhere.
        package var output: String?
        /// How many of the first images are evaluated; nil for all.
        package var limit: Int?
        /// Images that a thread gives the model at once. Nothing but time and memory depends on it.
        package var batchSize: Int
        /// What of the images is evaluated; nil for all.
        package var shard: Shard?
        /// Whether to go on where an earlier run with the same `output` was ended.
        package var resumes: Bool
        /// Whether the scores of an image are the mean of its own and its mirror image's.
        package var mirrors: Bool
        /// The release of Pillow whose order of passes a resize follows: 11, 12 or 13.
        package var pillow: Int
        /// Whether links may lead out of the folder with the data.
        package var followsLinks: Bool

        package init(
            model: ModelSource, checkpoint: String, data: String, annotationFile: String? = nil,
            selection: StateDictSelection = StateDictSelection(), output: String? = nil, limit: Int? = nil,
            batchSize: Int = standardBatchSize, shard: Shard? = nil, resumes: Bool = false, mirrors: Bool = false,
            pillow: Int = 13, followsLinks: Bool = false
        ) {
            self.model = model
            self.checkpoint = checkpoint
            self.data = data
            self.annotationFile = annotationFile
            self.selection = selection
            self.output = output
            self.limit = limit
            self.batchSize = batchSize
            self.shard = shard
            self.resumes = resumes
            self.mirrors = mirrors
            self.pillow = pillow
            self.followsLinks = followsLinks
        }
    }

    package static let standardBatchSize = 4

    /// Evaluates the model. Each thread decodes, resizes and scores images of its own.
    ///
    /// Beside `output` lies a file with the scores so far while this runs; it is removed at the end.
    /// - Parameter progress: is called with the number of images done, and that of all.
    /// - Throws: `DatasetError`, `PipelineError`, `CheckpointError`, `ModelZooError`, `GraphError`, `EngineError`,
    ///   `IOError`, `WorkbenchError`, or what is wrong with a config; not for an image that cannot be read.
    package static func run(
        _ options: Options, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> EvaluationReport {
        let config = try EvaluationConfig(options.model)
        let pipeline = try config.pipeline(pillow: options.pillow)
        let output = try options.output.map { try PredictionFile(path: $0) }

        let checkpoint = try Checkpoint.open(options.checkpoint)
        let selected = try options.selection.stateDict(of: checkpoint)
        let stateDict = selected.stateDict
        let adapted = try options.model.definition(for: stateDict.tensors.map(\.signature))
        let metric = try config.accuracy(of: adapted.definition)

        var dataset = try dataset(options, config, adapted.definition)
        let total = dataset.samples.count
        let classifier = try Classifier(
            adapted.definition, CheckpointParameters(stateDict), checkpoint: options.checkpoint,
            hint: options.selection.hint(for: stateDict),
            batchSize: min(options.batchSize, total * (options.mirrors ? 2 : 1)))
        let identity = try identity(options, config, adapted.definition, stateDict, dataset)
        if let shard = options.shard { dataset.limit(to: shard.range(of: total)) }
        var record: EvaluationProgress?
        if let path = options.output, let identity {
            record = try EvaluationProgress(
                besides: path, of: identity, shard: options.shard, classes: adapted.definition.classes ?? 0,
                resumes: options.resumes)
        }

        var tally = EvaluationTally(metric: metric, output: output, record: record)
        let scorer = SampleScorer(
            inputs: SampleInputs(dataset: dataset, pipeline: pipeline, mirrors: options.mirrors),
            classifier: classifier, done: record?.done)
        do {
            try tally.evaluate(dataset, scorer, batchSize: max(1, options.batchSize), progress: progress)
            try output?.commit()
        } catch {
            // What the disk refused may be tried again; what is wrong with the input will be wrong again.
            if !(error is IOError) { record?.remove() }
            throw error
        }
        record?.remove()
        var report = EvaluationReport(
            model: adapted.definition.name, metrics: tally.metric.values, evaluated: tally.metric.count,
            total: dataset.samples.count, refusals: tally.refusals, undefined: tally.undefined,
            notes: config.notes + selected.notes + adapted.notes + pipeline.notes(for: dataset) + dataset.notes
                + tally.metric.notes(classes: adapted.definition.classes ?? 0) + classifier.notes
                + scorer.notes, output: options.output, safetyWarning: checkpoint.safetyWarning)
        report.shard = options.shard
        report.identity = identity
        return report
    }

    /// The images, of all shards.
    /// - Throws: `DatasetError`, or `WorkbenchError.evaluation` where there are none, or none in the shard.
    private static func dataset(
        _ options: Options, _ config: EvaluationConfig, _ model: ModelDefinition
    ) throws -> ImageDataset {
        var dataset = try ImageDataset(
            config.dataset, at: options.data, annotationFile: options.annotationFile,
            classCount: try config.classCount(of: model), followsLinks: options.followsLinks)
        if let limit = options.limit { dataset.limit(to: limit) }
        let total = dataset.samples.count
        guard total > 0 else { throw WorkbenchError.evaluation("no image is left to evaluate") }
        if let shard = options.shard, shard.range(of: total).isEmpty {
            throw WorkbenchError.evaluation(
                "the shard \(shard) of \(countText(total, "image")) has none: take at most \(total) shards")
        }
        return dataset
    }

    /// What predictions and the reports of shards must share to be put together; nil where neither is written.
    private static func identity(
        _ options: Options, _ config: EvaluationConfig, _ model: ModelDefinition, _ weights: StateDict,
        _ dataset: ImageDataset
    ) throws -> EvaluationIdentity? {
        guard options.output != nil || options.shard != nil else { return nil }
        let text = try config.text(of: model)
        return try EvaluationIdentity(
            config: "\(text) \(options.mirrors) \(options.pillow) \(workbenchVersion)", weights: weights,
            dataset: dataset)
    }
}

extension TestPipeline {
    /// The notes that hold for a dataset, which may have pixels in place of files.
    fileprivate func notes(for dataset: ImageDataset) -> [String] {
        dataset.samples.first?.planes == nil ? notes : notesOnPixels
    }
}
