import ModelGraph
import TensorCore

/// The operators that a program may call.
package enum ATenCalls {
    typealias Body = @Sendable (Call) throws -> [ProgramValue]

    /// An operator and what it records.
    struct Lowering: Sendable {
        /// Without `torch.ops.aten.`.
        let name: String
        /// What it computes: the name of the form that is not in place.
        let operation: String
        let isInPlace: Bool
        let body: Body

        func run(_ call: Call) throws -> [ProgramValue] {
            guard isInPlace else { return try compute(call) }
            let target = try call.first()
            guard case .tensor(let result)? = try compute(call).first else {
                throw CallError("it changes a tensor to what is none")
            }
            try call.assign(result, to: target)
            return [.tensor(target)]
        }

        private func compute(_ call: Call) throws -> [ProgramValue] {
            if call.isComplex { return try ATenCalls.runComplex(call, operation, body) }
            guard ATenCalls.alongAxis.contains(operation), try call.first().isScalar else { return try body(call) }
            return try call.ofVectors(body)
        }
    }

    /// Operators along an axis that take a scalar for a vector of one element, and give scalars then.
    private static let alongAxis: Set = [
        "softmax.int", "_softmax.default", "_safe_softmax.default", "special_softmax.int", "log_softmax.int",
        "_log_softmax.default", "special_log_softmax.int", "special_log_softmax.default", "logsumexp.default",
        "special_logsumexp.default", "cumsum.default", "sort.default", "sort.stable", "argsort.default",
        "argsort.stable", "topk.default", "kthvalue.default", "median.dim", "max.dim", "min.dim", "argmax.default",
        "argmin.default", "aminmax.default", "gather.default", "index_select.default",
        "movedim.int", "moveaxis.int", "scatter.value", "scatter.src", "scatter.reduce", "scatter.value_reduce",
        "scatter_add.default", "scatter_reduce.two", "index_fill.int_Scalar", "index_fill.int_Tensor",
        "index_add.default", "index_copy.default",
    ]

    /// By name without `torch.ops.aten.`; forms in place, with `_` before the overload, are those without it.
    private static let table: [String: Body] = [
        activations, arithmetic, arrangements, comparisons, complexes, constants, convolutions, deepPools, deformable,
        diagonals, distances, elements, functions, norms, numbers, parts, placement, pools, products, ranking,
        recurrences, reductions, resizing, samples, scans, scatters, shapes, spectra, transparent, unpooling, windows,
    ].reduce(into: [:]) { table, part in table.merge(part) { first, _ in first } }
        .withSynonyms().withCopies()

    /// The names of all operators that are known, sorted.
    package static var names: [String] { table.keys.sorted() + wrappers.sorted() }

    /// Wrappers of a graph, which runs in their place.
    private static let wrappers: Set = [
        "torch.ops.higher_order.wrap_with_set_grad_enabled", "torch.ops.higher_order.wrap_with_autocast",
        "torch.ops.higher_order.inductor_compiled_code", conditional,
    ]

    private static let conditional = "torch.ops.higher_order.cond"

    private static let prefix = "torch.ops.aten."

    /// Whether a program may call the operator `target`.
    package static func isKnown(_ target: String) -> Bool { find(target) != nil }

    static func find(_ target: String) -> Lowering? {
        if wrappers.contains(target) {
            return Lowering(name: target, operation: target, isInPlace: false) { _ in [] }
        }
        let name = target.hasPrefix(prefix) ? String(target.dropFirst(prefix.count)) : target
        if let body = table[name] { return Lowering(name: name, operation: name, isInPlace: false, body: body) }
        guard target.hasPrefix(prefix), let operation = outOfPlace(name), let body = table[operation] else {
            return nil
        }
        return Lowering(name: name, operation: operation, isInPlace: !isView(operation), body: body)
    }

    /// The name of the form that is not in place.
    private static func outOfPlace(_ name: String) -> String? {
        switch name {
        case "pow_.Scalar": return "pow.Tensor_Scalar"
        case "pow_.Tensor": return "pow.Tensor_Tensor"
        case "transpose_.default": return "transpose.int"
        default: break
        }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let (operation, overload) = (name[..<dot], name[dot...])
        // `__iand__`, which the statement `&=` calls.
        if operation.hasPrefix("__i"), operation.hasSuffix("__") { return "__\(operation.dropFirst(3))\(overload)" }
        return operation.hasSuffix("_") ? "\(operation.dropLast())\(overload)" : nil
    }

    /// Whether the form in place gives the tensor another shape and changes no element: what comes later in a program
    /// takes the result.
    private static func isView(_ operation: String) -> Bool {
        ["squeeze.", "unsqueeze.", "t.", "transpose.", "swapaxes.", "swapdims.", "detach."]
            .contains { operation.hasPrefix($0) }
    }

    /// The graph that a wrapper holds, and what it is given.
    static func innerGraph(of call: ProgramCall) -> (graph: ProgramGraph, arguments: [ProgramArgument])? {
        guard wrappers.contains(call.target),
            let position = call.inputs.firstIndex(where: { if case .graph = $0.value { true } else { false } }),
            case .graph(let graph) = call.inputs[position].value
        else { return nil }
        return (graph, call.inputs[(position + 1)...].map(\.value))
    }

    /// What a conditional call chooses from; nil for other calls.
    static func branches(of call: ProgramCall) -> ConditionalBranches? {
        guard call.target == conditional, call.inputs.count >= 3, case .graph(let yes) = call.inputs[1].value,
            case .graph(let no) = call.inputs[2].value
        else { return nil }
        // The arguments of both come as one list.
        let arguments = call.inputs[3...].flatMap { input -> [ProgramArgument] in
            switch input.value {
            case .tensors(let names): names.map { $0.map { .tensor($0) } ?? .none }
            case .ints(let numbers): numbers.map { .int($0) }
            case .symbols(let symbols): symbols.map { .symbol($0) }
            default: [input.value]
            }
        }
        return ConditionalBranches(
            condition: call.inputs[0].value, ifTrue: yes, ifFalse: no, arguments: arguments)
    }

    /// What a token stands for, which keeps calls with effects in order.
    static var token: ProgramValue { .unavailable("a token is not a tensor") }

    /// Assertions on what export knew.
    private static let assertions: Set = [
        "_assert_tensor_metadata.default", "_assert_scalar.default", "_assert_async.msg", "_assert_async.default",
        "sym_constrain_range.default", "sym_constrain_range_for_size.default", "_linalg_check_errors.default",
    ]

    /// Calls that compute nothing: assertions, in evaluation dropout, and copies.
    private static let transparent: [String: Body] = {
        var table: [String: Body] = [:]
        for name in assertions { table[name] = { _ in [] } }
        // An assertion that is kept in order by a token.
        table["torch.ops.higher_order.with_effects"] = { call in
            let target = call.firstString ?? ""
            guard target.hasPrefix(prefix), assertions.contains(String(target.dropFirst(prefix.count))) else {
                throw CallError("it calls \(target), whose effect is not known")
            }
            return [token]
        }
        for name in [
            "alias.default", "detach.default", "lift_fresh.default", "positive.default", "view_of.default",
            "resolve_conj.default", "resolve_neg.default", "requires_grad.default",
        ] {
            table[name] = { call in [.tensor(try call.first())] }
        }
        for name in [
            "dropout.default", "feature_dropout.default", "alpha_dropout.default", "feature_alpha_dropout.default",
            "native_dropout.default",
        ] {
            table[name] = { call in
                let isOff = try !call.bool("train", default: false) || call.number("p", default: 0.5) == 0
                guard isOff else { throw CallError("it draws random numbers") }
                return [.tensor(try call.first())]
            }
        }
        for name in ["clone.default", "lift_fresh_copy.default", "detach_copy.default", "alias_copy.default"] {
            table[name] = { call in [.tensor(try call.copy(try call.first()))] }
        }
        table["contiguous.default"] = { call in
            let tensor = try call.first()
            return [.tensor(tensor.isDense ? tensor : try call.copy(tensor))]
        }
        for name in [
            "to.dtype", "to.dtype_layout", "to.device", "to.other", "_to_copy.default", "type_as.default",
            "to.prim_Device",
            "to.prim_dtype", "prims.convert_element_type.default",
        ] {
            table[name] = { call in [.tensor(try call.converted())] }
        }
        return table
    }()
}

