import ByteIO
import CheckpointIO
import ModelGraph
import TensorCore

/// Walks over a program's calls and records what each computes.
struct ProgramImporter {
    private let program: ExportedProgram
    private let options: ExportedProgram.Options
    let tracer: Tracer
    private let inputs: [GraphInput]
    /// What the names stand for.
    private var values: [String: ProgramValue] = [:]
    /// The graphs that are being walked over: the program's, then those of wrappers.
    private var walks: [GraphWalk] = []
    /// The modules that the call at hand is in, each with the place where it began.
    private var openModules: [OpenModule] = []
    /// The text that named them, if it was that of a call of the same graph.
    private var entered: String?

    init(_ program: ExportedProgram, _ options: ExportedProgram.Options) throws(ImportError) {
        self.program = program
        self.options = options
        inputs = try program.inputs(options)
        do {
            for input in inputs { try requireSize(input.shape) }
            try requireSize(inputs.packedShape)
        } catch {
            throw .signature("the input of the program: \(error)")
        }
        tracer = Tracer(GraphBuilder(inputs: inputs))
    }

    mutating func graph() throws -> Graph {
        _ = try program.outputArgument(outputIndex)
        try checkTargets()
        try bindInputs()
        try walk(program.graph)
        let output = try output()
        tracer.scope = tracer.builder.root
        tracer.scope.output(output)
        return tracer.builder.finish(output)
    }

    mutating func parameters() throws -> [ParameterSpec] {
        try bindInputs()
        return tracer.builder.finish(tracer.builder.input).parameters
    }

    /// - Throws: `ImportError.unknownCall` for the first call that is not known.
    private func checkTargets() throws(ImportError) {
        var unknown: [String: ProgramCall] = [:]
        var first: ProgramCall?
        program.graph.forEachCall { call in
            guard ATenCalls.find(call.target) == nil, unknown[call.target] == nil else { return }
            unknown[call.target] = call
            first = first ?? call
        }
        guard let first else { return }
        throw .unknownCall(
            target: first.target, node: first.name, source: program.source(of: first), others: unknown.count - 1)
    }

    // MARK: Inputs and outputs

    private mutating func bindInputs() throws {
        let entries = try program.entries()
        let tensors = Dictionary(program.checkpoint.tensors.map { ($0.key, $0.tensor) }) { first, _ in first }
        var positions: [TensorPlace: Int] = [:]
        for entry in program.stateDict(entries) {
            let stored = tensors[entry.key]
            let shared = stored.flatMap { positions[TensorPlace($0)] }
            let isOne = shared.map { tracer.builder.isParameter($0, entry.shape) } ?? false
            let position: Int
            if entry.kind == .buffer, !entry.dtype.isFloatingPoint, entry.key.leaf != "num_batches_tracked", let stored
            {
                // Indices and masks: what the program has, whatever a checkpoint says.
                let constant = try constant(entry, stored)
                let table = try tracer.table(constant)
                position = try tracer.builder.root.declare(entry.key.text, computed: table)
                values[entry.argument] = .tensor(ProgramTensor(constant))
            } else {
                position = try tracer.builder.root.declare(
                    entry.key.text, entry.shape, dtype: entry.dtype,
                    role: entry.kind == .parameter ? .parameter : .buffer,
                    sharing: isOne ? shared : nil)
                values[entry.argument] =
                    entry.dtype.isComplex
                    ? .unavailable("it takes '\(entry.key)', which is \(entry.dtype): weights and buffers may not be")
                    : .tensor(
                        ProgramTensor(
                            parameter: isOne ? shared ?? position : position, shape: entry.shape, dtype: entry.dtype))
            }
            if let stored, !isOne { positions[TensorPlace(stored)] = position }
        }
        for entry in entries where entry.kind == .constant {
            guard let stored = tensors[entry.key] else {
                throw ImportError.signature("the file holds no constant '\(entry.key)'")
            }
            values[entry.argument] = .tensor(
                try entry.dtype.isComplex
                    ? ProgramTensor(.pairs(complexPairs(entry, stored)), shape: entry.shape)
                    : ProgramTensor(constant(entry, stored)))
        }
        for case .token(let name) in program.signature.inputs { values[name] = ATenCalls.token }
        for (number, input) in try program.inputs().enumerated() {
            // What is computed of floats is float32, whatever width they have.
            let dtype = input.isDiscrete ? input.dtype : .float32
            values[input.name] = .tensor(tracer.tensor(try self.input(number), dtype))
        }
    }

