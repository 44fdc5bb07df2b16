import CheckpointIO
import JSON

/// Reads the JSON of an exported program, without a tree of its own: a program of 300 calls is a megabyte, most of it
/// stack traces and strides.
struct ProgramReader {
    private(set) var graph = ProgramGraph()
    private(set) var signature = ProgramSignature()
    /// Paths of all modules, a container before what is in it.
    private(set) var modules: [String] = []
    private(set) var torchVersion: String?

    /// - Parameter reader: at the document's beginning.
    init(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let name = try reader.nextName() {
            switch name {
            case "graph_module": try readModule(&reader)
            case "torch_version": torchVersion = try reader.string()
            default: try reader.skipValue()
            }
        }
        try reader.finish()
    }

    private mutating func readModule(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let name = try reader.nextName() {
            switch name {
            case "graph": graph = try Self.graph(&reader)
            case "signature": signature = try Self.signature(&reader)
            case "module_call_graph":
                try reader.beginArray()
                while try reader.nextElement() {
                    try reader.forEachField { (name, reader) throws(JSONError) in
                        if name == "fqn" { modules.append(try reader.string()) } else { try reader.skipValue() }
                    }
                }
            default: try reader.skipValue()
            }
        }
    }

    // MARK: Graphs

    private static func graph(_ reader: inout JSONReader) throws(JSONError) -> ProgramGraph {
        var graph = ProgramGraph()
        // Only inputs need their type and extents, and outputs their type. As a rule they are named first, and the rest is
        // read over.
        var wanted: Set<String>?
        try reader.forEachField { (name, reader) throws(JSONError) in
            switch name {
            case "inputs":
                graph.inputs = try arguments(&reader)
                wanted = Set((graph.inputs + graph.outputs).flatMap(\.names))
            case "outputs":
                graph.outputs = try arguments(&reader)
                wanted?.formUnion(graph.outputs.flatMap(\.names))
            case "nodes":
                try reader.beginArray()
                while try reader.nextElement() { graph.calls.append(try call(&reader)) }
            case "tensor_values":
                try reader.beginObject()
                while let name = try reader.nextName() {
                    if wanted?.contains(name) ?? true {
                        graph.tensors[name] = try ProgramTensorMeta(&reader)
                    } else {
                        try reader.skipValue()
                    }
                }
            default: try reader.skipValue()
            }
        }
        return graph
    }

    private static func call(_ reader: inout JSONReader) throws(JSONError) -> ProgramCall {
        var call = ProgramCall()
        try reader.forEachField { (name, reader) throws(JSONError) in
            switch name {
            case "target": call.target = try reader.string()
            case "name": call.ownName = try reader.isNull() ? nil : reader.string()
            case "inputs":
                try reader.beginArray()
                while try reader.nextElement() {
                    var input: (name: String, value: ProgramArgument) = ("", .none)
                    try reader.forEachField { (name, reader) throws(JSONError) in
                        switch name {
                        case "name": input.name = try reader.string()
                        case "arg": input.value = try argument(&reader)
                        default: try reader.skipValue()
                        }
                    }
                    call.inputs.append(input)
                }
            case "outputs": call.outputs = try arguments(&reader)
            case "metadata":
                try reader.forEachField { (name, reader) throws(JSONError) in
                    switch name {
                    case "nn_module_stack": call.modules = try reader.string()
                    case "stack_trace":
                        call.stackTrace = reader.offset
                        try reader.skipString()
                    default: try reader.skipValue()
                    }
                }
            default: try reader.skipValue()
            }
        }
        return call
    }

    // MARK: Arguments

    private static func arguments(_ reader: inout JSONReader) throws(JSONError) -> [ProgramArgument] {
        try reader.array { (reader) throws(JSONError) in try argument(&reader) }
    }

    /// A union: an object whose only field says what it is.
    private static func argument(_ reader: inout JSONReader) throws(JSONError) -> ProgramArgument {
        var found = ProgramArgument.none
        try reader.forEachField { (kind, reader) throws(JSONError) in
            switch kind {
            case "as_none":
                try reader.skipValue()
                found = .none
            case "as_tensor": found = .tensor(try Self.name(&reader))
            case "as_tensors":
                found = .tensors(try reader.array { (reader) throws(JSONError) in try Self.name(&reader) })
            case "as_optional_tensor": found = try argument(&reader)
            case "as_optional_tensors":
                found = .tensors(
                    try reader.array { (reader) throws(JSONError) in
                        if case .tensor(let name) = try argument(&reader) { name } else { nil }
                    })
            case "as_int": found = .int(try reader.integer())
            case "as_ints": found = .ints(try reader.array { (reader) throws(JSONError) in try reader.integer() })
            case "as_float": found = .float(try reader.number())
            case "as_floats":
                found = .floats(try reader.array { (reader) throws(JSONError) in try reader.number() })
            case "as_bool": found = .bool(try reader.value() == .bool(true))
            case "as_bools":
                found = .bools(try reader.array { (reader) throws(JSONError) in try reader.value() == .bool(true) })
            case "as_string": found = .string(try reader.string())
            case "as_strings":
                found = .strings(try reader.array { (reader) throws(JSONError) in try reader.string() })
            case "as_sym_int", "as_sym_float", "as_sym_bool": found = .symbol(try symbol(&reader))
            case "as_sym_ints", "as_sym_floats", "as_sym_bools":
                found = .symbols(try reader.array { (reader) throws(JSONError) in try symbol(&reader) })
            case "as_operator": found = .operatorName(try reader.string())
            case "as_scalar_type": found = .scalarType(try reader.integer())
            case "as_graph":
                try reader.forEachField { (name, reader) throws(JSONError) in
                    if name == "graph" { found = .graph(try graph(&reader)) } else { try reader.skipValue() }
                }
            case "as_memory_format", "as_layout", "as_device":
                try reader.skipValue()
                found = .ignored
            default:
                try reader.skipValue()
                found = .other(String(kind.drop { $0 != "_" }.dropFirst()))
            }
        }
        return found
    }

