import ModelGraph
import TensorCore

/// Comparisons, logic, and choices by their results. What depends on the input is a value of 0 and 1, except in a
/// softmax's test for rows that are masked completely.
extension ATenCalls {
    static let comparisons: [String: Body] = {
        var table: [String: Body] = [:]
        for kind in Operation.Compare.Kind.allCases {
            for overload in ["Scalar", "Tensor"] {
                table["\(kind).\(overload)"] = { call in
                    let tensor = try call.tensor("self")
                    if tensor.constant == nil, kind == .eq, try call.optionalNumber("other") == -.infinity,
                        try !call.canHideRows(tensor)
                    {
                        return [
                            .tensor(
                                ProgramTensor(.isNegativeInfinity, shape: tensor.shape) {
                                    try call.compared(.tensor(tensor), .number(-.infinity), kind)
                                })
                        ]
                    }
                    return [.tensor(try call.compared(.tensor(tensor), call.operand("other"), kind))]
                }
            }
        }
        let connectives:
            [(name: String, bits: Operation.BinaryFunction.Kind, function: @Sendable (Double, Double) -> Bool)] = [
                ("and", .bitwiseAnd, { $0 != 0 && $1 != 0 }), ("or", .bitwiseOr, { $0 != 0 || $1 != 0 }),
                ("xor", .bitwiseXor, { ($0 != 0) != ($1 != 0) }),
            ]
        for (name, bits, function) in connectives {
            for target in [
                "logical_\(name).default", "bitwise_\(name).Tensor", "bitwise_\(name).Scalar", "__\(name)__.Tensor",
                "__\(name)__.Scalar",
            ] {
                table[target] = { call in
                    let (left, right) = (try call.tensor("self"), try call.operand("other"))
                    if !target.hasPrefix("logical") {
                        guard left.dtype == .bool, call.isTruth(right) else {
                            return [.tensor(try call.bits(bits, left, right))]
                        }
                    }
                    if try call.knownPair(.tensor(left), right) != nil {
                        return try call.known(.bool) { function($0, $1) ? 1 : 0 }
                    }
                    let (a, b) = (try call.truths(.tensor(left)), try call.truths(right))
                    switch name {
                    case "and": return [.tensor(try call.truths(a, .multiply, b))]
                    case "or": return [.tensor(try call.compared(.tensor(call.truths(a, .add, b)), .number(0), .ne))]
                    default: return [.tensor(try call.compared(.tensor(a), .tensor(b), .ne))]
                    }
                }
            }
        }
        for name in ["logical_not.default", "bitwise_not.default"] {
            table[name] = { call in
                let tensor = try call.first()
                if case .truth(let truth, let plain) = tensor.content, truth != .rowsAreNegativeInfinity {
                    return [
                        .tensor(
                            ProgramTensor(truth == .isNot ? .rowsAreNegativeInfinity : .isNot, shape: tensor.shape) {
                                try call.compared(.tensor(plain()), .number(0), .eq)
                            })
                    ]
                }
                guard tensor.dtype == .bool || name.hasPrefix("logical") else {
                    guard tensor.dtype.isInteger else {
                        throw CallError("it works on the bits of \(tensor.dtype) numbers")
                    }
                    return [.tensor(try call.combined(.number(-1), .tensor(tensor), .subtract))]
                }
                guard let known = tensor.constant else {
                    return [.tensor(try call.compared(.tensor(tensor), .number(0), .eq))]
                }
                try call.tracer.spend(known.count)
                return [.tensor(try call.tracer.constant(.bool, known.shape, known.elements.map { $0 == 0 ? 1 : 0 }))]
            }
        }
        for name in ["any", "all"] {
            let isAny = name == "any"
            for overload in ["default", "dim", "dims"] {
                table["\(name).\(overload)"] = { call in
                    let tensor = try call.first()
                    // Unlike a sum, of no axes it is of each element by itself.
                    if try call.optionalInts("dim")?.isEmpty == true {
                        return [.tensor(try call.compared(.tensor(tensor), .number(0), .ne))]
                    }
                    let (axes, keeps) = try call.reducedAxes(of: tensor)
                    let shape = call.reducedShape(tensor.shape, axes, keeps: keeps)
                    if case .truth(.isNot, let plain) = tensor.content, isAny {
                        return [
                            .tensor(
                                ProgramTensor(.isNot, shape: shape) {
                                    try call.holds(for: plain(), axes, shape: shape, isAny: true)
                                })
                        ]
                    }
                    guard let known = tensor.constant else {
                        return [.tensor(try call.holds(for: tensor, axes, shape: shape, isAny: isAny))]
                    }
                    try call.tracer.spend(known.count)
                    let rows = call.rows(of: known, axes)
                    return [
                        .tensor(
                            try call.tracer.constant(
                                .bool, shape,
                                rows.map { row in
                                    (isAny ? row.contains { $0 != 0 } : row.allSatisfy { $0 != 0 }) ? 1 : 0
                                }))
                    ]
                }
            }
        }
        table["_is_all_true.default"] = table["all.default"]
        table["_is_any_true.default"] = table["any.default"]
        let tests: [(String, @Sendable (Double) -> Bool)] = [
            ("isinf.default", { $0.isInfinite }), ("isnan.default", { $0.isNaN }),
        ]
        for (name, function) in tests {
            table[name] = { call in
                let tensor = try call.first()
                guard let known = tensor.constant else {
                    // NaN is not itself.
                    if name == "isnan.default" {
                        return [.tensor(try call.compared(.tensor(tensor), .tensor(tensor), .ne))]
                    }
                    let size = try call.record(.function(.absolute), tensor)
                    return [.tensor(try call.compared(.tensor(size), .number(.infinity), .eq))]
                }
                try call.tracer.spend(known.count)
                return [
                    .tensor(try call.tracer.constant(.bool, known.shape, known.elements.map { function($0) ? 1 : 0 }))
                ]
            }
        }
        for name in ["where.self", "where.ScalarSelf", "where.ScalarOther", "where.Scalar"] {
            table[name] = { call in
                [.tensor(try call.chosen(try call.tensor("condition"), call.operand("self"), call.operand("other")))]
            }
        }
        for name in ["masked_fill.Scalar", "masked_fill.Tensor"] {
            table[name] = { call in
                let tensor = try call.tensor("self")
                let filled = try call.chosen(try call.tensor("mask"), call.operand("value"), .tensor(tensor))
                return [.tensor(try call.typed(filled, tensor.dtype))]
            }
        }
        return table
    }()
}

