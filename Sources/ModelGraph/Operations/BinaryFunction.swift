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
            /// left − n · right without rounding, n being the quotient rounded towards 0: it has the sign of left.
            case truncatedRemainder
            /// The same with n rounded down, as in Python: it has the sign of right.
            case remainder
            /// The quotient rounded down, n of `remainder`: −1 for −1 and ∞.
            case floorQuotient
            /// Both operands are rounded toward zero to 64-bit integers; NaN where one does not fit.
            case bitwiseAnd
            case bitwiseOr
            case bitwiseXor
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
        case .truncatedRemainder: fmod(left, right)
        case .remainder: Self.remainder(left, right)
        case .floorQuotient: Self.floorQuotient(left, right)
        case .bitwiseAnd: Self.bits(left, right) { $0 & $1 }
        case .bitwiseOr: Self.bits(left, right) { $0 | $1 }
        case .bitwiseXor: Self.bits(left, right) { $0 ^ $1 }
        }
    }

    private static func bits(_ left: Double, _ right: Double, _ function: (Int, Int) -> Int) -> Double {
        guard let left = Int(exactly: left.rounded(.towardZero)), let right = Int(exactly: right.rounded(.towardZero))
        else { return .nan }
        return Double(function(left, right))
    }

    private static func remainder(_ left: Double, _ right: Double) -> Double {
        let rest = fmod(left, right)
        return rest != 0 && (right < 0) != (rest < 0) ? rest + right : rest
    }

    /// Source: `div_floor_floating` in `c10/util/generic_math.h`.
    private static func floorQuotient(_ left: Double, _ right: Double) -> Double {
        guard right != 0 else { return left / right }
        let rest = fmod(left, right)
        var quotient = (left - rest) / right
        if rest != 0, (right < 0) != (rest < 0) { quotient -= 1 }
        guard quotient != 0 else { return Double(signOf: left / right, magnitudeOf: 0) }
        let floor = quotient.rounded(.down)
        return quotient - floor > 0.5 ? floor + 1 : floor
    }
}
