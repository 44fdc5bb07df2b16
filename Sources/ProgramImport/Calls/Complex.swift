import ModelGraph
import TensorCore

/// Complex numbers. The graph has none: a complex tensor is described by what it is made from, and comes to two real ones
/// where it is used otherwise than in a filter.
extension ATenCalls {
    static let complexes: [String: Body] = {
        var table: [String: Body] = [:]
        table["view_as_complex.default"] = { call in
            let pairs = try call.first()
            guard pairs.shape.last == 2 else { throw CallError("its last axis is not of pairs") }
            return [.tensor(ProgramTensor(.pairs(pairs), shape: pairs.shape.dropLast()))]
        }
        table["view_as_real.default"] = { call in [.tensor(try call.paired(call.first()))] }
        table["real.default"] = { call in [.tensor(try call.parts(of: call.first()).real)] }
        table["imag.default"] = { call in
            guard let imaginary = try call.parts(of: call.first()).imaginary else {
                throw CallError("it takes complex numbers, not real ones")
            }
            return [.tensor(imaginary)]
        }
        table["complex.default"] = { call in
            let (real, imaginary) = (try call.tensor("real"), try call.tensor("imag"))
            let shape = try spreadShape(real.shape, imaginary.shape)
            return [.tensor(call.complexTensor(try call.expanded(real, shape), try call.expanded(imaginary, shape)))]
        }
        table["polar.default"] = { call in
            let (size, angle) = (try call.tensor("abs"), try call.tensor("angle"))
            let parts = try [Operation.Function.cosine, .sine].map { function in
                try call.combined(.tensor(size), .tensor(call.applied(function, to: angle)), .multiply)
            }
            return [.tensor(call.complexTensor(parts[0], parts[1]))]
        }
        for name in ["conj.default", "_conj.default", "conj_physical.default"] {
            table[name] = { call in
                let tensor = try call.first()
                let (real, imaginary) = try call.parts(of: tensor)
                guard let imaginary else { return [.tensor(tensor)] }
                return [.tensor(call.complexTensor(real, try call.negated(imaginary)))]
            }
        }
        table["angle.default"] = { call in
            let (real, imaginary) = try call.parts(of: call.first())
            let other = imaginary.map { Call.Operand.tensor($0) } ?? .number(0)
            return [.tensor(try call.applied(.arcTangent, other, .tensor(real)))]
        }
        return table
    }()

    /// Operators that work on both parts alike: they move elements, or are linear in the tensors that they are given.
    private static let partwise: Set = [
        "add.Tensor", "sub.Tensor", "subtract.Tensor", "rsub.Tensor", "neg.default", "negative.default", "cat.default",
        "concat.default", "stack.default", "hstack.default", "vstack.default", "reshape.default", "view.default",
        "_unsafe_view.default", "flatten.using_ints", "unflatten.int", "squeeze.default", "squeeze.dim", "squeeze.dims",
        "unsqueeze.default", "permute.default", "transpose.int", "swapaxes.default", "swapdims.default", "t.default",
        "mT.default", "movedim.int", "movedim.intlist", "moveaxis.int", "expand.default", "expand_as.default",
        "repeat.default", "tile.default", "slice.Tensor", "select.int", "narrow.default", "unbind.int", "split.Tensor",
        "split_with_sizes.default", "chunk.default", "roll.default", "flip.default", "index.Tensor",
        "index_select.default", "gather.default", "pad.default", "constant_pad_nd.default", "sum.default",
        "sum.dim_IntList", "mean.default", "mean.dim", "cumsum.default", "clone.default", "contiguous.default",
        "alias.default", "detach.default", "positive.default", "lift_fresh_copy.default", "resolve_conj.default",
        "resolve_neg.default", "where.self", "tril.default", "triu.default", "slice_scatter.default",
        "select_scatter.default", "copy.default", "fft_fftshift.default", "fft_ifftshift.default", "zeros_like.default",
        "reshape_as.default", "view_as.default", "broadcast_to.default", "diagonal.default",
    ]

    /// The operators among them whose integers are numbers, rather than indices or conditions.
    private static let sums: Set<Substring> = [
        "add", "sub", "subtract", "rsub", "cat", "concat", "stack", "hstack", "vstack",
    ]

    /// Operators that are linear in each of two tensors.
    private static let bilinear: Set = [
        "matmul.default", "linalg_matmul.default", "mm.default", "bmm.default", "mv.default", "einsum.default",
        "outer.default", "mul.Tensor", "multiply.Tensor",
    ]

