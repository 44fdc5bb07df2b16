import ModelConfig
import ModelGraph

/// A normalisation as a config names it: `dict(type='BN', eps=…)`.
package enum NormLayer: Sendable, Hashable {
    case batchNorm(epsilon: Double)
    /// Over the last axis.
    case layerNorm(epsilon: Double)
    /// Over the channels of `[N, C, H, W]`.
    case layerNorm2d(epsilon: Double)
    case groupNorm(groups: Int, epsilon: Double)

    /// What mmcv names such a layer after, with a number where there are several: `bn1`.
    package var abbreviation: String {
        switch self {
        case .batchNorm: "bn"
        case .layerNorm, .layerNorm2d: "ln"
        case .groupNorm: "gn"
        }
    }

    /// Declares the layer's parameters.
    package func layer(_ scope: Scope, _ channels: Int) throws(GraphError) -> any Module {
        switch self {
        case .batchNorm(let epsilon): try BatchNorm(scope, channels, epsilon: epsilon)
        case .layerNorm(let epsilon): try LayerNorm(scope, channels, epsilon: epsilon)
        case .layerNorm2d(let epsilon): try LayerNorm2d(scope, channels, epsilon: epsilon)
        case .groupNorm(let groups, let epsilon): try GroupNorm(scope, groups: groups, channels, epsilon: epsilon)
        }
    }
}

/// MMPreTrain's `LayerNorm2d`: layer-norm over the channels of `[N, C, H, W]`.
///
/// Source: `mmpretrain/models/utils/norm.py` of MMPreTrain 1.2.
package struct LayerNorm2d: Module {
    private let norm: LayerNorm

    package init(_ scope: Scope, _ channels: Int, epsilon: Double) throws(GraphError) {
        norm = try LayerNorm(scope, channels, epsilon: epsilon)
    }

    package func callAsFunction(_ input: Value) throws(GraphError) -> Value { try norm.onFeatureMap(input) }
}

extension ConfigReader {
    /// A `norm_cfg`; nil for `None`.
    package mutating func norm(_ key: String, default fallback: NormLayer?) throws(ArgumentError) -> NormLayer? {
        guard let value = value(key) else { return fallback }
        if value == .none { return nil }
        return try dictionary(key) { reader throws(ArgumentError) in
            reader.ignore("requires_grad", "momentum")
            for key in ["affine", "elementwise_affine", "bias", "track_running_stats"] {
                try reader.unsupported(key, unless: .bool(true))
            }
            let epsilon = try reader.double("eps", default: 1e-5)
            switch try reader.typeName {
            case "BN", "BN1d", "BN2d", "SyncBN", "BatchNorm2d", "BatchNorm1d", "SyncBatchNorm":
                return .batchNorm(epsilon: epsilon)
            case "LN", "LayerNorm": return .layerNorm(epsilon: epsilon)
            case "LN2d", "LayerNorm2d": return .layerNorm2d(epsilon: epsilon)
            case "GN", "GroupNorm":
                return .groupNorm(groups: try reader.int("num_groups"), epsilon: epsilon)
            case let name: throw reader.notBuiltIn("type", "the normalisation '\(name)' is not built in")
            }
        }
    }

    /// An `act_cfg`; nil for `None`.
    package mutating func activation(_ key: String, default fallback: Activation?) throws(ArgumentError) -> Activation?
    {
        guard let value = value(key) else { return fallback }
        if value == .none { return nil }
        return try dictionary(key) { reader throws(ArgumentError) in try reader.activationLayer() }
    }

    /// The `act_cfg` of two layers: one dictionary for both, or one for each; nil if it is not given.
    mutating func activationPair(_ key: String) throws(ArgumentError) -> (Activation, Activation)? {
        switch value(key) {
        case nil: return nil
        case .dictionary:
            let activation = try requiredActivation(key, default: .relu)
            return (activation, activation)
        default:
            let activations = try dictionaryList(key) { reader throws(ArgumentError) in try reader.activationLayer() }
            guard activations.count == 2 else { throw error(key, "'\(key)' should be two dictionaries") }
            return (activations[0], activations[1])
        }
    }

    /// The activation that the dictionary describes.
    private mutating func activationLayer() throws(ArgumentError) -> Activation {
        ignore("inplace")
        switch try typeName {
        case "ReLU": return .relu
        case "ReLU6": return .relu6
        case "LeakyReLU": return .leakyReLU(slope: try double("negative_slope", default: 0.01))
        case "Sigmoid": return .sigmoid
        case "Swish", "SiLU": return .silu
        case "GELU":
            try unsupported("approximate", unless: .string("none"))
            return .gelu
        case "HSwish", "Hardswish": return .hardSwish
        case "HSigmoid":
            for (key, allowed) in [("bias", 3.0), ("divisor", 6), ("min_value", 0), ("max_value", 1)] {
                guard try double(key, default: allowed) == allowed else {
                    throw notBuiltIn(key, "an HSigmoid with another '\(key)' than \(allowed) is not built in")
                }
            }
            return .hardSigmoid
        case "QuickGELU": return .quickGELU
        case "Tanh": return .tanh
        case let name: throw notBuiltIn("type", "the activation '\(name)' is not built in")
        }
    }
}
