import CheckpointIO
import TensorCore

/// One graph of an exported program: `Graph` of `torch/_export/serde/schema.py`.
struct ProgramGraph: Sendable {
    var inputs: [ProgramArgument] = []
    var outputs: [ProgramArgument] = []
    /// The calls, in execution order.
    var calls: [ProgramCall] = []
    /// Type and extents of inputs and outputs by their names, as they were when the program was exported.
    var tensors: [String: ProgramTensorMeta] = [:]
}

/// A node of the graph: a call of an operator.
struct ProgramCall: Sendable {
    /// The operator, e.g. `torch.ops.aten.conv2d.default`.
    var target = ""
    var inputs: [(name: String, value: ProgramArgument)] = []
    var outputs: [ProgramArgument] = []
    /// The modules that it runs in, outermost first: `KEY,PATH,CLASS` each, joined by `;`.
    var modules = ""
    /// Where its stack trace begins in the text; nil without one.
    var stackTrace: Int?

    /// The node's name as the file states it; nil in files of PyTorch before 2.8.
    var ownName: String?

    /// The node's name, else that of its first output.
    var name: String { ownName ?? outputs.lazy.compactMap(\.firstName).first ?? "" }
}

/// What is given to a call, or comes of it.
indirect enum ProgramArgument: Sendable {
    case none
    case tensor(String)
    /// nil for a tensor that is None.
    case tensors([String?])
    case int(Int)
    case ints([Int])
    case float(Double)
    case floats([Double])
    case bool(Bool)
    case bools([Bool])
    case string(String)
    /// The target of another call.
    case operatorName(String)
    case strings([String])
    /// Results of other nodes, by name, and numbers.
    case symbols([Symbol])
    case symbol(Symbol)
    case scalarType(Int)
    case graph(ProgramGraph)
    /// What has no meaning here: a memory format, a layout, a device.
    case ignored
    /// A kind that is not known, by its name.
    case other(String)

    enum Symbol: Sendable {
        case name(String)
        case number(Double)
    }

    var firstName: String? { names.first }

    /// The values that it is made of.
    var names: [String] {
        switch self {
        case .tensor(let name), .symbol(.name(let name)): [name]
        case .tensors(let names): names.compactMap { $0 }
        case .symbols(let symbols): symbols.compactMap { if case .name(let name) = $0 { name } else { nil } }
        default: []
        }
    }
}

/// What the inputs and outputs of the outermost graph are.
struct ProgramSignature: Sendable {
    enum Input: Sendable {
        case user(ProgramArgument)
        case parameter(argument: String, key: String)
        case buffer(argument: String, key: String, isPersistent: Bool)
        case constant(argument: String, key: String)
        /// An argument of `forward` that is a number or a text.
        case fixed(name: String)
        /// What keeps calls with effects in order.
        case token(argument: String)
        /// A kind that is not known, by its name.
        case other(String)
    }

    enum Output: Sendable {
        case user(ProgramArgument)
        /// A buffer or an input that was changed, and what else no caller sees, by the name of its value.
        case hidden(String?)
    }

    var inputs: [Input] = []
    var outputs: [Output] = []
}
