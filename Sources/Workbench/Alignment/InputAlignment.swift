import ByteIO
import ImagePipeline
import ModelGraph
import ModelZoo
import TensorCore
import Verification

/// How the input that a config's test pipeline makes of a golden's images compares with the golden's input.
package struct InputAlignment: Sendable {
    package enum Verdict: String, Sendable {
        /// Every bit.
        case equal
        /// The same pixels; the normalisation rounds in another order.
        case rounding
        /// OpenCV's bicubic filter by Intel's IPP, which differs from its native one by a step.
        case oneLevel = "one level"
        case differs
    }

    /// What the golden was made with in the place of what the config says.
    package struct Change: Sendable, Equatable {
        /// `1:ResizeEdge`, `data_preprocessor`
        package let step: String
        /// `backend='pillow'`
        package let text: String
    }

    /// The files, in the golden's order.
    package let images: [String]
    package let verdict: Verdict
    /// The largest difference as the model sees it, and in steps of a sample, of which there are 256; nil where the shapes
    /// differ.
    package let maxAbsoluteError, maxLevels: Double?
    /// The part of the values that differ by a step or more.
    package let share: Double?
    /// The first step that makes something else: as the golden's steps say, or else as the pipeline that fits.
    package let firstStep: String?
    /// What makes the golden's input, pixel for pixel; empty where nothing that was tried does.
    package let changes: [Change]
    /// How many other pipelines were tried.
    package let tried: Int
    /// The shapes, where they differ.
    package let shapes: (own: [Int], golden: [Int])?
    package let notes: [String]
    /// The inputs as they were made here; nil where they are not of the golden's shape.
    let input: DenseTensor<Float>?

    package var passed: Bool { verdict != .differs }

    /// What does not agree, in a sentence; nil where everything does.
    package var finding: String? {
        guard !passed else { return nil }
        var text = "input differs from step \(firstStep ?? "?") on"
        if firstStep == nil { text = "input differs" }
        if let shapes {
            text += ": it is \(pythonTuple(shapes.own)), the golden's is \(pythonTuple(shapes.golden))"
        }
        guard !changes.isEmpty else {
            let reach = maxLevels.map {
                ": by up to \(shortText($0)) of 255, in \(shortText(100 * (share ?? 0))) % of its values"
            }
            return text + (reach ?? "") + "; none of \(tried) other pipelines gives it"
        }
        let parts = changes.map { $0.step == firstStep ? $0.text : "\($0.text) in \($0.step)" }
        return text + "; it equals \(parts.joined(separator: " with "))"
    }

    /// - Parameters:
    ///   - definition: the model, with its test pipeline.
    ///   - given: files and folders with the golden's images.
    /// - Throws: `WorkbenchError`, `PipelineError`, `IOError`, and for an image that cannot be read `WorkbenchError.alignment`.
    static func run(
        _ definition: ModelDefinition, golden: Golden, images given: [String], pillow: PillowRelease
    ) throws -> InputAlignment {
        guard let steps = definition.testPipeline else {
            throw WorkbenchError.noTestPipeline(config: definition.name, reason: "it is not tested on images")
        }
        let found = try GoldenImages(given, names: golden.images, count: golden.input.shape[0])
        let base = PipelineVariant(steps: steps, preprocessor: definition.dataPreprocessor, pillow: pillow)
        let pipeline = try base.pipeline()
        let files = try found.paths.map { try MappedFile(path: $0).bytes }
        var inputs: [InputTensor] = []
        for (path, file) in zip(found.paths, files) {
            do {
                inputs.append(try pipeline.run(file))
            } catch {
                throw WorkbenchError.alignment("\(path): \(error)")
            }
        }
        return InputAlignment(
            found, base, pipeline, inputs: inputs, files: files, golden: golden)
    }

    private init(
        _ found: GoldenImages, _ base: PipelineVariant, _ pipeline: TestPipeline, inputs: [InputTensor], files: [Bytes],
        golden: Golden
    ) {
        images = found.paths
        let distances = inputs.enumerated().map { image, input in
            VariantSearch.distance(pipeline, input, golden, image: image)
        }
        let all = distances.compactMap { $0 }
        let fitsShape = all.count == distances.count
        shapes = fitsShape ? nil : (inputs.first?.shape ?? [], [1] + golden.input.shape.dropFirst())
        input = fitsShape ? DenseTensor(shape: golden.input.shape, scalars: inputs.flatMap(\.values)) : nil
        maxAbsoluteError = fitsShape ? all.map(\.max).max() : nil
        maxLevels = fitsShape ? all.map(\.levels).max() : nil
        share = fitsShape && !all.isEmpty ? all.map(\.share).reduce(0, +) / Double(all.count) : nil
        var notes = found.notes + pipeline.notes

        if fitsShape, all.allSatisfy(\.isEqual) {
            verdict = .equal
        } else if fitsShape, all.allSatisfy(\.isOfSamePixels) {
            verdict = .rounding
            notes.append("the golden's pixels are the same; its normalisation rounds in another order")
        } else if fitsShape, pipeline.resizesWithNativeBicubic, all.allSatisfy(\.isWithinOneLevel) {
            verdict = .oneLevel
            notes.append(
                "the input differs by at most 1 of 255, in \(shortText(100 * (share ?? 0))) % of its values, as OpenCV's "
                    + "bicubic filter by Intel's IPP does, which stock x86 wheels run; OPENCV_IPP=disabled gives these bytes"
            )
        } else {
            verdict = .differs
        }
        self.notes = notes
        guard verdict == .differs else {
            (firstStep, changes, tried) = (nil, [], 0)
            return
        }
        var search = VariantSearch(files: files, golden: golden)
        let fit = search.fit(base)
        tried = search.tried
        // What people read first is what is done first.
        let ordered = (fit?.changes ?? []).sorted { $0.position < $1.position }
        changes = ordered.map { Change(step: $0.step, text: $0.text) }
        if let recorded = golden.steps.first, let step = VariantSearch.firstDifference(base, files[0], recorded) {
            firstStep = step < base.steps.count ? base.name(of: step) : "data_preprocessor"
        } else {
            firstStep = ordered.first?.step
        }
    }
}
