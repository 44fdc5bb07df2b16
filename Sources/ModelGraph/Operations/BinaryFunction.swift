import PlatformC

extension Operation {
    /// A function of the elements of two values, which spread as in NumPy, that is not one of the four of `Binary`.
    package struct BinaryFunction: OperationDefinition {
        package static let name = "binary_function"
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            /// The angle of the point (right, left), in (−π, π].
            case arcTangent
            /// left^right
            case power
            /// √(left² + right²)
            case hypotenuse
            /// |left| with the sign of right
            case copySign
        }
        package var kind: Kind

        package init(_ kind: Kind) { self.kind = kind }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            try operands.spreadShape(inputs: 2)
        }
    }
}

extension Operation.BinaryFunction.Kind {
    /// The function's value, in double precision.
    package func callAsFunction(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .arcTangent: atan2(left, right)
        case .power: pow(left, right)
        case .hypotenuse: hypot(left, right)
        case .copySign: Double(signOf: right, magnitudeOf: left)
        }
    }
}
