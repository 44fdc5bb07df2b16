import ModelGraph
import PlatformC
import TensorCore

/// Functions of each element.
extension ATenCalls {
    static let activations: [String: Body] = {
        var table: [String: Body] = [:]
        let plain: [(String, Activation)] = [
            ("relu.default", .relu), ("relu6.default", .relu6), ("sigmoid.default", .sigmoid), ("silu.default", .silu),
            ("hardswish.default", .hardSwish), ("hardsigmoid.default", .hardSigmoid), ("tanh.default", .tanh),
            ("exp.default", .exp), ("special_expit.default", .sigmoid),
        ]
        for (name, activation) in plain { table[name] = { call in try call.activated(activation) } }
        table["gelu.default"] = { call in
            guard call.string("approximate") == "tanh" else { return try call.activated(.gelu) }
            // x · sigmoid(2 √(2/π) (x + 0.044715 x³))
            let (scope, x) = (call.scope, try call.value(call.first()))
            let factor = 2 * (2 / Double.pi).squareRoot()
            let inner = try scope.scale(scope.multiply(x, by: x), by: factor * 0.044715, adding: factor)
            return [call.result(try scope.multiply(x, by: scope.activate(.sigmoid, scope.multiply(inner, by: x))))]
        }
        table["leaky_relu.default"] = { call in
            try call.activated(.leakyReLU(slope: try call.number("negative_slope", default: 0.01)))
        }
        for name in ["rrelu.default", "rrelu_with_noise.default", "rrelu_with_noise_functional.default"] {
            table[name] = { call in
                guard !call.bool("training", default: false) else { throw CallError("it draws random numbers") }
                let (lower, upper) = (
                    try call.number("lower", default: 0.125), try call.number("upper", default: 1.0 / 3)
                )
                return try call.activated(.leakyReLU(slope: (lower + upper) / 2))
            }
        }
        table["hardtanh.default"] = { call in
            try call.clamped(try call.number("min_val", default: -1), try call.number("max_val", default: 1))
        }
        for name in ["clamp.default", "clip.default"] {
            table[name] = { call in
                try call.clamped(try call.optionalNumber("min"), try call.optionalNumber("max"))
            }
        }
        table["clamp_min.default"] = { call in try call.clamped(try call.number("min"), nil) }
        table["clamp_max.default"] = { call in try call.clamped(nil, try call.number("max")) }
        table["elu.default"] = { call in
            try call.elu(
                alpha: try call.number("alpha", default: 1), scale: try call.number("scale", default: 1),
                inputScale: try call.number("input_scale", default: 1))
        }
        table["selu.default"] = { call in
            try call.elu(alpha: 1.6732632423543772, scale: 1.0507009873554805, inputScale: 1)
        }
        table["celu.default"] = { call in
            let alpha = try call.number("alpha", default: 1)
            return try call.elu(alpha: alpha, scale: 1, inputScale: 1 / alpha)
        }
        table["softshrink.default"] = { call in
            let limit = try call.number("lambd", default: 0.5)
            let (scope, x) = (call.scope, try call.value(call.first()))
            return [call.result(try scope.subtract(x, scope.activate(.clamp(lower: -limit, upper: limit), x)))]
        }
        table["mish.default"] = { call in
            // tanh(log(1 + eˣ)) = n / (n + 2) with n = eˣ (eˣ + 2); 1 from x = 20 on.
            let (scope, x) = (call.scope, try call.value(call.first()))
            let power = try scope.activate(.exp, scope.activate(.clamp(lower: -.infinity, upper: 20), x))
            let n = try scope.multiply(power, by: scope.scale(power, adding: 2))
            return [call.result(try scope.multiply(x, by: scope.divide(n, by: scope.scale(n, adding: 2))))]
        }
        for name in ["prelu.default", "_prelu_kernel.default"] {
            table[name] = { call in
                let (scope, x) = (call.scope, try call.value(call.first()))
                let slopes = try call.tensor("weight")
                let rank = scope.shape(of: x).count
                // The kernel's slopes have the axes of the input already.
                let shape =
                    slopes.shape.count == rank
                    ? slopes.shape
                    : slopes.shape == [1] || rank < 2 ? [1] : slopes.shape + [Int](repeating: 1, count: rank - 2)
                let slope = try scope.applying(.reshape(shape), to: call.value(slopes))
                let below = try scope.multiply(scope.activate(.clamp(lower: -.infinity, upper: 0), x), by: slope)
                return [call.result(try scope.add(scope.activate(.relu, x), below))]
            }
        }
        table["log_sigmoid.default"] = { call in
            // The logarithm of the sigmoid, which may be 0, would be −∞.
            let scope = call.scope
            let opposite = try scope.scale(call.value(call.first()), by: -1)
            let softplus = try scope.record(.function(.softplus(beta: 1, threshold: 20)), opposite)
            return [call.result(try scope.scale(softplus, by: -1))]
        }
        table["glu.default"] = { call in
            let input = try call.first()
            let axis = try call.axis("dim", of: input, default: -1)
            let halves = try call.scope.chunk(call.value(input), axis: axis, count: 2)
            return [call.result(try call.scope.multiply(halves[0], by: call.scope.activate(.sigmoid, halves[1])))]
        }
        return table
    }()

