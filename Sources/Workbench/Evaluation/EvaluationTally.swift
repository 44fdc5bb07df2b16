import ByteIO
import ImageDataset
import ImagePipeline

/// What is known of the images so far.
struct EvaluationTally {
    var metric: AccuracyMetric
    let output: PredictionFile?
    let record: EvaluationProgress?
    private(set) var refusals: [EvaluationReport.Refusal] = []
    /// Images of which the model gives scores that are not numbers.
    private(set) var undefined = 0

    init(metric: AccuracyMetric, output: PredictionFile?, record: EvaluationProgress?) {
        self.metric = metric
        self.output = output
        self.record = record
    }

    /// - Throws: what the model or the disk refuses; `WorkbenchError.evaluation` where no image can be read.
    mutating func evaluate(
        _ dataset: ImageDataset, _ scorer: SampleScorer, batchSize: Int, progress: (_ done: Int, _ total: Int) -> Void
    ) throws {
        let count = dataset.samples.count
        let workers = scorer.classifier.workers
        // A small set gives every thread something to do.
        let size = min(batchSize, max(1, (count + workers - 1) / workers))
        try forEachPart(of: size, in: count, workers: workers, compute: scorer.callAsFunction) { part, outcomes in
            for (sample, outcome) in zip(dataset.samples[part], outcomes) {
                switch outcome {
                case .success(let scores):
                    let prediction = Prediction(path: sample.path, label: sample.label, scores: scores)
                    if !prediction.isDefined { undefined += 1 }
                    metric.add(prediction)
                    try output?.append(prediction)
                case .failure(let refusal):
                    refusals.append(refusal)
                    try output?.append(refusal, label: sample.label)
                }
            }
            let fresh = max(part.lowerBound, scorer.done?.count ?? 0)..<max(part.upperBound, scorer.done?.count ?? 0)
            try record?.append(fresh.map { try? outcomes[$0 - part.lowerBound].get() })
            progress(part.upperBound, count)
        }
        guard metric.count > 0 else {
            throw WorkbenchError.evaluation(
                "none of the \(count) images could be read; the first: \(refusals.first?.reason ?? "")")
        }
    }
}

/// The scores of images: those of an earlier run, or what the model gives.
struct SampleScorer: Sendable {
    let inputs: SampleInputs
    let classifier: Classifier
    let done: EvaluationProgress.Done?

    var notes: [String] {
        guard let done, done.count > 0 else { return [] }
        return ["\(countText(done.count, "image")) \(done.count == 1 ? "was" : "were") done by an earlier run"]
    }

    func callAsFunction(_ worker: Int, _ part: Range<Int>) throws -> [Result<[Float], EvaluationReport.Refusal>] {
        var outcomes: [Result<[Float], EvaluationReport.Refusal>] = []
        var tensors: [[InputTensor]] = []
        var places: [Int] = []
        for index in part {
            if let scores = done?.scores(of: index) {
                outcomes.append(.success(scores))
                continue
            }
            do throws(EvaluationReport.Refusal) {
                tensors.append(try inputs.tensors(of: index))
                places.append(outcomes.count)
                outcomes.append(.success([]))
            } catch {
                outcomes.append(.failure(error))
            }
        }
        for (place, scores) in zip(places, try classifier.scores(of: tensors, worker: worker)) {
            outcomes[place] = .success(scores)
        }
        return outcomes
    }
}

/// What the model is given for images.
struct SampleInputs: Sendable {
    let dataset: ImageDataset
    let pipeline: TestPipeline
    let mirrors: Bool

    func tensors(of index: Int) throws(EvaluationReport.Refusal) -> [InputTensor] {
        let sample = dataset.samples[index]
        do {
            return try inputs(of: sample)
        } catch let error as IOError {
            throw .init(path: sample.path, reason: "\(error)")
        } catch let error as DatasetError {
            throw .init(path: sample.path, reason: "\(error)")
        } catch {
            throw .init(path: sample.path, reason: "\(sample.path): \(error)")
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
