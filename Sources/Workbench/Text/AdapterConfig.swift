import ByteIO
import JSON
import TensorOperations

/// What PEFT's `adapter_config.json`, in the folder of an adapter, says of how much LoRA counts.
///
/// Source: `LoraConfig` in `peft/tuners/lora/config.py` and `LoraLayer.update_layer` of PEFT 0.21.
struct AdapterConfig: Equatable {
    static let name = "adapter_config.json"

    let alpha: Double
    let rank: Int
    /// Whether alpha is divided by the root of the rank.
    let isRankStabilised: Bool
    /// Whether the weights of the adapted layers are `[in, out]`.
    let isTransposed: Bool
    /// Whether layers have an alpha of their own.
    let hasPatterns: Bool

    /// - Parameter path: of the adapter, or of its folder.
    /// - Returns: nil without such a file, and for one that is not of LoRA.
    init?(beside path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        guard
            let file = ["\(path)/\(Self.name)", folder + Self.name].lazy.compactMap({ try? MappedFile(path: $0) })
                .first,
            let config = try? file.bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }),
            case .string("LORA")? = config["peft_type"], let alpha = config["lora_alpha"]?.double,
            case .int(let rank)? = config["r"], rank > 0
        else { return nil }
        (self.alpha, self.rank) = (alpha, rank)
        isRankStabilised = config["use_rslora"] == .bool(true)
        isTransposed = config["fan_in_fan_out"] == .bool(true)
        if case .object(let patterns)? = config["alpha_pattern"] {
            hasPatterns = !patterns.isEmpty
        } else {
            hasPatterns = false
        }
    }

    /// The factor of its updates, as a rule spells it.
    var scale: String { "\(TensorOperation.text(alpha))/\(isRankStabilised ? "sqrt(rank)" : "rank")" }

    /// Why one line of rules cannot merge it; nil where one can.
    var obstacle: String? {
        if isTransposed { return "\(Self.name) has fan_in_fan_out: its layers keep their weights transposed" }
        if hasPatterns { return "\(Self.name) has an alpha_pattern: its layers have alphas of their own" }
        return nil
    }

    /// What is wrong with a scale by which rules merge the adapter; nil for the right one.
    func objection(to other: LowRankScale) -> String? {
        if let obstacle { return obstacle }
        // A tensor says alpha: then it is not PEFT's.
        guard !other.takesAlpha else { return nil }
        let right = isRankStabilised ? alpha / Double(rank).squareRoot() : alpha / Double(rank)
        guard (other.value(rank: rank, alpha: 1) - right).magnitude > 1e-6 * right.magnitude else { return nil }
        return "\(Self.name) says 'lora \(scale)', and the rules have 'lora \(other)'"
    }
}

extension JSONValue {
    fileprivate var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
