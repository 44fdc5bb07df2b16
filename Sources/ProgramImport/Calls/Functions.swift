import ModelGraph
import TensorCore

/// Functions of each element, and of the elements of two tensors, that come to several operations.
extension ATenCalls {
    static let functions: [String: Body] = {
        var table: [String: Body] = [:]
        table["frac.default"] = { call in
            let x = try call.first()
            return [.tensor(try call.combined(.tensor(x), .tensor(call.applied(.truncate, to: x)), .subtract))]
        }
        for (name, factor) in [("deg2rad.default", Double.pi / 180), ("rad2deg.default", 180 / Double.pi)] {
            table[name] = { call in [.tensor(try call.combined(.tensor(call.first()), .number(factor), .multiply))] }
        }
        for name in ["sinc.default", "special_sinc.default"] {
            table[name] = { call in
                let turn = try call.combined(.tensor(call.first()), .number(.pi), .multiply)
                let ratio = try call.combined(.tensor(call.applied(.sine, to: turn)), .tensor(turn), .divide)
                let isZero = try call.compared(.tensor(turn), .number(0), .eq)
                return [.tensor(try call.chosen(isZero, .number(1), .tensor(ratio)))]
            }
        }
        for name in ["logit.default", "special_logit.default"] {
            table[name] = { call in
                var x = try call.first()
                if let epsilon = try call.optionalNumber("eps") {
                    x = try call.bounded(x, .number(epsilon), .number(1 - epsilon))
                }
                let rest = try call.combined(.number(1), .tensor(x), .subtract)
                return [.tensor(try call.applied(.log, to: call.combined(.tensor(x), .tensor(rest), .divide)))]
            }
        }
        table["special_entr.default"] = { call in
            let x = try call.first()
            return [.tensor(try call.negated(call.times(x, .log, x)))]
        }
        table["special_ndtr.default"] = { call in
            let x = try call.combined(.tensor(call.first()), .number(-(0.5.squareRoot())), .multiply)
            let rest = try call.applied(.complementaryErrorFunction, to: x)
            return [.tensor(try call.combined(.tensor(rest), .number(0.5), .multiply))]
        }
        table["hardshrink.default"] = { call in
            let x = try call.first()
            let size = try call.applied(.absolute, to: x)
            let isSmall = try call.compared(.tensor(size), .number(call.number("lambd", default: 0.5)), .le)
            return [.tensor(try call.chosen(isSmall, .number(0), .tensor(x)))]
        }
        table["threshold.default"] = { call in
            let x = try call.first()
            let isLow = try call.compared(.tensor(x), .number(call.number("threshold")), .le)
            return [.tensor(try call.chosen(isLow, .number(call.number("value")), .tensor(x)))]
        }
        table["round.decimals"] = { call in
            let decimals = try call.int("decimals", default: 0)
            guard -308...308 ~= decimals else { throw CallError("it rounds to \(decimals) decimals") }
            let factor = (0..<decimals.magnitude).reduce(1.0) { product, _ in product * 10 }
            let (up, down): (Operation.Binary.Kind, Operation.Binary.Kind) =
                decimals < 0 ? (.divide, .multiply) : (.multiply, .divide)
            let scaled = try call.combined(.tensor(call.first()), .number(factor), up)
            return [.tensor(try call.combined(.tensor(call.applied(.round, to: scaled)), .number(factor), down))]
        }
        table["nan_to_num.default"] = { call in
            let x = try call.first()
            let isNumber = try call.compared(.tensor(x), .tensor(x), .eq)
            let number = try call.chosen(isNumber, .tensor(x), .number(call.optionalNumber("nan") ?? 0))
            let largest = Double(Float.greatestFiniteMagnitude)
            let isLow = try call.compared(.tensor(number), .number(-.infinity), .eq)
            let low = try call.chosen(isLow, .number(call.optionalNumber("neginf") ?? -largest), .tensor(number))
            let isHigh = try call.compared(.tensor(low), .number(.infinity), .eq)
            return [.tensor(try call.chosen(isHigh, .number(call.optionalNumber("posinf") ?? largest), .tensor(low)))]
        }
        let tests: [(String, Operation.Compare.Kind, Double)] = [
            ("isposinf.default", .eq, .infinity), ("isneginf.default", .eq, -.infinity), ("signbit.default", .lt, 0),
        ]
        for (name, kind, bound) in tests {
            table[name] = { call in [.tensor(try call.compared(.tensor(call.first()), .number(bound), kind))] }
        }
        table["isfinite.default"] = { call in
            let size = try call.applied(.absolute, to: call.first())
            return [.tensor(try call.compared(.tensor(size), .number(.infinity), .lt))]
        }
        table.merge(pairs) { first, _ in first }
        return table
    }()

