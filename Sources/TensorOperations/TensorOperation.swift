import TensorCore

/// One step between the tensors that a rule line reads and those that it makes.
///
/// Axes count from 0, or backward from −1, the last. An operation of one tensor is done to each tensor there is.
public enum TensorOperation: Sendable, Hashable {
    /// No tensor → one: a scalar constant, spelled as the rule file does, repeated over `shape`.
    case constant(DType, value: String, shape: [Int])
    /// Each tensor in another layout.
    case layout(Rearrangement)
    /// Several tensors → one, joined along an axis: tensors of one shape, or of these extents there.
    case concat(axis: Int, sizes: [Int]?)
    /// One tensor → several: equal parts or parts of these extents along an axis.
    case split(axis: Int, SplitParts)
    /// Tensors of one shape, the members that a capture counts → one with a new axis.
    case stack(axis: Int, capture: String)
    /// One tensor → its members along an axis, which goes.
    case unstack(axis: Int, capture: String)
    /// Each tensor from index `from` to before `to` of an axis; negative figures count from its end, nil is its end.
    case slice(axis: Int, from: Int, to: Int?)
    /// Several tensors of one type → their sum. With `corner`, the others may be smaller than the first: they are
    /// added to the elements of the lowest indices.
    case add(corner: Bool)
    /// Each tensor as another element type: rounded to nearest, ties to even; to integers towards zero. Where a type
    /// is stated that it comes from, every value must be kept.
    case cast(from: DType?, to: DType)
    /// Base `[out, in]`, down `[rank, in]`, up `[out, rank]` → base + scale · up @ down, computed in float32 (float64
    /// for a float64 base) and rounded once.
    ///
    /// Source: MMPreTrain 1.2 `tools/model_converters/merge_lora_weight.py`.
    case lora(LowRankScale)
    /// One tensor → the same several times.
    case copy(Int)
    /// Several equal tensors → one of them.
    case agree

    /// The parts of a `split`.
    public enum SplitParts: Sendable, Hashable {
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
    public var description: String {
        switch self {
        case .constant(let dtype, let value, _): "\(dtype) \(value)"
        case .layout(let layout): layout.description
        case .concat(let axis, let sizes): Self.text("concat \(axis)", sizes ?? [])
        case .split(let axis, .equal(let count)): "split \(axis) \(count)"
        case .split(let axis, .sizes(let sizes)): Self.text("split \(axis)", sizes)
        case .stack(let axis, let capture): "stack \(axis) \(capture)"
        case .unstack(let axis, let capture): "unstack \(axis) \(capture)"
        case .slice(let axis, let from, let to):
            "slice \(axis) \(from == 0 && to != nil ? "" : "\(from)")..\(to.map(String.init) ?? "")"
        case .add(let corner): corner ? "add corner" : "add"
        case .cast(let from, let to): from.map { "cast \($0) \(to)" } ?? "cast \(to)"
        case .lora(let scale): "lora \(scale)"
        case .copy: "the same tensor"
        case .agree: "the tensors are equal"
        }
    }

    private static func text(_ name: String, _ figures: [Int]) -> String {
        figures.reduce(name) { "\($0) \($1)" }
    }
}