extension [String: ATenCalls.Body] {
    /// The table with the operators' other names, too.
    fileprivate func withSynonyms() -> Self {
        var table = self
        for (name, same) in ATenCalls.synonyms where table[name] == nil { table[name] = self[same] }
        return table
    }

    /// The table in which `slice_copy` gives what `slice` gives in memory of its own, and so on.
    fileprivate func withCopies() -> Self {
        var table = self
        for name in keys {
            guard let view = self[name.replacing("_copy.", with: ".")], name.contains("_copy.") else { continue }
            table[name] = { call in try view(call).map(call.copied) }
        }
        return table
    }
}

/// A call that runs one of two graphs.
struct ConditionalBranches {
    let condition: ProgramArgument
    let ifTrue, ifFalse: ProgramGraph
    let arguments: [ProgramArgument]
}

extension Call {
    /// The tensor in memory of its own.
    func copy(_ tensor: ProgramTensor) throws -> ProgramTensor {
        if let constant = tensor.constant {
            try tracer.spend(constant.count)
            return ProgramTensor(ConstantTensor(constant.dtype, constant.shape, constant.elements))
        }
        if let position = tensor.parameter {
            return ProgramTensor(parameter: position, shape: tensor.shape, dtype: tensor.dtype)
        }
        switch tensor.content {
        // These never change.
        case .truth, .complex: return tensor
        default: break
        }
        return tensor.copied(.reshape(tensor.shape), try value(tensor), tensor.shape)
    }

