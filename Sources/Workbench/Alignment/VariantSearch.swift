import ByteIO
import ImagePipeline
import TensorCore
import Verification

/// How far an input is from the golden's.
struct InputDistance: Sendable, Equatable {
    /// Whether every bit is the same.
    let isEqual: Bool
    /// The largest difference, as the model sees it.
    let max: Double
    /// The largest and the mean difference in steps of a sample, of which there are 256.
    let levels, meanLevels: Double
    /// The part of the values that differ by half a step or more.
    let share: Double

    /// What the rounding of another order of the normalisation's operations makes at most. Samples that differ, differ by 1.
    private static let roundingLevels = 0x1p-10

    /// Whether the pixels are the same.
    var isOfSamePixels: Bool { levels <= Self.roundingLevels }
    /// Whether no sample is off by more than 1.
    var isWithinOneLevel: Bool { levels <= 1 + Self.roundingLevels }

    /// - Parameter deviation: the divisor of each channel; 1 for one that has none.
    init(
        _ values: some Collection<Float>, from golden: some Collection<Float>, channels: Int, deviation: (Int) -> Double
    ) {
        var (isEqual, largest, levels, sum, count) = (true, 0.0, 0.0, 0.0, 0)
        let plane = channels > 0 ? values.count / channels : values.count
        var position = 0
        for (value, other) in zip(values, golden) {
            defer { position += 1 }
            if value.bitPattern == other.bitPattern { continue }
            isEqual = isEqual && value == other
            let difference = abs(Double(value) - Double(other))
            guard difference.isFinite else {
                (isEqual, largest, levels, sum, count) = (false, .infinity, .infinity, .infinity, count + 1)
                continue
            }
            let steps = difference * deviation(plane > 0 ? position / plane : 0)
            largest = Swift.max(largest, difference)
            levels = Swift.max(levels, steps)
            sum += steps
            if steps >= 0.5 { count += 1 }
        }
        self.isEqual = isEqual
        max = largest
        self.levels = levels
        meanLevels = values.isEmpty ? 0 : sum / Double(values.count)
        share = values.isEmpty ? 0 : Double(count) / Double(values.count)
    }
}

/// Looks for the pipeline that made a golden's input, among those that differ in a few things from the config's.
struct VariantSearch {
    /// The files of the golden's images.
    let files: [Bytes]
    let golden: Golden
    private(set) var tried = 0

    /// Changes that are made at once at most, and pipelines that are pursued.
    private static let depth = 3
    private static let width = 6
    /// Pipelines that are tried at most: enough for pictures of a camera, and a bound for those of a satellite.
    private let limit: Int

    init(files: [Bytes], golden: Golden) {
        self.files = files
        self.golden = golden
        // A pixel takes at least a sixteenth of a byte, but for pictures of nothing.
        let work = golden.input.shape.dropFirst().reduce(1, *) + 16 * (files.first?.count ?? 0)
        limit = max(100, (1 << 31) / max(1, work))
    }

    /// Height and width of the golden's input.
    private var size: (height: Int, width: Int) { (golden.input.shape[2], golden.input.shape[3]) }

    /// How well a pipeline makes the golden's input of its images, best first.
    private enum Fit: CaseIterable {
        case everyBit, everyPixel
        /// But for what Intel's IPP makes of OpenCV's bicubic filter.
        case everyPixelButForIPP

        func admits(_ distance: InputDistance, _ pipeline: TestPipeline) -> Bool {
            switch self {
            case .everyBit: distance.isEqual
            case .everyPixel: distance.isOfSamePixels
            case .everyPixelButForIPP: pipeline.resizesWithNativeBicubic && distance.isWithinOneLevel
            }
        }
    }

