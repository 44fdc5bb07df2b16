import CheckpointIO
import TensorCore

/// Two captured runs held against each other; no model is run.
///
/// A difference is judged by the rounding that was measured: the distance of a float32 result from the same in double
/// precision. Each run may have its own (`output_float64`), of which the sum is the floor, for both round; or a third run
/// in double precision is the truth, and the second may be `NoiseFloor.allowance` times as far from the first as that is
/// from the truth.
package struct CaptureComparison: Sendable {
    package struct Options: Sendable {
        /// The largest absolute difference that passes, in place of what the floor gives.
        package var tolerance: Double?
        /// Paths of the first run's modules and what the second calls them; nil: the names are equal. Samples are only
        /// compared under one name, as the name decides which elements they are.
        package var names: [String: String]?

        package init(tolerance: Double? = nil, names: [String: String]? = nil) {
            self.tolerance = tolerance
            self.names = names
        }
    }

    /// One recorded tensor of both runs.
    package struct Item: Sendable {
        package let part: CapturedRun.Part
        /// As the second run has it.
        package let path: String
        /// As the first run has it.
        package let leftPath: String
        package let leftShape, rightShape: [Int]
        /// The deviation of the second run from the first; nil where they cannot be subtracted.
        package var deviation: Deviation?
        /// nil where rounding was not measured.
        package var noiseFloor: NoiseFloor?
        /// nil where nothing says how much may differ: the item is not judged.
        package var tolerance: Double?
        /// How far either is from double precision, where that was recorded.
        package var leftError, rightError: Deviation?
        package var top1Equal, top5Equal: Bool?
        /// Why it does not pass, one sentence.
        package var finding: String?

        package var passed: Bool { finding == nil }
    }

    package private(set) var items: [Item] = []
    /// Entries that one run has only, as its file names them.
    package private(set) var onlyLeft: [String] = []
    package private(set) var onlyRight: [String] = []
    /// Why the runs, and the truth, are not of one input; nil where they are, or where a file does not say.
    package private(set) var inputFinding: String?
    /// Whether both runs say their input, and it is the same.
    package private(set) var inputEqual: Bool?

    /// The first output.
    package var output: Item { items[0] }
    package var layers: [Item] { items.filter { $0.part != .output } }
    package var findings: [String] { [inputFinding].compactMap { $0 } + items.compactMap(\.finding) }
    package var passed: Bool { findings.isEmpty }
    package var firstDivergingLayer: Item? { layers.first { !$0.passed } }
    /// Whether the rounding of the outputs was measured.
    package var isMeasured: Bool { items.filter { $0.part == .output }.allSatisfy { $0.noiseFloor != nil } }

    /// - Parameter truth: a run in double precision; the names of its modules are the second run's, or the first's.
    /// - Throws: `VerificationError.golden` where the runs have no output in common, `CheckpointError`.
    package init(
        _ left: CapturedRun, _ right: CapturedRun, truth: CapturedRun? = nil, options: Options = Options()
    ) throws {
        (inputEqual, inputFinding) = try Self.compareInputs(left, right)
        // The distance from a truth of another input is not rounding.
        if let truth, inputFinding == nil {
            inputFinding =
                try Self.compareInputs(left, truth).finding ?? Self.compareInputs(right, truth).finding
        }
        let rights = Dictionary(right.entries.map { ($0.name, $0) }) { first, _ in first }
        let truths = Dictionary((truth?.entries ?? []).map { ($0.name, $0) }) { first, _ in first }
        var seen: Set<String> = []
        for entry in left.entries {
            var name = entry.name
            if entry.part != .output, let names = options.names {
                guard let path = names[entry.path], entry.part != .samples || path == entry.path else {
                    onlyLeft.append(entry.name)
                    continue
                }
                name = "\(entry.part.rawValue).\(path)"
            }
            guard let other = rights[name] else {
                onlyLeft.append(entry.name)
                continue
            }
            seen.insert(name)
            let judge = PairJudge(
                left: entry, right: other, truth: truths[name] ?? truths[entry.name], options: options)
            items.append(try judge.item())
        }
        onlyRight = right.entries.map(\.name).filter { !seen.contains($0) }
        guard items.first?.part == .output else {
            throw VerificationError.golden(
                entry: left.entries[0].name,
                "has no counterpart: \(right.file) has \(right.entries.prefix(4).map(\.name).joined(separator: ", "))")
        }
    }

    /// Whether both files say their input and it is the same, and why it is not.
    private static func compareInputs(
        _ left: CapturedRun, _ right: CapturedRun
    ) throws -> (equal: Bool?, finding: String?) {
        func differ(_ how: String) -> (equal: Bool?, finding: String?) { (false, "the inputs differ: \(how)") }
        if left.inputs.isEmpty, right.inputs.isEmpty {
            guard let note = left.inputNote, let other = right.inputNote else { return (nil, nil) }
            if note == other { return (true, nil) }
            return differ("'\(note)' and '\(other)' in \(right.file)")
        }
        guard !left.inputs.isEmpty, !right.inputs.isEmpty else { return (nil, nil) }
        let others = Dictionary(right.inputs.map { ($0.key, $0.tensor) }) { first, _ in first }
        for named in left.inputs {
            guard let other = others[named.key] else { return differ("only \(left.file) has '\(named.key)'") }
            guard named.tensor.shape == other.shape else {
                return differ(
                    "'\(named.key)' has shape \(named.tensor.shape), and \(other.shape) in \(right.file)")
            }
            guard named.tensor.dtype.isReal, other.dtype.isReal else { continue }
            let largest = try named.tensor.withFloat64 { left in
                try other.withFloat64 { right in
                    zip(left, right).reduce(0.0) { largest, pair in
                        if pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN { return largest }
                        let difference = abs(pair.0 - pair.1)
                        return max(largest, difference.isNaN ? .infinity : difference)
                    }
                }
            }
            guard largest == 0 else {
                return differ("'\(named.key)' by up to \(significant(largest)) in \(right.file)")
            }
        }
        guard left.inputs.count == right.inputs.count else {
            return differ("\(right.file) has \(right.inputs.count), \(left.file) \(left.inputs.count)")
        }
        return (true, nil)
    }
}