extension Call {
    /// Where the comparison of both, spread as in NumPy, holds.
    func compared(_ left: Operand, _ right: Operand, _ kind: Operation.Compare.Kind) throws -> ProgramTensor {
        if let (a, b, _, shape) = try knownPair(left, right) {
            return try tracer.constant(.bool, shape, zip(a, b).map { kind.holds($0, $1) ? 1 : 0 })
        }
        return tracer.tensor(try scope.record(.compare(.init(kind)), operandValue(left), operandValue(right)), .bool)
    }

    /// The operand as a value of the graph; a number becomes a constant.
    func operandValue(_ operand: Operand) throws -> Value {
        switch operand {
        case .tensor(let tensor): try value(tensor)
        case .number(let number, _): try value(ProgramTensor(ConstantTensor(scalar: number, .float32)))
        }
    }

    /// Whether any, or all, elements of axes are not 0.
    /// - Parameter shape: of the result.
    fileprivate func holds(
        for tensor: ProgramTensor, _ axes: [Int], shape: [Int], isAny: Bool
    ) throws -> ProgramTensor {
        // Any: the largest is 1. All: none is 0.
        let tested = try compared(.tensor(tensor), .number(0), isAny ? .ne : .eq)
        let some = try scope.applying(
            .reshape(shape), to: scope.record(.reduce(.init(.max, axes: axes)), value(tested)))
        let found = tracer.tensor(some, .bool)
        return isAny ? found : try compared(.tensor(found), .number(0), .eq)
    }

    /// Whether an operand is of truths, or a number that is one.
    fileprivate func isTruth(_ operand: Operand) -> Bool {
        switch operand {
        case .tensor(let tensor): tensor.dtype == .bool
        case .number(let number, _): number == 0 || number == 1
        }
    }