    /// `{"name": …}`
    private static func name(_ reader: inout JSONReader) throws(JSONError) -> String {
        var name = ""
        try reader.forEachField { (field, reader) throws(JSONError) in
            if field == "name" { name = try reader.string() } else { try reader.skipValue() }
        }
        return name
    }

    private static func symbol(_ reader: inout JSONReader) throws(JSONError) -> ProgramArgument.Symbol {
        var symbol = ProgramArgument.Symbol.number(0)
        try reader.forEachField { (kind, reader) throws(JSONError) in
            switch kind {
            case "as_name": symbol = .name(try reader.string())
            case "as_int": symbol = .number(Double(try reader.integer()))
            case "as_float": symbol = .number(try reader.number())
            case "as_bool": symbol = .number(try reader.value() == .bool(true) ? 1 : 0)
            default: try reader.skipValue()
            }
        }
        return symbol
    }

    // MARK: Signature

    private static func signature(_ reader: inout JSONReader) throws(JSONError) -> ProgramSignature {
        var signature = ProgramSignature()
        try reader.forEachField { (name, reader) throws(JSONError) in
            switch name {
            case "input_specs":
                signature.inputs = try reader.array { (reader) throws(JSONError) in
                    var input = ProgramSignature.Input.other("")
                    try reader.forEachField { (kind, reader) throws(JSONError) in
                        input = try Self.input(kind, &reader)
                    }
                    return input
                }
            case "output_specs":
                signature.outputs = try reader.array { (reader) throws(JSONError) in
                    var output = ProgramSignature.Output.hidden(nil)
                    try reader.forEachField { (kind, reader) throws(JSONError) in
                        try reader.forEachField { (name, reader) throws(JSONError) in
                            switch (name, kind) {
                            case ("arg", "user_output"): output = .user(try argument(&reader))
                            case ("arg", _): output = .hidden(try Self.name(&reader))
                            default: try reader.skipValue()
                            }
                        }
                    }
                    return output
                }
            default: try reader.skipValue()
            }
        }
        return signature
    }

    private static func input(
        _ kind: String, _ reader: inout JSONReader
    ) throws(JSONError) -> ProgramSignature.Input {
        var (argument, key, isPersistent) = ("", "", true)
        var user = ProgramArgument.none
        try reader.forEachField { (name, reader) throws(JSONError) in
            switch name {
            case "arg" where kind == "user_input": user = try Self.argument(&reader)
            case "arg": argument = try Self.name(&reader)
            case "parameter_name", "buffer_name", "tensor_constant_name", "name": key = try reader.string()
            case "persistent": isPersistent = try reader.value() == .bool(true)
            default: try reader.skipValue()
            }
        }
        switch kind {
        case "user_input": return .user(user)
        case "parameter": return .parameter(argument: argument, key: key)
        case "buffer": return .buffer(argument: argument, key: key, isPersistent: isPersistent)
        case "tensor_constant": return .constant(argument: argument, key: key)
        case "constant_input": return .fixed(name: key)
        case "token": return .token(argument: argument)
        default: return .other(kind)
        }
    }
}

extension JSONReader {
    /// Calls `body` with the name of each field of an object; it reads the value.
    fileprivate mutating func forEachField(
        _ body: (String, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try beginObject()
        while let name = try nextName() { try body(name, &self) }
    }

    fileprivate mutating func array<Element>(
        _ element: (inout JSONReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        var elements: [Element] = []
        try beginArray()
        while try nextElement() { elements.append(try element(&self)) }
        return elements
    }

    /// A number, or one that JSON has no digits for, which PyTorch writes as a text.
    fileprivate mutating func number() throws(JSONError) -> Double {
        switch try value() {
        case .int(let number): return Double(number)
        case .number(let number): return number
        case .digits(let digits): return Double(digits) ?? .infinity
        case .string("Infinity"), .string("inf"): return .infinity
        case .string("-Infinity"), .string("-inf"): return -.infinity
        case .string("NaN"), .string("nan"): return .nan
        default: throw JSONError(offset: offset, .unexpected(found: nil, expected: "a number"))
        }
    }
}
