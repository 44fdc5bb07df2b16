import ModelGraph
import TensorCore

/// Functions of the elements of two tensors.
extension ATenCalls {
    static let arithmetic: [String: Body] = {
        var table: [String: Body] = [:]
        for overload in ["Tensor", "Scalar"] {
            table["add." + overload] = { call in try call.sum(sign: 1) }
            table["sub." + overload] = { call in try call.sum(sign: -1) }
            table["rsub." + overload] = { call in
                let (left, right) = (try call.operand("self"), try call.operand("other"))
                return [
                    .tensor(
                        try call.combined(
                            right, call.scaled(left, by: call.number("alpha", default: 1)), .subtract))
                ]
            }
            table["mul." + overload] = { call in
                [.tensor(try call.combined(call.operand("self"), call.operand("other"), .multiply))]
            }
            table["div." + overload] = { call in
                [.tensor(try call.combined(call.operand("self"), call.operand("other"), .divide))]
            }
            table["true_divide." + overload] = table["div." + overload]
            table["floor_divide." + overload] = { call in try call.quotient(.floor) }
            for (name, kind) in [
                ("remainder", Operation.BinaryFunction.Kind.remainder), ("fmod", .truncatedRemainder),
            ] {
                table["\(name).\(overload)"] = { call in
                    [.tensor(try call.wholeNumbered(kind, call.operand("self"), call.operand("other")))]
                }
            }
            table["div.\(overload)_mode"] = { call in
                switch call.string("rounding_mode") {
                case "floor": try call.quotient(.floor)
                case "trunc": try call.quotient(.truncate)
                default: [.tensor(try call.combined(call.operand("self"), call.operand("other"), .divide))]
                }
            }
        }
        for (name, overloads, isLeft) in [
            ("__lshift__", ["Scalar", "Tensor"], true), ("__rshift__", ["Scalar", "Tensor"], false),
            ("bitwise_left_shift", ["Tensor", "Tensor_Scalar"], true),
            ("bitwise_right_shift", ["Tensor", "Tensor_Scalar"], false),
        ] {
            for overload in overloads {
                table["\(name).\(overload)"] = { call in
                    let (tensor, count) = (try call.tensor("self"), try call.int("other"))
                    guard tensor.dtype.isInteger, 0..<32 ~= count else {
                        throw CallError("it shifts \(tensor.dtype) numbers by \(count) bits")
                    }
                    let power = Call.Operand.number(Double(1 << count))
                    return [
                        .tensor(
                            try isLeft
                                ? call.combined(.tensor(tensor), power, .multiply)
                                : call.wholeNumbered(.floorQuotient, .tensor(tensor), power))
                    ]
                }
            }
        }
        table["remainder.Scalar_Tensor"] = table["remainder.Tensor"]
        table["floor_divide.default"] = table["floor_divide.Tensor"]
        table["floordiv.default"] = table["floor_divide.Tensor"]
        for (name, sign) in [("maximum.default", 1.0), ("minimum.default", -1.0)] {
            table[name] = { call in
                let (left, right) = (try call.tensor("self"), try call.tensor("other"))
                return [.tensor(try call.extreme(.tensor(left), .tensor(right), sign > 0 ? .ge : .le))]
            }
        }
        table["cosine_similarity.default"] = { call in
            let epsilon = try call.number("eps", default: 1e-8)
            let scope = call.scope
            let sides = try [call.tensor("x1"), call.tensor("x2")].map { tensor in
                let axis = try call.axis(of: tensor, default: 1)
                let x = try call.value(tensor)
                let norm = try scope.record(.reduce(.init(.norm, axes: [axis])), x)
                return try scope.divide(x, by: scope.activate(.clamp(lower: epsilon, upper: .infinity), norm))
            }
            let product = try scope.multiply(sides[0], by: sides[1])
            let shape = scope.shape(of: product)
            let axis = try call.axis(try call.int("dim", default: 1), rank: shape.count)
            let sum = try scope.record(.reduce(.init(.sum, axes: [axis])), product)
            return [
                call.result(try scope.reshape(sum, shape.indices.filter { $0 != axis }.map { shape[$0] }))
            ]
        }
        table["max.other"] = table["maximum.default"]
        table["min.other"] = table["minimum.default"]
        for (name, kind) in [("addcmul.default", Operation.Binary.Kind.multiply), ("addcdiv.default", .divide)] {
            table[name] = { call in
                let product = try call.combined(.tensor(call.tensor("tensor1")), .tensor(call.tensor("tensor2")), kind)
                let term = try call.scaled(.tensor(product), by: call.number("value", default: 1))
                return [.tensor(try call.combined(call.operand("self"), term, .add))]
            }
        }
        for overload in ["Scalar", "Tensor"] {
            table["lerp." + overload] = { call in
                let (start, end) = (try call.operand("self"), try call.operand("end"))
                let way = try call.combined(end, start, .subtract)
                let part = try call.combined(.tensor(way), call.operand("weight"), .multiply)
                return [.tensor(try call.combined(start, .tensor(part), .add))]
            }
        }
        table["outer.default"] = { call in
            let (left, right) = (try call.tensor("self"), try call.tensor("vec2"))
            guard left.shape.count == 1, right.shape.count == 1 else {
                throw CallError("its operands have the shapes \(left.shape) and \(right.shape)")
            }
            let column = left.viewed(.reshape([left.shape[0], 1]), [left.shape[0], 1])
            return [.tensor(try call.combined(.tensor(column), .tensor(right), .multiply))]
        }
        return table
    }()
}

