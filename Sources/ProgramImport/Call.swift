import ModelGraph
import TensorCore

/// What a name of a program stands for while its graph is recorded.
enum ProgramValue {
    case tensor(ProgramTensor)
    case tensors([ProgramTensor?])
    case number(Double)
    case none
    /// A result that is not worked out, and why: an error for whoever uses it.
    case unavailable(String)
}

/// One call, with the arguments that it is given: what the implementations of operators work on.
struct Call {
    let tracer: Tracer
    /// The operator's name without `torch.ops.aten.`, e.g. `add_.Tensor`.
    let name: String
    /// The arguments under the names of the operator's schema, without those that have their default.
    private let arguments: [(name: String, value: Argument)]
    /// How many results there are up to the last one that is read.
    let outputCount: Int

    /// An argument whose names are looked up.
    enum Argument {
        case value(ProgramValue)
        /// A number that is written as a float, which makes floats of whole numbers: `1.0`, not `1`.
        case float(Double)
        case numbers([Double])
        case bool(Bool)
        case string(String)
        case dtype(DType?)
        case ignored
    }

    init(_ tracer: Tracer, name: String, _ arguments: [(name: String, value: Argument)], outputCount: Int) {
        self.tracer = tracer
        self.name = name
        self.arguments = arguments
        self.outputCount = outputCount
    }

    var scope: Scope { tracer.scope }

    // MARK: Arguments

    private subscript(name: String) -> Argument? {
        for argument in arguments where argument.name == name {
            if case .value(.none) = argument.value { return nil }
            return argument.value
        }
        return nil
    }

    /// Whether the argument is given, and is not None.
    func has(_ name: String) -> Bool { self[name] != nil }

    func optionalTensor(_ name: String) throws -> ProgramTensor? {
        switch self[name] {
        case .value(.tensor(let tensor)): return tensor
        case .value(.unavailable(let why)): throw CallError(why)
        case nil: return nil
        default: throw CallError("'\(name)' is not a tensor")
        }
    }

    func tensor(_ name: String) throws -> ProgramTensor {
        guard let tensor = try optionalTensor(name) else { throw CallError("'\(name)' is missing") }
        return tensor
    }

    /// The first argument, whatever it is called.
    func first() throws -> ProgramTensor {
        guard let name = arguments.first?.name else { throw CallError("it has no arguments") }
        return try tensor(name)
    }

    func optionalTensors(_ name: String) throws -> [ProgramTensor?] {
        guard case .value(.tensors(let tensors)) = self[name] else {
            throw CallError("'\(name)' is not a list of tensors")
        }
        return tensors
    }

    func tensors(_ name: String) throws -> [ProgramTensor] {
        try optionalTensors(name).map { tensor in
            guard let tensor else { throw CallError("'\(name)' holds None") }
            return tensor
        }
    }

    /// A number, or nil where the argument is a tensor or not given.
    func optionalNumber(_ name: String) throws -> Double? {
        switch self[name] {
        case .value(.number(let number)), .float(let number): return number
        case .bool(let truth): return truth ? 1 : 0
        case .value(.tensor(let tensor)) where tensor.isScalar: return tensor.constant?.elements[0]
        case .value(.unavailable(let why)): throw CallError(why)
        default: return nil
        }
    }

    func number(_ name: String, default standard: Double? = nil) throws -> Double {
        if let number = try optionalNumber(name) { return number }
        guard let standard, !has(name) else { throw CallError("'\(name)' is not a number") }
        return standard
    }

    func int(_ name: String, default standard: Int? = nil) throws -> Int {
        let number = try number(name, default: standard.map { Double($0) })
        guard let int = Int(exactly: number) else { throw CallError("'\(name)' is \(number), not an integer") }
        return int
    }

    func bool(_ name: String, default standard: Bool) -> Bool {
        switch self[name] {
        case .bool(let truth): truth
        case .value(.number(let number)), .float(let number): number != 0
        default: standard
        }
    }

    /// Whether the argument is `True` or `False`, rather than a number.
    func isBool(_ name: String) -> Bool { if case .bool = self[name] { true } else { false } }

    /// Whether the argument is a number that is written as a float.
    func isFloat(_ name: String) -> Bool { if case .float = self[name] { true } else { false } }

    /// The first text, whatever its name.
    var firstString: String? {
        for argument in arguments { if case .string(let text) = argument.value { return text } }
        return nil
    }

    /// The tensors that it is given, lists of them included.
    var givenTensors: [ProgramTensor] {
        arguments.flatMap { argument -> [ProgramTensor] in
            switch argument.value {
            case .value(.tensor(let tensor)): [tensor]
            case .value(.tensors(let tensors)): tensors.compactMap { $0 }
            default: []
            }
        }
    }