    static let elements: [String: Body] = {
        var table: [String: Body] = [:]
        let functions: [(String, Operation.Function)] = [
            ("sqrt", .squareRoot), ("rsqrt", .reciprocalSquareRoot), ("reciprocal", .reciprocal),
            ("log", .log), ("log1p", .logOfOnePlus), ("erf", .errorFunction), ("sin", .sine), ("cos", .cosine),
            ("expm1", .expMinusOne), ("log2", .logToBase2), ("log10", .logToBase10), ("exp2", .powerOfTwo),
            ("erfc", .complementaryErrorFunction), ("lgamma", .logOfGamma), ("tan", .tangent), ("asin", .arcSine),
            ("acos", .arcCosine), ("atan", .arcTangent), ("sinh", .hyperbolicSine), ("cosh", .hyperbolicCosine),
            ("asinh", .inverseHyperbolicSine), ("acosh", .inverseHyperbolicCosine),
            ("atanh", .inverseHyperbolicTangent), ("arcsin", .arcSine), ("arccos", .arcCosine),
            ("arctan", .arcTangent), ("arcsinh", .inverseHyperbolicSine), ("arccosh", .inverseHyperbolicCosine),
            ("arctanh", .inverseHyperbolicTangent), ("special_gammaln", .logOfGamma),
            ("special_erf", .errorFunction), ("special_erfc", .complementaryErrorFunction),
            ("special_exp2", .powerOfTwo), ("special_expm1", .expMinusOne), ("special_log1p", .logOfOnePlus),
        ]
        for (name, function) in functions {
            table[name + ".default"] = { call in
                try call.mapped({ function($0) }, { try call.scope.record(.function(function), $0) })
            }
        }
        let steps: [(String, Operation.Function)] = [
            ("floor", .floor), ("ceil", .ceiling), ("trunc", .truncate), ("round", .round), ("sign", .sign),
            ("fix", .truncate), ("sgn", .sign), ("abs", .absolute), ("absolute", .absolute),
        ]
        for (name, function) in steps {
            table[name + ".default"] = { call in
                try call.mapped({ function($0) }, keepsType: true) { try call.scope.record(.function(function), $0) }
            }
        }
        for name in ["neg.default", "negative.default"] {
            table[name] = { call in
                try call.mapped({ -$0 }, keepsType: true) { try call.scope.scale($0, by: -1) }
            }
        }
        table["square.default"] = { call in
            try call.mapped({ $0 * $0 }, keepsType: true) { try call.scope.multiply($0, by: $0) }
        }
        table["softplus.default"] = { call in
            let beta = try call.number("beta", default: 1)
            let function = Operation.Function.softplus(beta: beta, threshold: try call.number("threshold", default: 20))
            return try call.mapped({ function($0) }, { try call.scope.record(.function(function), $0) })
        }
        table["pow.Tensor_Scalar"] = { call in
            let exponent = try call.number("exponent")
            let isDouble = try call.first().dtype == .float64
            let known = isDouble ? exponent : Double(Float(exponent))
            return try call.mapped({ pow($0, known) }, keepsType: exponent == exponent.rounded() && exponent >= 0) {
                (x) throws in
                let scope = call.scope
                switch exponent {
                case 1: return x
                case 2: return try scope.multiply(x, by: x)
                case 3: return try scope.multiply(scope.multiply(x, by: x), by: x)
                case 4:
                    let square = try scope.multiply(x, by: x)
                    return try scope.multiply(square, by: square)
                case 0.5: return try scope.record(.function(.squareRoot), x)
                case -0.5: return try scope.record(.function(.reciprocalSquareRoot), x)
                case -1: return try scope.record(.function(.reciprocal), x)
                default: return try scope.record(.function(.power(exponent)), x)
                }
            }
        }
        table["pow.Tensor_Tensor"] = { call in
            let (base, exponent) = (try call.tensor("self"), try call.tensor("exponent"))
            if let (bases, exponents, dtype, shape) = try call.knownPair(.tensor(base), .tensor(exponent)) {
                return [.tensor(try call.tracer.constant(dtype, shape, zip(bases, exponents).map { pow($0, $1) }))]
            }
            return [.tensor(try call.applied(.power, .tensor(base), .tensor(exponent)))]
        }
        table["pow.Scalar"] = { call in
            let base = try call.number("self")
            let exponent = try call.tensor("exponent")
            guard let known = exponent.constant else {
                if base == 2 { return [.tensor(try call.applied(.powerOfTwo, to: exponent))] }
                return [.tensor(try call.applied(.power, .number(base), .tensor(exponent)))]
            }
            let own = known.dtype == .float64 ? base : Double(Float(base))
            return [
                .tensor(try call.tracer.constant(known.floatType, known.shape, known.elements.map { pow(own, $0) }))
            ]
        }
        return table
    }()
}

