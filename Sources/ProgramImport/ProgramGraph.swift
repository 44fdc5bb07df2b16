import CheckpointIO
import TensorCore

/// One graph of an exported program: `Graph` of `torch/_export/serde/schema.py`.
struct ProgramGraph: Sendable {
    var inputs: [ProgramArgument] = []
    var outputs: [ProgramArgument] = []
    /// In execution order.
    var calls: [ProgramCall] = []
    /// Type and extents of each tensor by its name, as they were when the program was exported.
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

    /// What the node is called: its first output.
    var name: String { outputs.lazy.compactMap(\.firstName).first ?? "" }
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

    var firstName: String? {
        switch self {
        case .tensor(let name): name
        case .tensors(let names): names.lazy.compactMap { $0 }.first
        case .symbol(.name(let name)): name
        default: nil
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
        /// A kind that is not known, by its name.
        case other(String)
    }

    enum Output: Sendable {
        case user(ProgramArgument)
        /// A buffer or an input that was changed, and what else no caller sees.
        case hidden
    }

    var inputs: [Input] = []
    var outputs: [Output] = []
}