extension Call {
    /// One side of an operation: a tensor, or a number.
    enum Operand {
        case tensor(ProgramTensor)
        /// One that is a float, as `1.0` is, makes floats of whole numbers and truths.
        case number(Double, isFloat: Bool = false)
    }

    func operand(_ name: String) throws -> Operand {
        if let tensor = try? optionalTensor(name) { return .tensor(tensor) }
        let number = try number(name)
        // A truth has a type of its own, other than a number.
        if isBool(name) { return .tensor(ProgramTensor(ConstantTensor(scalar: number, .bool))) }
        return .number(number, isFloat: isFloat(name))
    }

    fileprivate func sum(sign: Double) throws -> [ProgramValue] {
        let (left, right) = (try operand("self"), try operand("other"))
        let alpha = try number("alpha", default: 1)
        guard alpha != 1 else { return [.tensor(try combined(left, right, sign > 0 ? .add : .subtract))] }
        return [.tensor(try combined(left, scaled(right, by: sign * alpha), .add))]
    }

    /// The larger of both, or the smaller one; NaN where one of them is.
    /// - Parameter kind: `ge` or `le`.
    func extreme(_ left: Operand, _ right: Operand, _ kind: Operation.Compare.Kind) throws -> ProgramTensor {
        if let (a, b, dtype, shape) = try knownPair(left, right) {
            return try tracer.constant(
                dtype, shape, zip(a, b).map { $0.isNaN || kind.holds($0, $1) ? $0 : $1 })
        }
        // Of a NaN to the left the comparison does not hold.
        let best = try chosen(compared(left, right, kind), left, right)
        guard case .tensor(let tensor) = left, tensor.dtype.isFloatingPoint else { return best }
        return try chosen(compared(left, left, .eq), .tensor(best), left)
    }

    /// A function of two numbers that gives whole numbers for whole numbers.
    fileprivate func wholeNumbered(
        _ kind: Operation.BinaryFunction.Kind, _ left: Operand, _ right: Operand
    ) throws -> ProgramTensor {
        if let (a, b, dtype, shape) = try knownPair(left, right) {
            return try tracer.constant(dtype, shape, zip(a, b).map { kind($0, $1) })
        }
        // PyTorch takes the number as a float32: the double beside it may have another quotient.
        func rounded(_ operand: Operand) -> Operand {
            guard case .number(let number, let isFloat) = operand else { return operand }
            return .number(Double(Float(number)), isFloat: isFloat)
        }
        let values = try [left, right].map { try operandValue(rounded($0)) }
        return tracer.tensor(
            try scope.record(.binaryFunction(.init(kind)), values[0], values[1]), dtype(of: left, right))
    }