    /// What makes the golden's input of its images; nil if nothing that is tried does.
    mutating func fit(_ base: PipelineVariant) -> PipelineVariant? {
        var start = base
        if !golden.steps.isEmpty {
            start = followed(base)
            if !start.changes.isEmpty, Fit.allCases.contains(where: { isFit(start, $0) }) { return start }
        }
        var beam = [start]
        // More changes may make every pixel.
        var nearest: PipelineVariant?
        for _ in 0..<Self.depth {
            let candidates = Array(beam.flatMap { $0.alternatives(giving: size) }.prefix(max(0, limit - tried)))
            tried += candidates.count
            let (golden, file, pipelines) = (golden, files[0], candidates.map { try? $0.pipeline() })
            let distances = concurrentMap(candidates.count) { index in
                pipelines[index].flatMap { pipeline in
                    (try? pipeline.run(file)).flatMap { Self.distance(pipeline, $0, golden, image: 0) }
                }
            }
            var ranked: [(variant: PipelineVariant, distance: InputDistance)] = []
            for (candidate, distance) in zip(candidates, distances) {
                if let distance { ranked.append((candidate, distance)) }
            }
            for fit in [Fit.everyBit, .everyPixel] {
                for (variant, distance) in ranked where distance.isOfSamePixels && isFit(variant, fit) {
                    return variant
                }
            }
            nearest =
                nearest
                ?? ranked.first { $0.distance.isWithinOneLevel && isFit($0.variant, .everyPixelButForIPP) }?.variant
            beam = ranked.sorted { $0.distance.meanLevels < $1.distance.meanLevels }.prefix(Self.width).map(\.variant)
            if beam.isEmpty { break }
        }
        return nearest
    }

    /// Step by step: the first whose array is not the golden's is changed until it is.
    private mutating func followed(_ base: PipelineVariant) -> PipelineVariant {
        var current = base
        for _ in 0..<base.steps.count {
            guard let step = Self.firstDifference(current, files[0], golden.steps[0]), step < golden.steps[0].count
            else {
                return current
            }
            let wanted = golden.steps[0][step].sha256
            let candidates = current.alternatives(giving: size).filter { $0.changes.last?.position ?? .max <= step }
            tried += candidates.count
            guard
                let next = candidates.first(where: {
                    Self.digests($0, files[0])?.dropFirst(step).first?.sha256 == wanted
                })
            else { return current }
            current = next
        }
        return current
    }

    /// Whether it is so for every image.
    private func isFit(_ variant: PipelineVariant, _ fit: Fit) -> Bool {
        guard let pipeline = try? variant.pipeline() else { return false }
        return files.indices.allSatisfy { image in
            guard let input = try? pipeline.run(files[image]),
                let distance = Self.distance(pipeline, input, golden, image: image)
            else { return false }
            return fit.admits(distance, pipeline)
        }
    }

    /// nil for an input of another shape.
    static func distance(
        _ pipeline: TestPipeline, _ input: InputTensor, _ golden: Golden, image: Int
    ) -> InputDistance? {
        guard input.shape.dropFirst().elementsEqual(golden.input.shape.dropFirst()) else { return nil }
        let size = input.values.count
        return InputDistance(
            input.values, from: golden.input.scalars[image * size..<(image + 1) * size], channels: input.shape[1],
            deviation: { Double(pipeline.deviation(ofChannel: $0)) })
    }

    /// What each step makes, and its digest; nil for an image that is refused.
    static func digests(_ variant: PipelineVariant, _ file: Bytes) -> [Golden.Step]? {
        var steps: [Golden.Step] = []
        guard let pipeline = try? variant.pipeline() else { return nil }
        let tensor = try? pipeline.run(file) { array in
            let sha256 = try array.bytes.withUnsafeBytes { try TensorDigest.sha256(of: $0) }
            steps.append(.init(name: array.step, sha256: sha256))
        }
        return tensor == nil ? nil : steps
    }

    /// The first step that makes something else than the golden says; nil where none does.
    static func firstDifference(_ variant: PipelineVariant, _ file: Bytes, _ golden: [Golden.Step]) -> Int? {
        guard let own = digests(variant, file) else { return 0 }
        // The last is the tensor, which a pipeline of more steps has later.
        let count = min(own.count, golden.count)
        return (0..<count).first { own[$0].sha256 != golden[$0].sha256 }
    }
}