/// Judges one tensor of both runs.
private struct PairJudge {
    let left, right: CapturedRun.Entry
    let truth: CapturedRun.Entry?
    let options: CaptureComparison.Options

    func item() throws -> CaptureComparison.Item {
        var item = CaptureComparison.Item(
            part: right.part, path: right.path, leftPath: left.path, leftShape: left.tensor.shape,
            rightShape: right.tensor.shape)
        guard left.tensor.shape == right.tensor.shape else {
            item.finding = "'\(right.name)' has shape \(left.tensor.shape) and \(right.tensor.shape)"
            return item
        }
        let (a, b) = (try Self.read(left.tensor), try Self.read(right.tensor))
        // What is infinite, or NaN, on both sides is equal.
        let kept = a.scalars.indices.filter { a.scalars[$0].isFinite || !Self.isSame(a.scalars[$0], b.scalars[$0]) }
        if right.part == .output, kept.isEmpty, !a.scalars.isEmpty {
            item.finding = "'\(right.name)' has no finite number in either"
            return item
        }
        let (lefts, rights) = (kept.map { a.scalars[$0] }, kept.map { b.scalars[$0] })
        for (side, values) in [("the first", lefts), ("the second", rights)] {
            if let elements = NonFinite(in: values) {
                item.finding = "'\(right.name)' of \(side): \(elements)"
                return item
            }
        }
        func error(of values: RecordedTensor, from exact: LazyTensor?) throws -> Deviation? {
            guard let exact, exact.shape == values.shape else { return nil }
            let exacts = try Self.read(exact).scalars
            let finite = kept.filter { exacts[$0].isFinite }
            return Deviation(
                of: finite.map { values.scalars[$0] }, from: finite.map { exacts[$0] }, negligible: 0)
        }
        let truth = truth?.float64 ?? truth?.tensor
        let own = (
            left: try error(of: a, from: left.float64), right: try error(of: b, from: right.float64)
        )
        item.leftError = try own.left ?? error(of: a, from: truth ?? right.float64)
        item.rightError = try own.right ?? error(of: b, from: truth ?? left.float64)
        // A result in double precision has no rounding of float32 to measure.
        let measured = [
            left.tensor.dtype == .float64 ? nil : try truth.flatMap { try error(of: a, from: $0) } ?? own.left,
            right.tensor.dtype == .float64 ? nil : own.right,
        ].compactMap { $0.map { NoiseFloor(max: $0.max, rms: $0.rms) } }
        let unit = max(left.tensor.dtype.unitRoundoff, right.tensor.dtype.unitRoundoff)
        let finite = RecordedTensor(shape: [lefts.count], scalars: lefts)
        let rounding = NoiseFloor(max: 0, rms: 0).atLeast(unit: unit, of: finite)
        let isOfIntegers = !left.tensor.dtype.isFloatingPoint && !right.tensor.dtype.isFloatingPoint
        if isOfIntegers, right.part == .output || !measured.isEmpty {
            item.noiseFloor = rounding  // none, wherever the truth lies
        } else if let first = measured.first {
            item.noiseFloor = measured.dropFirst().reduce(first) { $0.adding($1) }.atLeast(unit: unit, of: finite)
        }
        let deviation = Deviation(of: rights, from: lefts, negligible: item.noiseFloor?.max ?? rounding.max)
        item.deviation = deviation
        judge(deviation, at: kept.isEmpty ? 0 : kept[deviation.worst], rounding, &item)
        if right.part == .output, a.shape.count == 2, kept.count == a.scalars.count, let classes = a.shape.last {
            let tie = 2 * (item.tolerance ?? 0)
            item.top1Equal = Ranking.agree(b.scalars, a.scalars, classes: classes, best: 1, tie: tie)
            item.top5Equal = Ranking.agree(b.scalars, a.scalars, classes: classes, best: 5, tie: tie)
        }
        return item
    }