    /// A call of an operator that knows real tensors, with complex ones.
    static func runComplex(_ call: Call, _ name: String, _ body: Body) throws -> [ProgramValue] {
        if complexes[name] != nil || spectra[name] != nil && !name.contains("shift") { return try body(call) }
        let operation = name.prefix { $0 != "." }
        if ["add", "sub", "subtract", "rsub"].contains(operation), call.givenTensors.count == 1 {
            // A number is added to real parts only.
            let (real, imaginary) = try call.parts(of: call.first())
            let sum = try body(call.taking { _ in real })
            guard case .tensor(let shifted)? = sum.first, let imaginary else { return sum }
            return [.tensor(call.complexTensor(shifted, operation == "rsub" ? try call.negated(imaginary) : imaginary))]
        }
        if ["mul", "multiply"].contains(operation), call.givenTensors.count == 1 {
            return try call.complexQuotient(name)
        }
        if partwise.contains(name) {
            if ["pad", "constant_pad_nd"].contains(operation), try call.optionalNumber("value") ?? 0 != 0 {
                throw CallError("it pads complex numbers with another number than 0")
            }
            let real = try body(call.taking { try call.parts(of: $0).real })
            let imaginary = try body(
                call.taking { tensor in
                    if let own = try call.parts(of: tensor).imaginary { return own }
                    let isOperand = tensor.dtype.isFloatingPoint || sums.contains(operation)
                    return try isOperand ? call.zeros(like: tensor) : tensor
                })
            return try zip(real, imaginary).map { try call.complexValue($0, $1) }
        }
        if bilinear.contains(name) { return try call.complexProduct(name, body) }
        switch name {
        case "div.Scalar", "div.Tensor", "divide.Tensor", "true_divide.Tensor": return try call.complexQuotient(name)
        case "abs.default", "absolute.default":
            let (real, imaginary) = try call.parts(of: call.first())
            guard let imaginary else { return [.tensor(try call.applied(.absolute, to: real))] }
            return [.tensor(try call.applied(.hypotenuse, .tensor(real), .tensor(imaginary)))]
        case "exp.default":
            let (real, imaginary) = try call.parts(of: call.first())
            let size = call.tracer.tensor(try call.scope.activate(.exp, call.value(real)))
            let parts = try [Operation.Function.cosine, .sine].map { function in
                try call.combined(.tensor(size), .tensor(call.applied(function, to: imaginary ?? real)), .multiply)
            }
            return [.tensor(call.complexTensor(parts[0], parts[1]))]
        case "square.default", "pow.Tensor_Scalar":
            guard try name == "square.default" || call.number("exponent") == 2 else { break }
            let (real, imaginary) = try call.parts(of: call.first())
            let own = (real, imaginary ?? real)
            let product = try call.complexProduct(own, own)
            return [.tensor(call.complexTensor(product.0, product.1))]
        case "to.dtype", "_to_copy.default", "type_as.default", "prims.convert_element_type.default", "to.device":
            let tensor = try call.first()
            guard let target = try call.dtype(), target != .complex64, target != .complex128 else {
                return [.tensor(tensor)]
            }
            return [.tensor(try call.parts(of: tensor).real)]
        default: break
        }
        throw CallError("it computes with complex numbers")
    }
}

extension Call {
    /// A complex tensor of two real ones of one shape.
    func complexTensor(_ real: ProgramTensor, _ imaginary: ProgramTensor) -> ProgramTensor {
        ProgramTensor(.parts(real: real, imaginary: imaginary), shape: real.shape)
    }

    /// The parts of a tensor; without an imaginary one for real numbers.
    func parts(of tensor: ProgramTensor) throws -> (real: ProgramTensor, imaginary: ProgramTensor?) {
        switch tensor.complex {
        case nil: return (tensor, nil)
        case .parts(let real, let imaginary): return (real, imaginary)
        case .pairs(let pairs): return try parts(ofPairs: pairs)
        case .spectrum(let spectrum): return try parts(of: spectrum)
        }
    }

    func parts(ofPairs pairs: ProgramTensor) throws -> (ProgramTensor, ProgramTensor) {
        let axis = pairs.shape.count - 1
        return (try selected(pairs, axis, 0), try selected(pairs, axis, 1))
    }

    /// Real and imaginary parts along a last axis of 2.
    func paired(_ tensor: ProgramTensor) throws -> ProgramTensor {
        if case .pairs(let pairs)? = tensor.complex { return pairs }
        let (real, imaginary) = try parts(of: tensor)
        guard let imaginary else { throw CallError("it takes complex numbers, not real ones") }
        let shape = real.shape + [1]
        return try joined([reshaped(real, shape), reshaped(imaginary, shape)], real.shape.count)
    }

    func negated(_ tensor: ProgramTensor) throws -> ProgramTensor {
        try combined(.number(0), .tensor(tensor), .subtract)
    }

    fileprivate func zeros(like tensor: ProgramTensor) throws -> ProgramTensor {
        try tracer.filled(0, .float32, tensor.shape)
    }

    fileprivate func complexValue(_ real: ProgramValue, _ imaginary: ProgramValue) throws -> ProgramValue {
        switch (real, imaginary) {
        case (.tensor(let real), .tensor(let imaginary)): return .tensor(complexTensor(real, imaginary))
        case (.tensors(let real), .tensors(let imaginary)):
            return .tensors(
                zip(real, imaginary).map { real, imaginary in
                    real.flatMap { real in imaginary.map { complexTensor(real, $0) } }
                })
        default: return real
        }
    }