    /// A function of the bits of integers.
    fileprivate func bits(
        _ function: Operation.BinaryFunction.Kind, _ left: ProgramTensor, _ right: Operand
    ) throws -> ProgramTensor {
        let type = dtype(of: .tensor(left), right)
        guard type.isInteger else { throw CallError("it works on the bits of \(type) numbers") }
        if let (a, b, dtype, shape) = try knownPair(.tensor(left), right) {
            return try tracer.constant(dtype, shape, zip(a, b).map { function($0, $1) })
        }
        return try wrapped(
            tracer.tensor(
                scope.record(.binaryFunction(.init(function)), operandValue(.tensor(left)), operandValue(right)), type))
    }

    /// Which elements are not 0.
    fileprivate func truths(_ operand: Operand) throws -> ProgramTensor {
        if case .tensor(let tensor) = operand, tensor.dtype == .bool { return tensor }
        return try compared(operand, .number(0), .ne)
    }

    fileprivate func truths(
        _ left: ProgramTensor, _ kind: Operation.Binary.Kind, _ right: ProgramTensor
    ) throws -> ProgramTensor {
        tracer.tensor(try scope.record(.binary(.init(kind)), value(left), value(right)), .bool)
    }

    /// Where the condition holds the elements of `yes`, else of `no`.
    func chosen(_ condition: ProgramTensor, _ yes: Operand, _ no: Operand) throws -> ProgramTensor {
        // Rows of a softmax that are masked as a whole; those that a model has are not.
        if case .truth(.rowsAreNegativeInfinity, _) = condition.content, case .tensor(let no) = no { return no }
        guard let known = condition.constant else {
            guard condition.dtype == .bool else { throw CallError("it chooses by \(condition.dtype) numbers") }
            let parts = try [.tensor(condition), yes, no].map(operandValue)
            return tracer.tensor(try scope.record(.choose(.init()), parts[0], parts[1], parts[2]), dtype(of: yes, no))
        }
        func shape(_ operand: Operand) -> [Int] { if case .tensor(let tensor) = operand { tensor.shape } else { [] } }
        var target = known.shape
        for other in [shape(yes), shape(no)] {
            target = try spreadShape(target, other)
        }
        try tracer.spend(target.reduce(3, multipliedSaturated))
        let mask = known.spread(to: target).elements
        func constant(_ operand: Operand) -> [Double]? {
            switch operand {
            case .number(let number, _): [Double](repeating: number, count: mask.count)
            case .tensor(let tensor): tensor.constant?.spread(to: target).elements
            }
        }
        if let left = constant(yes), let right = constant(no) {
            let elements = mask.indices.map { mask[$0] != 0 ? left[$0] : right[$0] }
            return try tracer.constant(dtype(of: yes, no), target, elements)
        }
        let parts = try [.tensor(condition), yes, no].map(operandValue)
        return tracer.tensor(try scope.record(.choose(.init()), parts[0], parts[1], parts[2]), dtype(of: yes, no))
    }

    /// The same elements as numbers of another type, which has them.
    func typed(_ tensor: ProgramTensor, _ dtype: DType) throws -> ProgramTensor {
        if tensor.dtype == dtype { return tensor }
        guard let known = tensor.constant else { return tracer.tensor(try value(tensor), dtype) }
        try tracer.spend(known.count)
        return try tracer.constant(dtype, known.shape, known.elements)
    }

    /// The type of what is computed from both. Truths with a number are never truths, which an attention mask would be
    /// taken for.
    func dtype(of left: Operand, _ right: Operand) -> DType {
        func isWhole(_ number: Double, _ isFloat: Bool) -> Bool { !isFloat && number == number.rounded() }
        switch (left, right) {
        case (.tensor(let a), .tensor(let b)):
            return DType.promoted(a.dtype, isScalar: a.isScalar, b.dtype, isScalar: b.isScalar)
        case (.tensor(let tensor), .number(let number, let isFloat)),
            (.number(let number, let isFloat), .tensor(let tensor)):
            if tensor.dtype.isFloatingPoint { return tensor.dtype }
            guard isWhole(number, isFloat) else { return .float32 }
            return tensor.dtype == .bool ? .int64 : tensor.dtype
        case (.number(let a, let aIsFloat), .number(let b, let bIsFloat)):
            return isWhole(a, aIsFloat) && isWhole(b, bIsFloat) ? .int64 : .float32
        }
    }
}