    /// An input of the program as a value of the graph, which takes all in one tensor.
    private func input(_ number: Int) throws -> Value {
        let (whole, scope) = (tracer.builder.input, tracer.builder.root)
        guard inputs.count > 1 else { return whole }
        let range = inputs.ranges[number]
        let part = try scope.applying(.slice(axis: 0, start: range.lowerBound, count: range.count, step: 1), to: whole)
        return try scope.applying(.reshape(inputs[number].shape), to: part)
    }

    private func output() throws -> Value {
        let name = try program.outputArgument(outputIndex)
        guard case .tensor(let tensor)? = values[name] else {
            throw failure("output \(outputIndex) of the program is not a tensor", ofMakerOf: name)
        }
        guard tensor.complex == nil else {
            throw failure(
                "output \(outputIndex) of the program is of complex numbers; those of view_as_real are compared",
                ofMakerOf: name)
        }
        do { return try tracer.value(tensor) } catch {
            throw failure("output \(outputIndex) of the program: \(CallError(error).problem)", ofMakerOf: name)
        }
    }

    private var outputIndex: Int { program.outputIndex(options.output) }

    /// What is wrong with a value, as an error of the call that gives it.
    private func failure(_ problem: String, ofMakerOf name: String) -> ImportError {
        guard let call = program.graph.calls.last(where: { $0.outputs.contains { $0.names.contains(name) } }) else {
            return .signature(problem)
        }
        return .call(target: call.target, node: call.name, source: program.source(of: call), problem: problem)
    }

    // MARK: Calls

    private mutating func run(_ call: ProgramCall) throws {
        do {
            try enter(call.modules)
            if let branches = ATenCalls.branches(of: call) {
                try run(branches, outputs: call.outputs)
            } else if let graph = ATenCalls.innerGraph(of: call) {
                try run(graph.graph, with: graph.arguments, outputs: call.outputs)
            } else if let lowering = ATenCalls.find(call.target) {
                let results = try lowering.run(
                    Call(
                        tracer, name: lowering.name, try arguments(call),
                        outputCount: walks.last?.readOutputs(of: call) ?? call.outputs.count))
                try bind(results, to: call.outputs)
            }
        } catch ImportError.tooLarge(let elements, let limit) {
            throw ImportError.call(
                target: call.target, node: call.name, source: program.source(of: call),
                problem: "it asks for constants of \(elements) elements, the limit is \(limit)")
        } catch let error as ImportError {
            throw error
        } catch {
            throw ImportError.call(
                target: call.target, node: call.name, source: program.source(of: call),
                problem: CallError(error).problem)
        }
    }

    /// Runs the graph of a wrapper in its place.
    private mutating func run(
        _ graph: ProgramGraph, with arguments: [ProgramArgument], outputs: [ProgramArgument]
    ) throws {
        try bind(results(of: graph, with: arguments), to: outputs)
    }

    private mutating func results(
        of graph: ProgramGraph, with arguments: [ProgramArgument]
    ) throws -> [ProgramValue] {
        guard arguments.count == graph.inputs.count else {
            throw CallError("it gives \(arguments.count) arguments to a graph of \(graph.inputs.count)")
        }
        let given = try arguments.map(value)
        let outer = values
        values = [:]
        for (input, value) in zip(graph.inputs, given) { values[input.firstName ?? ""] = value }
        try walk(graph)
        let results = try graph.outputs.map(value)
        values = outer
        return results
    }

