import CKernels
import PlatformC

/// An activation in double precision.
struct Activation: Sendable, CustomStringConvertible {
    var description: String
    var kind: ck_activation
    var parameter: Float = 1
    /// The largest error in units of 2⁻²⁴ of the larger of 1 and the result.
    var units = 4.0
    var exact: @Sendable (Double) -> Double

    static let all = [
        Activation(description: "none", kind: CK_ACTIVATION_NONE, units: 0) { $0 },
        Activation(description: "leaky ReLU", kind: CK_ACTIVATION_LEAKY_RELU, parameter: 0.0625) {
            $0 < 0 ? 0.0625 * $0 : $0
        },
        Activation(description: "sigmoid", kind: CK_ACTIVATION_SIGMOID) { 1 / (1 + exp(-$0)) },
        Activation(description: "SiLU", kind: CK_ACTIVATION_SILU) { $0 / (1 + exp(-$0)) },
        Activation(description: "quick GELU", kind: CK_ACTIVATION_SILU, parameter: 1.75, units: 6) {
            $0 / (1 + exp(-1.75 * $0))
        },
        Activation(description: "GELU", kind: CK_ACTIVATION_GELU) { $0 * erfc(-$0 / 2.squareRoot()) / 2 },
        Activation(description: "hard sigmoid", kind: CK_ACTIVATION_HARD_SIGMOID) { min(max($0 + 3, 0), 6) / 6 },
        Activation(description: "hard swish", kind: CK_ACTIVATION_HARD_SWISH) { $0 * min(max($0 + 3, 0), 6) / 6 },
        Activation(description: "tanh", kind: CK_ACTIVATION_TANH) { tanh($0) },
        Activation(description: "exp", kind: CK_ACTIVATION_EXP) { exp($0) },
    ]

    var epilogue: ck_epilogue_f32 {
        var epilogue = ck_epilogue_none()
        epilogue.activation = kind
        epilogue.parameter = parameter
        return epilogue
    }

    func tolerance(_ exact: Double) -> Double { units * 0x1p-24 * max(1, abs(exact)) }
}

/// e to the power of `x`.
func power(_ x: Double) -> Double { exp(x) }
