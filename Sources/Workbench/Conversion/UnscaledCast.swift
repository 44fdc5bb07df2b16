import CheckpointIO
import TensorCore

/// The tensors of 8-bit floats that a cast takes by themselves although their scales stand beside them: what it gives
/// are the quotients that were stored, not the weights.
struct UnscaledCast {
    /// A weight and its scale.
    struct Pair: Equatable {
        let weight: Key
        let shape: [Int]
        let scale: Key
        let scaleShape: [Int]
    }

    let pairs: [Pair]
    private let dtype: DType

    /// - Parameter dtype: what is cast to.
    init(of tensors: [(key: Key, dtype: DType, shape: [Int])], to dtype: DType) {
        self.dtype = dtype
        let weights = tensors.filter { $0.dtype.isScaled && $0.dtype != dtype }
        guard !weights.isEmpty else {
            pairs = []
            return
        }
        let others = Dictionary(tensors.filter { !$0.dtype.isScaled }.map { ($0.key, $0.shape) }) { first, _ in first }
        pairs = weights.compactMap { weight in
            Self.scaleNames(of: weight.key.text).lazy.compactMap { name in
                others[Key(name)].map {
                    Pair(weight: weight.key, shape: weight.shape, scale: Key(name), scaleShape: $0)
                }
            }.first
        }
    }

    /// What quantizers call the scale of a tensor: DeepSeek's and compressed-tensors' names, then torchao's in safetensors
    /// files and ComfyUI's.
    private static func scaleNames(of key: String) -> [String] {
        var names = [key + "_scale_inv", key + "_scale", key + ".scale"]
        if key.hasSuffix(packed) { names.append("\(key.dropLast(packed.count))_scale") }
        if let dot = key.lastIndex(of: ".") {
            let (module, name) = (key[...dot], key[dot...].dropFirst())
            names += [module + "scale_" + name]
            if name == "weight" { names += [module + "scale_inv", module + "scale"] }
        }
        return names
    }

    /// How torchao's `_weight_qdata` ends, which is part of `weight`.
    private static let packed = "_qdata"

    /// One sentence with the rule that multiplies; nil where every tensor is cast as it is meant.
    var note: String? {
        guard let first = pairs.first else { return nil }
        let what =
            pairs.count == 1
            ? "'\(first.weight)' is cast without its scale '\(first.scale)'"
            : "\(countText(pairs.count, "float8 tensor")) are cast without the scales beside them, such as "
                + "'\(first.weight)' without '\(first.scale)'"
        let rule = Self.rule(for: first, dtype)
        return "\(what): the numbers written are not the weights. A rule multiplies them: \(rule)"
    }

    /// `{k..}.weight, {k..}.weight_scale_inv -> {k..}.weight : dequantize 128; cast bfloat16`
    static func rule(for pair: Pair, _ dtype: DType) -> String {
        let (weight, scale) = (pair.weight.text, pair.scale.text)
        guard let dot = weight.lastIndex(of: "."), scale.hasPrefix(weight[...dot]) else {
            return "\(weight), \(scale) -> \(weight) : \(operations(for: pair)); cast \(dtype)"
        }
        let (name, scaleName) = (weight[dot...], scale[dot...])
        let isPacked = name.hasPrefix("._") && name.hasSuffix(packed)
        let target = isPacked ? ".\(name.dropFirst(2).dropLast(packed.count))" : "\(name)"
        return "{k..}\(name), {k..}\(scaleName) -> {k..}\(target) : \(operations(for: pair)); cast \(dtype)"
    }

    private static func operations(for pair: Pair) -> String {
        guard pair.scaleShape.count == pair.shape.count, !pair.shape.isEmpty else {
            // One scale for all, or one for each row.
            let isByRow = pair.scaleShape.count == 1 && pair.shape.count > 1 && pair.scaleShape == [pair.shape[0]]
            return "cast float32; multiply" + (isByRow ? " 0" : "")
        }
        let blocks = zip(pair.shape, pair.scaleShape).map { extent, count in
            count == 1 ? "*" : count == extent ? "1" : block(extent, count)
        }
        // A block that takes all of an axis may be as long as the others.
        if let block = blocks.first(where: { $0 != "*" && $0 != "1" }), let length = Int(block),
            zip(pair.shape, pair.scaleShape).allSatisfy({ ($0 + length - 1) / length == $1 })
        {
            return "dequantize \(block)"
        }
        return "dequantize " + (Set(blocks).count == 1 ? blocks[0] : blocks.joined(separator: " "))
    }

    /// The length of the blocks: a power of two where one fits, 128 first.
    private static func block(_ extent: Int, _ count: Int) -> String {
        let powers = [128] + (1..<24).map { 1 << $0 }
        let fitting = powers.first { (extent + $0 - 1) / $0 == count }
        return String(fitting ?? max(1, (extent + count - 1) / max(count, 1)))
    }
}

extension DType {
    /// Whether quantizers keep weights in it, divided by a scale.
    fileprivate var isScaled: Bool {
        switch self {
        case .float8_e4m3fn, .float8_e4m3fnuz, .float8_e5m2, .float8_e5m2fnuz: true
        default: false
        }
    }
}