    /// Runs the branch that a condition takes; of a condition that depends on the input both, and chooses of each result.
    private mutating func run(_ branches: ConditionalBranches, outputs: [ProgramArgument]) throws {
        let condition: ProgramTensor
        switch try value(branches.condition) {
        case .number(let number): condition = ProgramTensor(ConstantTensor(scalar: number, .bool))
        case .tensor(let tensor) where tensor.count == 1: condition = tensor
        default: throw CallError("its condition is not a boolean")
        }
        if let known = condition.constant {
            let branch = known.elements[0] != 0 ? branches.ifTrue : branches.ifFalse
            return try bind(results(of: branch, with: branches.arguments), to: outputs)
        }
        let both = try [branches.ifTrue, branches.ifFalse].map { try results(of: $0, with: branches.arguments) }
        guard both[0].count == both[1].count else { throw CallError("its branches give different numbers of results") }
        let chooser = Call(tracer, name: "cond", [], outputCount: outputs.count)
        let truth = try chooser.reshaped(condition, [])
        try bind(
            zip(both[0], both[1]).map { yes, no in
                guard case .tensor(let yes) = yes, case .tensor(let no) = no, yes.shape == no.shape else {
                    throw CallError("its branches give results that are not tensors of one shape")
                }
                return .tensor(try chooser.chosen(truth, .tensor(yes), .tensor(no)))
            }, to: outputs)
    }

    private mutating func bind(_ results: [ProgramValue], to outputs: [ProgramArgument]) throws {
        guard results.allSatisfy({ $0.depth <= ProgramTensor.mostViews }) else {
            throw CallError("it gives a view of more than \(ProgramTensor.mostViews) views")
        }
        // One list for what the node names one by one, or the other way round.
        var results = results
        if outputs.count == 1, case .tensors = outputs[0], results.count != 1 || !results[0].isList {
            results = [.tensors(results.map { if case .tensor(let tensor) = $0 { tensor } else { nil } })]
        }
        for (position, output) in outputs.enumerated() {
            let result = position < results.count ? results[position] : .unavailable("a result that is not worked out")
            switch output {
            case .tensor(let name), .symbol(.name(let name)):
                values[name] = result
            case .tensors(let names):
                guard case .tensors(let tensors) = result, tensors.count >= names.count else {
                    throw CallError("it gives fewer tensors than the \(names.count) that the node names")
                }
                for (name, tensor) in zip(names, tensors) {
                    guard let name, let tensor else { continue }
                    values[name] = .tensor(tensor)
                }
            default: break
            }
        }
    }

    private func arguments(_ call: ProgramCall) throws -> [(name: String, value: Call.Argument)] {
        try call.inputs.map { ($0.name, try argument($0.value)) }
    }

    private func argument(_ argument: ProgramArgument) throws -> Call.Argument {
        switch argument {
        case .none, .tensor, .tensors, .int, .symbol: .value(try value(argument))
        case .float(let number): .float(number)
        case .ints(let numbers): .numbers(numbers.map { Double($0) })
        case .floats(let numbers): .numbers(numbers)
        case .bool(let truth): .bool(truth)
        case .bools(let truths): .numbers(truths.map { $0 ? 1 : 0 })
        case .string(let text), .operatorName(let text): .string(text)
        case .symbols(let symbols): .numbers(try symbols.map(number))
        case .scalarType(let number): .dtype(DType(scalarType: number))
        case .strings, .ignored, .graph, .other: .ignored
        }
    }

    private func value(_ argument: ProgramArgument) throws -> ProgramValue {
        switch argument {
        case .none: return .none
        case .tensor(let name):
            guard let value = values[name] else { throw CallError("nothing is called '\(name)'") }
            return value
        case .tensors(let names):
            return .tensors(
                try names.map { name in
                    guard let name else { return nil }
                    guard case .tensor(let tensor)? = values[name] else { throw CallError("'\(name)' is not a tensor") }
                    return tensor
                })
        case .int(let number): return .number(Double(number))
        case .float(let number): return .number(number)
        case .bool(let truth): return .number(truth ? 1 : 0)
        case .symbol(.name(let name)):
            if case .unavailable(let why)? = values[name] { return .unavailable(why) }
            return .number(try number(.name(name)))
        case .symbol(let symbol): return .number(try number(symbol))
        default: return .unavailable("an argument that is neither a tensor nor a number")
        }
    }

