extension Operation {
    /// y = scale · x + shift with two numbers.
    package struct Affine: OperationDefinition {
        package static let name = "affine"
        package var scale: Double
        package var shift: Double

        package init(scale: Double = 1, shift: Double = 0) {
            self.scale = scale
            self.shift = shift
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] { try operands.single() }
    }

    /// An operation on the elements of two values, which spread as in NumPy.
    package struct Binary: OperationDefinition {
        package static let name = "binary"
        package enum Kind: String, Sendable, Hashable, CaseIterable { case add, subtract, multiply, divide }
        package var kind: Kind

        package init(_ kind: Kind) { self.kind = kind }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.spreadShape(inputs: 2)
        }
    }
}

/// An element-wise function.
package enum Activation: OperationDefinition {
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
    /// x / (1 + e⁻ˣ)
    case silu
    /// x / (1 + e⁻¹·⁷⁰²ˣ), CLIP's `QuickGELU`
    case quickGELU
    /// x · Φ(x) with Φ(x) = (1 + erf(x / √2)) / 2
    case gelu
    /// x · min(max(x + 3, 0), 6) / 6
    case hardSwish
    /// min(max((x + 3) / 6, 0), 1), mmcv's `HSigmoid`
    case hardSigmoid
    case tanh
    /// x where x ≥ 0, else slope · x
    case leakyReLU(slope: Double)
    /// eˣ
    case exp
    /// min(max(x, lower), upper)
    case clamp(lower: Double, upper: Double)

    package static let name = "activation"

    /// Any shape → the same shape.
    package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] { try operands.single() }

    /// PyTorch's name, e.g. `relu6`.
    package var functionName: String {
        switch self {
        case .relu: "relu"
        case .relu6: "relu6"
        case .sigmoid: "sigmoid"
        case .silu: "silu"
        case .quickGELU: "quick_gelu"
        case .gelu: "gelu"
        case .hardSwish: "hardswish"
        case .hardSigmoid: "hardsigmoid"
        case .tanh: "tanh"
        case .leakyReLU: "leaky_relu"
        case .exp: "exp"
        case .clamp: "clamp"
        }
    }
}