extension ConstantTensor {
    /// The type of a function's values that are not integers.
    var floatType: DType { dtype.isFloatingPoint ? dtype : .float32 }
}

extension Call {
    /// A function of each element of the first argument.
    /// - Parameter keepsType: whether integers give integers, not floats.
    func mapped(
        _ function: (Double) -> Double, keepsType: Bool = false, _ record: (Value) throws -> Value
    ) throws -> [ProgramValue] {
        let tensor = try first()
        guard let known = tensor.constant else {
            let keepsType = keepsType || tensor.dtype.isFloatingPoint
            return [.tensor(tracer.tensor(try record(value(tensor)), keepsType ? tensor.dtype : .float32))]
        }
        try tracer.spend(known.count)
        return [
            .tensor(
                try tracer.constant(
                    keepsType ? known.dtype : known.floatType, known.shape, known.elements.map(function)))
        ]
    }

    fileprivate func activated(_ activation: Activation) throws -> [ProgramValue] {
        let tensor = try first()
        guard let known = tensor.constant, activation == .exp || activation == .sigmoid || activation == .tanh else {
            return [.tensor(try record(.activation(activation), tensor))]
        }
        try tracer.spend(known.count)
        let elements = known.elements.map {
            activation == .exp ? exp($0) : activation == .tanh ? tanh($0) : 1 / (1 + exp(-$0))
        }
        return [.tensor(try tracer.constant(known.floatType, known.shape, elements))]
    }

    fileprivate func clamped(_ lower: Double?, _ upper: Double?) throws -> [ProgramValue] {
        guard lower != nil || upper != nil else { throw CallError("its bounds are not numbers") }
        // Of bounds in the wrong order the upper one counts.
        let (lower, upper) = (min(lower ?? -.infinity, upper ?? .infinity), upper ?? .infinity)
        let activation: Activation =
            (lower, upper) == (0, .infinity)
            ? .relu : (lower, upper) == (0, 6) ? .relu6 : .clamp(lower: lower, upper: upper)
        return try mapped({ min(max($0, lower), upper) }, keepsType: true, { try scope.activate(activation, $0) })
    }

    /// scale · (max(x, 0) + alpha · (e^(inputScale · min(x, 0)) − 1))
    fileprivate func elu(alpha: Double, scale: Double, inputScale: Double) throws -> [ProgramValue] {
        let x = try value(first())
        let below = try scope.activate(.clamp(lower: -.infinity, upper: 0), x)
        let power = try scope.activate(.exp, inputScale == 1 ? below : scope.scale(below, by: inputScale))
        let sum = try scope.add(scope.activate(.relu, x), scope.scale(power, by: alpha, adding: -alpha))
        return [result(scale == 1 ? sum : try scope.scale(sum, by: scale))]
    }
}