    /// Functions of two tensors, or of a tensor and a number.
    private static let pairs: [String: Body] = {
        var table: [String: Body] = [:]
        let functions: [(String, Operation.BinaryFunction.Kind)] = [
            ("atan2.default", .arcTangent), ("arctan2.default", .arcTangent), ("hypot.default", .hypotenuse),
            ("copysign.Tensor", .copySign), ("copysign.Scalar", .copySign), ("float_power.Tensor_Tensor", .power),
            ("float_power.Tensor_Scalar", .power),
        ]
        for (name, kind) in functions {
            table[name] = { call in
                let right = try call.has("other") ? call.operand("other") : call.operand("exponent")
                return [.tensor(try call.applied(kind, call.operand("self"), right))]
            }
        }
        for name in ["xlogy.Tensor", "xlogy.Scalar_Other", "special_xlogy.default", "special_xlogy.other_scalar"] {
            table[name] = { call in [.tensor(try call.times(call.tensor("self"), .log, call.spreadOperand("other")))] }
        }
        for name in ["special_xlog1py.default", "special_xlog1py.other_scalar"] {
            table[name] = { call in
                [.tensor(try call.times(call.tensor("self"), .logOfOnePlus, call.spreadOperand("other")))]
            }
        }
        for (name, power, logarithm) in [
            ("logaddexp.default", Operation.Function?.none, Operation.Function.logOfOnePlus),
            ("logaddexp2.default", .powerOfTwo, .logToBase2),
        ] {
            table[name] = { call in
                let (a, b) = (try call.operand("self"), try call.operand("other"))
                let isGreater = try call.compared(a, b, .gt)
                let largest = try call.chosen(isGreater, a, b)
                let gap = try call.applied(.absolute, to: call.combined(a, b, .subtract))
                let below = try call.negated(gap)
                let rest: ProgramTensor
                if let power {
                    let sum = try call.combined(.tensor(call.applied(power, to: below)), .number(1), .add)
                    rest = try call.applied(logarithm, to: sum)
                } else {
                    let small = try call.tracer.tensor(call.scope.activate(.exp, call.value(below)))
                    rest = try call.applied(logarithm, to: small)
                }
                let result = try call.combined(.tensor(largest), .tensor(rest), .add)
                // Of equal infinities the difference is NaN.
                let size = try call.applied(.absolute, to: largest)
                let isInfinite = try call.compared(.tensor(size), .number(.infinity), .eq)
                return [.tensor(try call.chosen(isInfinite, .tensor(largest), .tensor(result)))]
            }
        }
        for (name, kind) in [("fmax.default", Operation.Compare.Kind.ge), ("fmin.default", .le)] {
            table[name] = { call in
                // Where one is NaN the other one counts.
                let (a, b) = (try call.operand("self"), try call.operand("other"))
                let isLeft = try call.compared(a, b, kind)
                let best = try call.chosen(isLeft, a, b)
                let isNumber = try call.compared(.tensor(best), .tensor(best), .eq)
                return [.tensor(try call.chosen(isNumber, .tensor(best), a))]
            }
        }
        table["heaviside.default"] = { call in
            let x = try call.tensor("self")
            let isPositive = try call.compared(.tensor(x), .number(0), .gt)
            let isZero = try call.compared(.tensor(x), .number(0), .eq)
            let below = try call.chosen(isZero, call.operand("values"), .number(0))
            return [.tensor(try call.chosen(isPositive, .number(1), .tensor(below)))]
        }
        for (name, lower, upper) in [
            ("clamp.Tensor", "min", "max"), ("clip.Tensor", "min", "max"), ("clamp_min.Tensor", "min", ""),
            ("clamp_max.Tensor", "", "max"),
        ] {
            table[name] = { call in
                let low = try call.has(lower) ? call.operand(lower) : nil
                let high = try call.has(upper) ? call.operand(upper) : nil
                return [.tensor(try call.bounded(call.tensor("self"), low, high))]
            }
        }
        table["isin.Tensor_Tensor"] = { call in
            let (elements, others) = (try call.tensor("elements"), try call.tensor("test_elements"))
            let count = others.shape.reduce(1, *)
            let line = try call.reshaped(others, [count])
            let column = try call.reshaped(elements, elements.shape + [1])
            let isEqual = try call.compared(
                .tensor(column), .tensor(line), call.bool("invert", default: false) ? .ne : .eq)
            // One of them is equal; or all differ, which is that the smallest is 1.
            let kind: Operation.Reduce.Kind = call.bool("invert", default: false) ? .mean : .max
            let found = try call.reducedAway(isEqual, kind, axis: elements.shape.count)
            return [.tensor(try call.compared(.tensor(found), .number(1), .ge))]
        }
        return table
    }()
}