    /// - Parameter rounding: of storing the numbers, which is all that is known where none was measured.
    private func judge(
        _ deviation: Deviation, at worst: Int, _ rounding: NoiseFloor, _ item: inout CaptureComparison.Item
    ) {
        var limit = (max: NoiseFloor.allowance * rounding.max, rms: Double.infinity)
        if let tolerance = options.tolerance {
            limit.max = tolerance
        } else if let floor = item.noiseFloor {
            limit = (NoiseFloor.allowance * floor.max + rounding.max, NoiseFloor.allowance * floor.rms + rounding.rms)
        } else if right.part != .output {
            return
        }
        item.tolerance = limit.max
        guard deviation.max > limit.max || deviation.rms > limit.rms else { return }
        let allowed =
            options.tolerance != nil
            ? "\(significant(limit.max)) is allowed"
            : item.noiseFloor.map {
                "rounding explains \(significant(limit.max)) (noise floor \(significant($0.max)), rms \(significant($0.rms)))"
            } ?? "storing the numbers explains \(significant(limit.max)); what computing them rounds was not measured"
        item.finding =
            "'\(right.name)' differs by up to \(significant(deviation.max)) (rms \(significant(deviation.rms))), at element "
            + "\(worst); \(allowed)"
    }

    private static func read(_ tensor: LazyTensor) throws -> RecordedTensor {
        try tensor.withFloat64 { RecordedTensor(dtype: tensor.dtype, shape: tensor.shape, scalars: Array($0)) }
    }

    private static func isSame(_ left: Double, _ right: Double) -> Bool { left == right || left.isNaN && right.isNaN }
}