    /// What a view shows, in memory of its own.
    fileprivate func copied(_ result: ProgramValue) throws -> ProgramValue {
        switch result {
        case .tensor(let tensor): .tensor(try copy(tensor))
        case .tensors(let tensors): .tensors(try tensors.map { tensor in try tensor.map { try copy($0) } })
        default: result
        }
    }

    /// The results with scalars taken as vectors of one element, and given as scalars again.
    fileprivate func ofVectors(_ body: ATenCalls.Body) throws -> [ProgramValue] {
        try body(taking { $0.isScalar ? try reshaped($0, [1]) : $0 }).map { result in
            guard case .tensor(let tensor) = result else { return result }
            return .tensor(try reshaped(tensor, []))
        }
    }

    /// The first argument as numbers of the type that `dtype` says, where it is given.
    func firstConverted() throws -> ProgramTensor {
        let tensor = try first()
        return try converted(tensor, to: dtype() ?? tensor.dtype)
    }

    /// The tensor as one of another type.
    fileprivate func converted() throws -> ProgramTensor {
        let tensor = try first()
        return try converted(tensor, to: dtype() ?? (optionalTensor("other")?.dtype) ?? tensor.dtype)
    }

    private func converted(_ tensor: ProgramTensor, to target: DType) throws -> ProgramTensor {
        guard target != tensor.dtype else {
            return try name.hasPrefix("_to_copy") || bool("copy", default: false) ? copy(tensor) : tensor
        }
        if let constant = tensor.constant {
            try tracer.spend(constant.count)
            return try tracer.constant(target, constant.shape, constant.elements)
        }
        if target == .complex64 || target == .complex128 {
            return complexTensor(tensor, try tracer.filled(0, .float32, tensor.shape))
        }
        if target == .bool { return try compared(.tensor(tensor), .number(0), .ne) }
        if !tensor.dtype.isFloatingPoint {
            let same = tracer.tensor(try value(tensor), target)
            return tensor.dtype == .bool ? same : try wrapped(same)
        }
        if target.isInteger {
            return try wrapped(tracer.tensor(scope.record(.function(.truncate), value(tensor)), target))
        }
        guard target.isFloatingPoint, target.byteWidth >= 4 else {
            throw CallError("it makes \(tensor.dtype) numbers that depend on the input \(target)")
        }
        return try copy(tensor)
    }

    /// Gives a tensor the elements of another, which spreads to its shape.
    func assign(_ source: ProgramTensor, to target: ProgramTensor) throws {
        // An empty slice takes nothing.
        if target.shape.contains(0) { return }
        if source.constant != nil, target.constant != nil {
            if let known = try expanded(source, target.shape).constant, target.assign(known.elements) { return }
        }
        switch target.content {
        case .truth, .complex: throw CallError("it changes \(target.dtype) numbers by the input")
        default: break
        }
        let own = target.dtype.isFloatingPoint ? source : try converted(source, to: target.dtype)
        try tracer.assign(try scope.applying(.expand(target.shape), to: value(own)), to: target)
    }
}
