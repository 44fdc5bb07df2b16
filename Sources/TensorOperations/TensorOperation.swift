import TensorCore

/// One step between the tensors that a rule line reads and those that it makes.
///
/// Axes count from 0, or backward from −1, the last. An operation of one tensor is done to each tensor there is.
package indirect enum TensorOperation: Sendable, Hashable {
    /// No tensor → one: a scalar constant, spelled as the rule file does, repeated over `shape`.
    case constant(DType, value: String, shape: [Int])
    /// Each tensor in another layout.
    case layout(Rearrangement)
    /// Several tensors → one, joined along an axis: tensors of one shape, or of these extents there.
    case concat(axis: Int, sizes: [Int]?)
    /// One tensor → several: equal parts or parts of these extents along an axis.
    case split(axis: Int, SplitParts)
    /// Tensors of one shape, the members that a capture counts → one with a new axis. Where a member is `of` several
    /// tensors, they become as many.
    case stack(axis: Int, capture: String, of: Int = 1)
    /// One tensor → its members along an axis, which is removed. Several tensors → all first members, all second ones …
    case unstack(axis: Int, capture: String)
    /// Each tensor from index `from` to before `to` of an axis; negative figures count from its end, nil is its end.
    case slice(axis: Int, from: Int, to: Int?)
    /// Several tensors of one type → their sum. With `corner`, the others may be smaller than the first: they are
    /// added to the elements of the lowest indices.
    case add(corner: Bool)
    /// Several tensors of one type → the sum of each times its weight.
    case weightedSum([Double])
    /// Several tensors of one type → their mean.
    case mean
    /// Each tensor as its sum, or mean, along an axis, which stays with one element.
    case reduce(axis: Int, isMean: Bool)
    /// Each tensor several times along an axis.
    case `repeat`(axis: Int, Int)
    /// Each tensor of floats times a number.
    case scale(Double)
    /// Two tensors → their product. The second is repeated along the axes that it lacks: its axes are the last of the
    /// first's or, with an axis, those from there on.
    case multiply(axis: Int?)
    /// Weight and scales → weight × scale as float32 (float64 for scales of that type): a scale for each block of
    /// these extents, nil for an axis as a whole. One extent serves all axes.
    case dequantize([Int?])
    /// g and v → g · v / ‖v‖, the norm over all axes but one; without an axis over all.
    case weightNorm(axis: Int?)
    /// Each tensor resampled on another grid.
    case resize(Resizing)
    /// Each tensor as another element type: rounded to nearest, ties to even; to integers towards zero. Where a type
    /// is stated that it comes from, every value must be kept.
    case cast(from: DType?, to: DType)
    /// Base `[out, in…]`, down `[rank, in…]`, up `[out, rank, 1…]` → base + scale · up @ down, computed in float32
    /// (float64 for a float64 base) and rounded once. A fourth tensor of one element is the alpha that the scale names.
    ///
    /// Source: MMPreTrain 1.2 `tools/model_converters/merge_lora_weight.py`; for kernels and alpha, kohya's
    /// `networks/lora.py`.
    case lora(LowRankScale)
    /// One tensor → the same several times.
    case copy(Int)
    /// Several equal tensors → one of them.
    case agree
    /// The operation done to so many tensors after the other: to each member of a `stack` or `unstack`.
    case each(Int, TensorOperation)

    /// Whether it gives what it takes, whatever the shape.
    package var isIdentity: Bool {
        if case .layout(let layout) = self { layout.isIdentity } else { false }
    }

    /// The parts of a `split`.
    package enum SplitParts: Sendable, Hashable {
        case equal(Int)
        case sizes([Int])

        var count: Int {
            switch self {
            case .equal(let count): count
            case .sizes(let sizes): sizes.count
            }
        }
    }
}

extension TensorOperation: CustomStringConvertible {
    /// As a rule file spells it.
    package var description: String {
        switch self {
        case .constant(let dtype, let value, _): "\(dtype) \(value)"
        case .layout(let layout): layout.description
        case .concat(let axis, let sizes): Self.text("concat \(axis)", sizes ?? [])
        case .split(let axis, .equal(let count)): "split \(axis) \(count)"
        case .split(let axis, .sizes(let sizes)): Self.text("split \(axis)", sizes)
        case .stack(let axis, let capture, _): "stack \(axis) \(capture)"
        case .unstack(let axis, let capture): "unstack \(axis) \(capture)"
        case .slice(let axis, let from, let to):
            "slice \(axis) \(from == 0 && to != nil ? "" : "\(from)")..\(to.map(String.init) ?? "")"
        case .add(let corner): corner ? "add corner" : "add"
        case .weightedSum(let weights): weights.reduce("add") { "\($0) \(Self.text($1))" }
        case .mean: "mean"
        case .reduce(let axis, let isMean): "\(isMean ? "mean" : "sum") \(axis)"
        case .repeat(let axis, let count): "repeat \(axis) \(count)"
        case .scale(let factor): "scale \(Self.text(factor))"
        case .multiply(let axis): axis.map { "multiply \($0)" } ?? "multiply"
        case .dequantize(let blocks): blocks.reduce("dequantize") { "\($0) \($1.map(String.init) ?? "*")" }
        case .weightNorm(let axis): axis.map { "weight_norm \($0)" } ?? "weight_norm"
        case .resize(let resizing): resizing.description
        case .cast(let from, let to): from.map { "cast \($0) \(to)" } ?? "cast \(to)"
        case .lora(let scale): "lora \(scale)"
        case .copy: "the same tensor"
        case .agree: "the tensors are equal"
        case .each(_, let operation): operation.description
        }
    }

    /// A number without a fraction that says nothing.
    package static func text(_ figure: Double) -> String { Int(exactly: figure).map { "\($0)" } ?? "\(figure)" }

    private static func text(_ name: String, _ figures: [Int]) -> String {
        figures.reduce(name) { "\($0) \($1)" }
    }
}
