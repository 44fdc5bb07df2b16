import ByteIO
import CheckpointIO
import Engine
import ImageDataset
import ImagePipeline
import ModelZoo
import TensorCore
import Verification

/// A checkpoint's model run on labelled images: MMPreTrain's `tools/test.py`.
public enum Evaluation {
    public struct Options: Sendable {
        public var model: ModelSource
        /// The path of the checkpoint with the weights.
        public var checkpoint: String
        /// The data root, or the folder of images.
        public var data: String
        /// A file with a line `path label` per image; nil for what the config says.
        public var annotationFile: String?
        /// Which tensors of the checkpoint are the weights.
        public var selection: StateDictSelection
        /// Where the prediction of every image goes, `.json`; nil for nowhere.
        public var output: String?
        /// How many of the first images are evaluated; nil for all.
        public var limit: Int?
        /// Images that the model is given at once. Nothing but time and memory depends on it.
        public var batchSize: Int
        /// Whether the scores of an image are the mean of its own and its mirror image's.
        public var mirrors: Bool
        /// The release of Pillow whose order of passes a resize follows: 11, 12 or 13.
        public var pillow: Int
        /// Whether links may lead out of the folder with the data.
        public var followsLinks: Bool

        public init(
            model: ModelSource, checkpoint: String, data: String, annotationFile: String? = nil,
            selection: StateDictSelection = StateDictSelection(), output: String? = nil, limit: Int? = nil,
            batchSize: Int = 8, mirrors: Bool = false, pillow: Int = 13, followsLinks: Bool = false
        ) {
            self.model = model
            self.checkpoint = checkpoint
            self.data = data
            self.annotationFile = annotationFile
            self.selection = selection
            self.output = output
            self.limit = limit
            self.batchSize = batchSize
            self.mirrors = mirrors
            self.pillow = pillow
            self.followsLinks = followsLinks
        }
    }

    /// Evaluates the model. Images are decoded and resized on all processors while the model runs.
    /// - Parameter progress: is called with the number of images done, and that of all.
    /// - Throws: `DatasetError`, `PipelineError`, `CheckpointError`, `ModelZooError`, `GraphError`, `EngineError`,
    ///   `IOError`, `WorkbenchError`, or what is wrong with a config; not for an image that cannot be read.
    public static func run(
        _ options: Options, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> EvaluationReport {
        let config = try EvaluationConfig(options.model)
        let pipeline = try config.pipeline(pillow: options.pillow)
        let output = try options.output.map { try PredictionFile(path: $0) }

        let checkpoint = try Checkpoint.open(options.checkpoint)
        let selected = try options.selection.stateDict(of: checkpoint)
        let stateDict = selected.stateDict
        let adapted = try options.model.definition(for: stateDict.tensors.map(\.signature))
        var metric = try config.accuracy(of: adapted.definition)

        var dataset = try ImageDataset(
            config.dataset, at: options.data, annotationFile: options.annotationFile,
            classCount: try config.classCount(of: adapted.definition), followsLinks: options.followsLinks)
        if let limit = options.limit { dataset.limit(to: limit) }
        guard !dataset.samples.isEmpty else { throw WorkbenchError.evaluation("no image is left to evaluate") }

        var classifier = try Classifier(
            adapted.definition, CheckpointParameters(stateDict), checkpoint: options.checkpoint,
            hint: options.selection.hint(for: stateDict),
            batchSize: min(options.batchSize, dataset.samples.count * (options.mirrors ? 2 : 1)))
        let inputs = SampleInputs(dataset: dataset, pipeline: pipeline, mirrors: options.mirrors)
        var refusals: [EvaluationReport.Refusal] = []
        var undefined = 0
        try forEachBatch(of: max(1, options.batchSize), in: dataset.samples.count, prepare: inputs.callAsFunction) {
            range, outcomes in
            var readable: [(sample: ImageDataset.Sample, inputs: [InputTensor])] = []
            for (sample, outcome) in zip(dataset.samples[range], outcomes) {
                switch outcome {
                case .success(let tensors): readable.append((sample, tensors))
                case .failure(let refusal): refusals.append(refusal)
                }
            }
            let scores = try classifier.scores(of: readable.map(\.inputs))
            for ((sample, _), scores) in zip(readable, scores) {
                let prediction = Prediction(path: sample.path, label: sample.label, scores: scores)
                if !prediction.isDefined { undefined += 1 }
                metric.add(prediction)
                try output?.append(prediction)
            }
            progress(range.upperBound, dataset.samples.count)
        }
        guard metric.count > 0 else {
            throw WorkbenchError.evaluation(
                "none of the \(dataset.samples.count) images could be read; the first: \(refusals.first?.reason ?? "")")
        }
        try output?.commit()
        return EvaluationReport(
            model: adapted.definition.name, metrics: metric.values, evaluated: metric.count,
            total: dataset.samples.count, refusals: refusals, undefined: undefined,
            notes: config.notes + selected.notes + adapted.notes + pipeline.notes(for: dataset) + dataset.notes
                + metric.notes(classes: adapted.definition.classes ?? 0) + classifier.notes,
            output: options.output, safetyWarning: checkpoint.safetyWarning)
    }
}

extension TestPipeline {
    /// The notes that hold for a data set: one that has pixels in place of files needs no LoadImageFromFile.
    fileprivate func notes(for dataset: ImageDataset) -> [String] {
        dataset.samples.first?.planes == nil ? notes : notes.filter { !$0.contains("LoadImageFromFile") }
    }
}

/// What the model is given for images.
private struct SampleInputs: Sendable {
    let dataset: ImageDataset
    let pipeline: TestPipeline
    let mirrors: Bool

    func callAsFunction(_ range: Range<Int>) -> [Result<[InputTensor], EvaluationReport.Refusal>] {
        concurrentMap(range.count) { index in
            let sample = dataset.samples[range.lowerBound + index]
            do {
                return .success(try inputs(of: sample))
            } catch let error as IOError {
                return .failure(.init(path: sample.path, reason: "\(error)"))
            } catch let error as DatasetError {
                return .failure(.init(path: sample.path, reason: "\(error)"))
            } catch {
                return .failure(.init(path: sample.path, reason: "\(sample.path): \(error)"))
            }
        }
    }

    private func inputs(of sample: ImageDataset.Sample) throws -> [InputTensor] {
        if let planes = sample.planes {
            let area = planes.count / 3
            let samples = (0..<planes.count).map { planes[$0 % 3 * area + $0 / 3] }
            return try pipeline.inputs(
                Image(height: 32, width: area / 32, channels: 3, samples: samples), mirrored: mirrors)
        }
        try dataset.folder.check(sample.path)
        return try pipeline.inputs(try MappedFile(path: sample.path).bytes, mirrored: mirrors)
    }
}
