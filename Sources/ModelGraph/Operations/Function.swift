import PlatformC

extension Operation {
    /// A function of each element that is not a layer's activation.
    package enum Function: OperationDefinition {
        case squareRoot
        /// 1 / √x
        case reciprocalSquareRoot
        case reciprocal
        case absolute
        /// The natural logarithm.
        case log
        /// log(1 + x)
        case logOfOnePlus
        case logToBase2
        case logToBase10
        /// eˣ − 1
        case expMinusOne
        /// 2ˣ
        case powerOfTwo
        /// 2/√π · ∫₀ˣ e^(−t²) dt
        case errorFunction
        /// 1 − erf(x), without the rounding error of the difference
        case complementaryErrorFunction
        /// log |Γ(x)|
        case logOfGamma
        case sine
        case cosine
        case tangent
        case arcSine
        case arcCosine
        case arcTangent
        case hyperbolicSine
        case hyperbolicCosine
        case inverseHyperbolicSine
        case inverseHyperbolicCosine
        case inverseHyperbolicTangent
        case floor
        case ceiling
        case truncate
        /// To the nearest integer, half to even.
        case round
        /// −1, 0 or 1; 0 of NaN
        case sign
        /// x^exponent
        case power(Double)
        /// log(1 + e^(beta · x)) / beta; x where beta · x > threshold
        case softplus(beta: Double, threshold: Double)

        package static let name = "function"

        /// Any shape → the same shape.
        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] { try operands.single() }
    }
}

extension Operation.Function {
    /// The function's value at `x`, in double precision.
    package func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .squareRoot: x.squareRoot()
        case .reciprocalSquareRoot: 1 / x.squareRoot()
        case .reciprocal: 1 / x
        case .absolute: x.magnitude
        case .log: naturalLogarithm(x)
        case .logOfOnePlus: log1p(x)
        case .logToBase2: log2(x)
        case .logToBase10: log10(x)
        case .expMinusOne: expm1(x)
        case .powerOfTwo: exp2(x)
        case .errorFunction: erf(x)
        case .complementaryErrorFunction: erfc(x)
        case .logOfGamma: lgamma(x)
        case .sine: sin(x)
        case .cosine: cos(x)
        case .tangent: tan(x)
        case .arcSine: asin(x)
        case .arcCosine: acos(x)
        case .arcTangent: atan(x)
        case .hyperbolicSine: sinh(x)
        case .hyperbolicCosine: cosh(x)
        case .inverseHyperbolicSine: asinh(x)
        case .inverseHyperbolicCosine: acosh(x)
        case .inverseHyperbolicTangent: atanh(x)
        case .floor: x.rounded(.down)
        case .ceiling: x.rounded(.up)
        case .truncate: x.rounded(.towardZero)
        case .round: x.rounded(.toNearestOrEven)
        case .sign: x > 0 ? 1 : x < 0 ? -1 : 0
        case .power(let exponent): pow(x, exponent)
        case .softplus(let beta, let threshold): beta * x > threshold ? x : log1p(exp(beta * x)) / beta
        }
    }
}

// `Function` has a case of this name.
private func naturalLogarithm(_ x: Double) -> Double { log(x) }