    /// (a + bi)(c + di)
    func complexProduct(
        _ left: (ProgramTensor, ProgramTensor), _ right: (ProgramTensor, ProgramTensor)
    ) throws -> (ProgramTensor, ProgramTensor) {
        func product(_ a: ProgramTensor, _ b: ProgramTensor) throws -> Operand {
            .tensor(try combined(.tensor(a), .tensor(b), .multiply))
        }
        return (
            try combined(product(left.0, right.0), product(left.1, right.1), .subtract),
            try combined(product(left.0, right.1), product(left.1, right.0), .add)
        )
    }

    /// The same of a call that is linear in each of two tensors.
    fileprivate func complexProduct(_ name: String, _ body: ATenCalls.Body) throws -> [ProgramValue] {
        let operands = givenTensors
        if name.hasPrefix("mul"), operands.count == 2,
            case .spectrum(var spectrum)? = operands[0].complex ?? operands[1].complex,
            spectrum.filter == nil
        {
            for case .pairs(let filter)? in operands.map(\.complex) {
                let shape = try spreadShape(operands[0].shape, operands[1].shape)
                spectrum.filter = filter
                if shape == operands[operands[0].complex.isSpectrum ? 0 : 1].shape {
                    return [.tensor(ProgramTensor(.spectrum(spectrum), shape: shape))]
                }
            }
        }
        guard operands.count == 2 else { throw CallError("it multiplies \(operands.count) tensors of complex numbers") }
        let parts = try operands.map { try self.parts(of: $0) }
        func product(_ left: ProgramTensor?, _ right: ProgramTensor?) throws -> Operand? {
            guard let left, let right else { return nil }
            var given = [left, right]
            let result = try body(taking { _ in given.removeFirst() })
            guard case .tensor(let tensor)? = result.first else { throw CallError("it gives no product") }
            return .tensor(tensor)
        }
        func sum(_ left: Operand?, _ right: Operand?, _ kind: Operation.Binary.Kind) throws -> ProgramTensor {
            switch (left, right) {
            case (let left?, let right?): return try combined(left, right, kind)
            case (.tensor(let only)?, nil), (nil, .tensor(let only)?): return only
            default: throw CallError("it gives no product")
            }
        }
        let (a, b) = (parts[0], parts[1])
        let real = try sum(product(a.real, b.real), product(a.imaginary, b.imaginary), .subtract)
        let imaginary = try sum(product(a.real, b.imaginary), product(a.imaginary, b.real), .add)
        return [.tensor(complexTensor(real, imaginary))]
    }

    /// A complex tensor times or over a number, a real tensor or a complex one.
    fileprivate func complexQuotient(_ name: String) throws -> [ProgramValue] {
        let (left, right) = (try operand("self"), try operand("other"))
        guard case .tensor(let dividend) = left else { throw CallError("it divides a number by complex numbers") }
        let (real, imaginary) = try parts(of: dividend)
        let kind: Operation.Binary.Kind = name.hasPrefix("mul") ? .multiply : .divide
        if case .tensor(let divisor) = right, divisor.complex != nil {
            let (a, b) = try parts(of: divisor)
            guard let b else { throw CallError("it divides by no complex numbers") }
            let size = try combined(
                .tensor(combined(.tensor(a), .tensor(a), .multiply)),
                .tensor(combined(.tensor(b), .tensor(b), .multiply)),
                .add)
            let product: (ProgramTensor, ProgramTensor)
            if let imaginary {
                product = try complexProduct((real, imaginary), (a, negated(b)))
            } else {
                product = (
                    try combined(.tensor(real), .tensor(a), .multiply),
                    try combined(.tensor(real), .tensor(negated(b)), .multiply)
                )
            }
            return [
                .tensor(
                    complexTensor(
                        try combined(.tensor(product.0), .tensor(size), .divide),
                        try combined(.tensor(product.1), .tensor(size), .divide)))
            ]
        }
        return [
            .tensor(
                complexTensor(
                    try combined(.tensor(real), right, kind), try combined(.tensor(imaginary ?? real), right, kind)))
        ]
    }
}

extension ComplexTensor? {
    fileprivate var isSpectrum: Bool { if case .spectrum? = self { true } else { false } }
}

/// A complex tensor that depends on the input or on weights.
enum ComplexTensor {
    /// Real and imaginary parts along the last axis.
    case pairs(ProgramTensor)
    case parts(real: ProgramTensor, imaginary: ProgramTensor)
    case spectrum(Spectrum)

    /// Half of the spectrum of maps, times a filter.
    struct Spectrum {
        let maps: ProgramTensor
        /// Down and across.
        let axes: [Int]
        let scaling: Scaling
        /// Pairs that spread to the spectrum.
        var filter: ProgramTensor?
    }

    /// What a transform is divided by, in powers of the square root of its number of elements.
    struct Scaling { let power: Int }
}