    /// self / other, rounded.
    fileprivate func quotient(_ rounding: Operation.Function) throws -> [ProgramValue] {
        let (left, right) = (try operand("self"), try operand("other"))
        if rounding == .floor { return [.tensor(try wholeNumbered(.floorQuotient, left, right))] }
        guard try knownPair(left, right) == nil else { return try known { rounding($0 / $1) } }
        // Divides, as PyTorch does: a product with the reciprocal may round to the other side of an integer.
        let ratio = try scope.record(.binary(.init(.divide)), operandValue(left), operandValue(right))
        return [.tensor(tracer.tensor(try scope.record(.function(rounding), ratio), dtype(of: left, right)))]
    }

    func scaled(_ operand: Operand, by factor: Double) throws -> Operand {
        if factor == 1 { return operand }
        switch operand {
        case .number(let number, let isFloat): return .number(number * factor, isFloat: isFloat)
        case .tensor: return .tensor(try combined(operand, .number(factor), .multiply))
        }
    }

    /// Both sides put together, spread as in NumPy.
    func combined(_ left: Operand, _ right: Operand, _ kind: Operation.Binary.Kind) throws -> ProgramTensor {
        if let known = try knownPair(left, right) {
            let (a, b, dtype, shape) = known
            let type = kind == .divide && !dtype.isFloatingPoint ? .float32 : dtype
            return try tracer.constant(type, shape, zip(a, b).map(kind.apply))
        }
        switch (left, right) {
        case (.tensor(let tensor), .number(let number, let isFloat)):
            return try shifted(tensor, by: number, isFloat: isFloat, kind)
        case (.tensor(let tensor), .tensor(let other))
        where other.isScalar && other.constant != nil && other.dtype != .bool:
            return try shifted(
                tensor, by: other.constant?.elements[0] ?? 0, isFloat: other.dtype.isFloatingPoint, kind)
        case (.number(let number, let isFloat), .tensor(let tensor)):
            return try shifted(number, isFloat: isFloat, tensor, kind)
        case (.tensor(let scalar), .tensor(let tensor))
        where scalar.isScalar && scalar.constant != nil && scalar.dtype != .bool:
            return try shifted(
                scalar.constant?.elements[0] ?? 0, isFloat: scalar.dtype.isFloatingPoint, tensor, kind)
        case (.tensor(let left), .tensor(let right)):
            guard left.dtype != .bool || right.dtype != .bool || kind == .multiply else {
                throw CallError("it adds booleans that depend on the input")
            }
            let own = DType.promoted(left.dtype, isScalar: left.isScalar, right.dtype, isScalar: right.isScalar)
            let dtype = kind == .divide && !own.isFloatingPoint ? .float32 : own
            return try wrapped(
                tracer.tensor(scope.record(.binary(.init(kind)), value(left), value(right)), dtype))
        case (.number, .number): throw CallError("none of its operands is a tensor")
        }
    }

    /// Whole numbers of 8 or 16 bits: what exceeds these is left out.
    func wrapped(_ tensor: ProgramTensor) throws -> ProgramTensor {
        guard tensor.constant == nil, tensor.dtype.byteWidth < 4, let (least, count) = tensor.dtype.numbers else {
            return tensor
        }
        let rest = try scope.record(
            .binaryFunction(.init(.remainder)), scope.scale(value(tensor), adding: -least),
            operandValue(.number(count)))
        return tracer.tensor(try scope.scale(rest, adding: least), tensor.dtype)
    }

    /// tensor ∘ number
    private func shifted(
        _ tensor: ProgramTensor, by number: Double, isFloat: Bool, _ kind: Operation.Binary.Kind
    ) throws -> ProgramTensor {
        // The product with an inverse that is rounded misses the quotient by a bit, and the integer that it may be.
        if kind == .divide, number.magnitude.significand != 1 {
            let quotient = try scope.record(.binary(.init(.divide)), value(tensor), operandValue(.number(number)))
            return tracer.tensor(quotient, shiftedType(tensor, by: number, isFloat: isFloat, kind))
        }
        let operation: Operation.Affine =
            switch kind {
            case .add: .init(shift: number)
            case .subtract: .init(shift: -number)
            case .multiply: .init(scale: number)
            case .divide: .init(scale: 1 / number)
            }
        let output = try scope.record(.affine(operation), value(tensor))
        return try wrapped(tracer.tensor(output, shiftedType(tensor, by: number, isFloat: isFloat, kind)))
    }