    private func number(_ symbol: ProgramArgument.Symbol) throws -> Double {
        switch symbol {
        case .number(let number): return number
        case .name(let name):
            switch values[name] {
            case .number(let number): return number
            case .tensor(let tensor) where tensor.count == 1:
                if let known = tensor.constant { return known.elements[0] }
            default: break
            }
            throw CallError("the number '\(name)' depends on the input")
        }
    }

    // MARK: Modules

    /// Runs a graph's calls. Modules that begin in it end in it.
    private mutating func walk(_ graph: ProgramGraph) throws {
        walks.append(GraphWalk(graph))
        entered = nil
        for (position, call) in graph.calls.enumerated() {
            walks[walks.count - 1].position = position
            try run(call)
        }
        walks[walks.count - 1].position = graph.calls.count
        let outer = openModules.prefix { $0.walk < walks.count - 1 }
        try enter(outer.map { ($0.key, $0.path) })
        walks.removeLast()
        entered = nil
    }

    /// Moves to the modules that a call names.
    private mutating func enter(_ modules: String) throws {
        guard modules != entered else { return }
        try enter(ProgramCall.stack(modules))
        entered = modules
    }

    /// Moves to another place in the tree of modules; those that are left have given their output.
    private mutating func enter(_ stack: [(key: String, path: String)]) throws {
        var shared = 0
        while shared < min(stack.count, openModules.count), stack[shared].key == openModules[shared].key { shared += 1 }
        while openModules.count > shared {
            let module = openModules.removeLast()
            guard !module.path.isEmpty, module.walk == walks.count - 1, let output = try output(of: module) else {
                continue
            }
            tracer.builder.root(module.path).output(output)
        }
        for module in stack[shared...] {
            openModules.append(
                OpenModule(
                    key: module.key, path: module.path, walk: walks.count - 1, start: walks.last?.position ?? 0))
        }
        let path = stack.last?.path ?? ""
        tracer.scope = path.isEmpty ? tracer.builder.root : tracer.builder.root(path)
    }

    /// The only value of a module that is used outside of it; nil where there is none, or where there are several, whose
    /// order nothing tells.
    private func output(of module: OpenModule) throws -> Value? {
        guard let walk = walks.last else { return nil }
        var found: ProgramTensor?
        for name in walk.namesReadLater(from: module.start) {
            guard case .tensor(let tensor)? = values[name], tensor.constant == nil, tensor.dtype.isFloatingPoint else {
                continue
            }
            if let found, found !== tensor { return nil }
            found = tensor
        }
        return try found.map { try tracer.value($0) }
    }
}

/// Where a tensor's elements are: tensors of one place are one parameter.
private struct TensorPlace: Hashable {
    let storage: ObjectIdentifier
    let layout: StridedLayout
    let dtype: DType

    init(_ tensor: LazyTensor) {
        storage = ObjectIdentifier(tensor.storage)
        (layout, dtype) = (tensor.layout, tensor.dtype)
    }
}

/// A module that a graph's calls are in.
private struct OpenModule {
    let key, path: String
    /// The graph in which it began, and at which call.
    let walk, start: Int
}

extension ProgramCall {
    /// The modules of `nn_module_stack`, outermost first.
    /// - Parameter text: `KEY,PATH,CLASS` each, joined by `;`.
    fileprivate static func stack(_ text: String) -> [(key: String, path: String)] {
        var text = text
        return text.withUTF8 { utf8 in
            utf8.split(separator: UInt8(ascii: ";")).map { entry in
                let parts = entry.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
                // A module that is called again has "@1" there.
                let path = parts.count > 1 ? parts[1].prefix { $0 != UInt8(ascii: "@") } : entry.prefix(0)
                return (String(decoding: parts[0], as: UTF8.self), String(decoding: path, as: UTF8.self))
            }
        }
    }
}

extension ProgramValue {
    fileprivate var isList: Bool { if case .tensors = self { true } else { false } }

    /// The largest of its tensors' depths.
    fileprivate var depth: Int {
        switch self {
        case .tensor(let tensor): tensor.depth
        case .tensors(let tensors): tensors.lazy.compactMap { $0?.depth }.max() ?? 0
        case .number, .none, .unavailable: 0
        }
    }
}

extension ProgramTensor {
    fileprivate var count: Int { shape.reduce(1, *) }
}
