import ByteIO
import ImagePipeline

/// Images taken through a test pipeline: what `preprocess` does.
package enum Preprocessing {
    package struct Options: Sendable {
        package var source: PipelineSource
        /// Paths of files.
        package var images: [String]
        /// Where the tensor of all images goes; nil for nowhere.
        package var output: String?
        /// Where a picture of what each step makes goes; nil for nowhere.
        package var stepsFolder: String?
        /// The release of Pillow whose order of passes a resize follows: 11, 12 or 13.
        package var pillow: Int

        package init(
            source: PipelineSource, images: [String], output: String? = nil, stepsFolder: String? = nil,
            pillow: Int = 13
        ) {
            self.source = source
            self.images = images
            self.output = output
            self.stepsFolder = stepsFolder
            self.pillow = pillow
        }
    }

    /// Reads the pipeline, and takes every image through it on all processors. The output is written if none is refused.
    /// - Parameter progress: is called with the number of images done.
    /// - Throws: `PipelineError`, `WorkbenchError`, `IOError`, `CheckpointError`; not for an image that is refused.
    package static func run(
        _ options: Options, progress: (_ done: Int) -> Void = { _ in }
    ) throws -> PreprocessingReport {
        try run(options, options.source.config(), progress: progress)
    }

    /// The same with a pipeline that is at hand.
    static func run(
        _ options: Options, _ config: PipelineConfig, progress: (_ done: Int) -> Void = { _ in }
    ) throws -> PreprocessingReport {
        let pipeline = try TestPipeline(
            steps: config.steps, preprocessor: config.preprocessor,
            options: .init(pillow: PillowRelease(number: options.pillow)))
        let output = try options.output.map { try TensorOutput(path: $0, images: options.images) }
        let folder = try options.stepsFolder.map { try StepFolder(path: $0, images: options.images) }
        var images: [PreprocessingReport.Image] = []
        var tensors: [InputTensor] = []
        while images.count < options.images.count {
            // Some at a time: that bounds the time until something is said.
            let start = images.count
            let outcomes = concurrentMap(min(32, options.images.count - start)) { index in
                outcome(options.images[start + index], start + index, pipeline, folder)
            }
            for outcome in outcomes {
                images.append(outcome.image)
                if output != nil, let tensor = outcome.tensor { tensors.append(tensor) }
            }
            progress(images.count)
        }
        var report = PreprocessingReport(images: images, notes: config.notes + pipeline.notes, pillow: options.pillow)
        if let output, report.refusals.isEmpty {
            report.output = try output.write(tensors, names: options.images)
        }
        return report
    }

    private static func outcome(
        _ path: String, _ index: Int, _ pipeline: TestPipeline, _ folder: StepFolder?
    ) -> (image: PreprocessingReport.Image, tensor: InputTensor?) {
        do {
            let file = try MappedFile(path: path)
            var steps: [PreprocessingReport.Step] = []
            let tensor = try pipeline.run(file.bytes) { array in
                let sha256 = try array.bytes.withUnsafeBytes { try TensorDigest.sha256(of: $0) }
                steps.append(.init(step: array.step, shape: array.shape, dtype: array.element.rawValue, sha256: sha256))
                try folder?.write(array, image: index)
            }
            return (.init(path: path, outcome: .steps(steps)), tensor)
        } catch let error as IOError {
            return (.init(path: path, outcome: .refused("\(error)")), nil)
        } catch {
            return (.init(path: path, outcome: .refused("\(path): \(error)")), nil)
        }
    }
}

/// What became of images.
package struct PreprocessingReport: Sendable {
    /// What a step made.
    package struct Step: Sendable, Equatable {
        /// `1:ResizeEdge`: the step, counted from 0; `tensor` for what the preprocessor makes.
        package let step: String
        package let shape: [Int]
        package let dtype: String
        /// The digest of the array's contiguous little-endian bytes.
        package let sha256: String
    }

    package enum Outcome: Sendable, Equatable {
        case steps([Step])
        /// A sentence that names the file.
        case refused(String)
    }

    package struct Image: Sendable, Equatable {
        /// The path as it was given.
        package let path: String
        package let outcome: Outcome
    }

    package struct Output: Sendable, Equatable {
        package let path: String
        package let shape: [Int]
        package let byteCount: Int
    }

    /// The images, in the order given.
    package let images: [Image]
    /// What somebody who compares with the reference should know.
    package let notes: [String]
    /// The release of Pillow whose order of passes was followed.
    package let pillow: Int
    /// nil if none was asked for, or an image was refused.
    package internal(set) var output: Output?

    /// Why images were refused.
    package var refusals: [String] {
        images.compactMap { if case .refused(let reason) = $0.outcome { reason } else { nil } }
    }
}