    /// number ∘ tensor
    private func shifted(
        _ number: Double, isFloat: Bool, _ tensor: ProgramTensor, _ kind: Operation.Binary.Kind
    ) throws -> ProgramTensor {
        switch kind {
        case .add, .multiply: return try shifted(tensor, by: number, isFloat: isFloat, kind)
        case .subtract:
            return try wrapped(
                tracer.tensor(
                    scope.record(.affine(.init(scale: -1, shift: number)), value(tensor)),
                    shiftedType(tensor, by: number, isFloat: isFloat, kind)))
        case .divide:
            let quotient = try scope.record(.binary(.init(.divide)), operandValue(.number(number)), value(tensor))
            return tracer.tensor(quotient, shiftedType(tensor, by: number, isFloat: isFloat, kind))
        }
    }

    /// The type of a tensor and a number put together.
    private func shiftedType(
        _ tensor: ProgramTensor, by number: Double, isFloat: Bool, _ kind: Operation.Binary.Kind
    ) -> DType {
        if kind == .divide, !tensor.dtype.isFloatingPoint { return .float32 }
        return dtype(of: .tensor(tensor), .number(number, isFloat: isFloat))
    }

    // MARK: Constants

    /// Elements of two constants spread to one shape, of what type the result is; nil unless both are known.
    func knownPair(
        _ left: Operand, _ right: Operand
    ) throws -> (left: [Double], right: [Double], dtype: DType, shape: [Int])? {
        func constant(_ operand: Operand, _ other: Operand) -> ConstantTensor? {
            switch operand {
            case .tensor(let tensor): return tensor.constant
            case .number(let number, let isFloat):
                guard case .tensor(let tensor) = other, let known = tensor.constant else { return nil }
                // Of its type only the kind counts.
                if known.dtype == .float64 { return ConstantTensor(scalar: number, .float64) }
                let isWhole = !isFloat && number == number.rounded() && !known.dtype.isFloatingPoint
                if isWhole { return ConstantTensor(scalar: number, .int64) }
                let type = known.dtype.isFloatingPoint ? known.dtype : .float32
                return ConstantTensor(scalar: Double(Float(number)), type)
            }
        }
        guard let a = constant(left, right), let b = constant(right, left) else { return nil }
        let shape = try spreadShape(a.shape, b.shape)
        try tracer.spend(shape.reduce(3, multipliedSaturated))
        let dtype = DType.promoted(a.dtype, isScalar: a.shape.isEmpty, b.dtype, isScalar: b.shape.isEmpty)
        func elements(_ constant: ConstantTensor) -> [Double] {
            constant.dtype == dtype
                ? constant.spread(to: shape).elements
                : constant.rounded(toComputeOf: dtype).spread(to: shape).elements
        }
        return (elements(a), elements(b), dtype, shape)
    }

    /// A function of two constants, `self` and `other`.
    func known(_ dtype: DType? = nil, _ function: (Double, Double) -> Double) throws -> [ProgramValue] {
        guard let (left, right, type, shape) = try knownPair(operand("self"), operand("other")) else {
            throw CallError("it works on numbers that depend on the input")
        }
        return [.tensor(try tracer.constant(dtype ?? type, shape, zip(left, right).map(function)))]
    }
}

extension ConstantTensor {
    /// The elements as PyTorch has them while it computes numbers of a type: those of float16 and bfloat16 in float32.
    fileprivate func rounded(toComputeOf type: DType) -> ConstantTensor {
        guard type.isFloatingPoint, type != .float64 else { return self }
        return ConstantTensor(dtype, shape, elements.map { Double(Float($0)) })
    }
}

extension Operation.Binary.Kind {
    fileprivate var apply: (Double, Double) -> Double {
        switch self {
        case .add: (+)
        case .subtract: (-)
        case .multiply: (*)
        case .divide: (/)
        }
    }
}