extension Call {
    /// A function of each element, of a constant or a value.
    func applied(_ function: Operation.Function, to tensor: ProgramTensor) throws -> ProgramTensor {
        guard let known = tensor.constant else { return try record(.function(function), tensor) }
        try tracer.spend(known.count)
        return try tracer.constant(known.floatType, known.shape, known.elements.map { function($0) })
    }

    /// A function of the elements of both, spread as in NumPy.
    func applied(
        _ function: Operation.BinaryFunction.Kind, _ left: Operand, _ right: Operand
    ) throws -> ProgramTensor {
        if let (a, b, dtype, shape) = try knownPair(left, right) {
            let type = dtype.isFloatingPoint ? dtype : .float32
            return try tracer.constant(type, shape, zip(a, b).map { function($0, $1) })
        }
        return tracer.tensor(
            try scope.record(.binaryFunction(.init(function)), operandValue(left), operandValue(right)))
    }

    /// left · function(right), 0 where left is 0.
    fileprivate func times(
        _ left: ProgramTensor, _ function: Operation.Function, _ right: ProgramTensor
    ) throws -> ProgramTensor {
        let product = try combined(.tensor(left), .tensor(applied(function, to: right)), .multiply)
        return try chosen(compared(.tensor(left), .number(0), .eq), .number(0), .tensor(product))
    }

    /// An operand as a tensor.
    fileprivate func spreadOperand(_ name: String) throws -> ProgramTensor {
        switch try operand(name) {
        case .tensor(let tensor): tensor
        case .number(let number, _): ProgramTensor(ConstantTensor(scalar: number, .float32))
        }
    }

    /// min(max(x, lower), upper)
    fileprivate func bounded(_ x: ProgramTensor, _ lower: Operand?, _ upper: Operand?) throws -> ProgramTensor {
        var x = x
        if let lower { x = try extreme(.tensor(x), lower, .ge) }
        if let upper { x = try extreme(.tensor(x), upper, .le) }
        return x
    }

    /// The axis reduced, and left out.
    func reducedAway(_ tensor: ProgramTensor, _ kind: Operation.Reduce.Kind, axis: Int) throws -> ProgramTensor {
        let reduced = try scope.record(.reduce(.init(kind, axes: [axis])), value(tensor))
        var shape = tensor.shape
        shape.remove(at: axis)
        return tracer.tensor(try scope.applying(.reshape(shape), to: reduced))
    }
}