    /// Why the first argument that is not worked out is not; nil where all are.
    var unavailable: String? {
        for argument in arguments { if case .value(.unavailable(let why)) = argument.value { return why } }
        return nil
    }

    /// Whether one of them is of complex numbers.
    var isComplex: Bool { givenTensors.contains { $0.complex != nil } }

    /// The same call with other tensors, in the order of `givenTensors`.
    func taking(_ tensor: (ProgramTensor) throws -> ProgramTensor) rethrows -> Call {
        Call(
            tracer, name: name,
            try arguments.map { argument in
                switch argument.value {
                case .value(.tensor(let own)): (argument.name, .value(.tensor(try tensor(own))))
                case .value(.tensors(let own)):
                    (argument.name, .value(.tensors(try own.map { try $0.map(tensor) })))
                default: argument
                }
            }, outputCount: outputCount)
    }

    func string(_ name: String) -> String? { if case .string(let text) = self[name] { text } else { nil } }

    func optionalNumbers(_ name: String) throws -> [Double]? {
        switch self[name] {
        case .numbers(let numbers): return numbers
        case .value(.number(let number)), .float(let number): return [number]
        case nil: return nil
        default: throw CallError("'\(name)' is not a list of numbers")
        }
    }

    func optionalInts(_ name: String) throws -> [Int]? {
        try optionalNumbers(name)?.map { number in
            guard let int = Int(exactly: number) else { throw CallError("'\(name)' holds \(number), not an integer") }
            return int
        }
    }

    func ints(_ name: String, default standard: [Int]? = nil) throws -> [Int] {
        if let ints = try optionalInts(name) { return ints }
        guard let standard else { throw CallError("'\(name)' is missing") }
        return standard
    }

    /// A type, as a number of `ScalarType` in the schema; nil where none is given.
    func dtype(_ name: String = "dtype") throws -> DType? {
        guard case .dtype(let dtype) = self[name] else { return nil }
        guard let dtype else { throw CallError("'\(name)' is a type that is not known") }
        return dtype
    }

    /// An extent for height and width each, of one number or two.
    func extent(_ name: String, default standard: Extent2d? = nil) throws -> Extent2d {
        let ints = try ints(name, default: standard.map { [$0.height, $0.width] } ?? nil)
        switch ints.count {
        case 0 where standard != nil: return standard ?? .square(1)
        case 1: return .square(ints[0])
        case 2: return Extent2d(height: ints[0], width: ints[1])
        default: throw CallError("'\(name)' has \(ints.count) extents, not two")
        }
    }

    // MARK: Axes

    /// An axis counted from the front; a scalar has one, too.
    func axis(_ axis: Int, rank: Int) throws -> Int {
        let found = axis < 0 ? axis + max(rank, 1) : axis
        guard 0..<max(rank, 1) ~= found else { throw CallError("a tensor of \(rank) dimensions has no axis \(axis)") }
        return found
    }

    /// - Throws: `CallError` for a scalar, which has no axes.
    func axis(_ name: String = "dim", of tensor: ProgramTensor, default standard: Int? = nil) throws -> Int {
        guard !tensor.isScalar else { throw CallError("it needs an axis of a scalar") }
        return try axis(try int(name, default: standard), rank: tensor.shape.count)
    }

    /// Axes counted from the front.
    /// - Throws: `CallError` for an axis of a scalar, which has none.
    func axes(_ numbers: [Int], of tensor: ProgramTensor) throws -> [Int] {
        guard numbers.isEmpty || !tensor.isScalar else { throw CallError("it needs an axis of a scalar") }
        return try numbers.map { try axis($0, rank: tensor.shape.count) }
    }

    // MARK: Values

    func value(_ tensor: ProgramTensor) throws -> Value { try tracer.value(tensor) }

    /// Records an operation of one value.
    func record(_ operation: Operation, _ tensor: ProgramTensor) throws -> ProgramTensor {
        tracer.tensor(try scope.record(operation, value(tensor)), tensor.dtype)
    }

    func result(_ value: Value) -> ProgramValue { .tensor(tracer.tensor(value)) }
}

extension Call {
    /// The number that stands at a position, whatever its name.
    func number(at position: Int) throws -> Double {
        guard position < arguments.count else { throw CallError("argument \(position) is missing") }
        switch arguments[position].value {
        case .value(.number(let number)), .float(let number): return number
        case .bool(let truth): return truth ? 1 : 0
        default: throw CallError("argument \(position) is not a number")
        }
    }
}
