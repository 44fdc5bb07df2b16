import Pickle
import TensorCore

/// A call by which PyTorch's pickles make a tensor, with its arguments told apart.
///
/// Source: `torch/_utils.py` and `torch/_tensor.py` of PyTorch 2.15.
struct TensorConstructor {
    let storage: PickleNodeID
    /// In elements; from the start of the storage's part that is meant.
    let offset: Int
    let shape: [Int]
    let strides: [Int]
    let requiresGrad: Bool
    /// What the call says about the element type; else the storage's class does.
    let dtype: DType?

    /// The functions that make a strided tensor of a storage.
    enum Function: UInt8 {
        /// `(storage, offset, size, stride)`
        case version1
        /// `(storage, offset, size, stride, requires_grad, hooks[, metadata])`
        case version2
        /// `(storage, offset, size, stride, requires_grad, hooks, dtype[, metadata])`
        case version3
        /// `(data, requires_grad, hooks[, state])`
        case parameter
        /// `(function, type, arguments, state)`
        case fromType

        /// Whether it makes a tensor of a storage, rather than of another tensor.
        var isStrided: Bool {
            switch self {
            case .version1, .version2, .version3: true
            case .parameter, .fromType: false
            }
        }

        init?(_ name: String) {
            switch name {
            case "torch._utils._rebuild_tensor": self = .version1
            case "torch._utils._rebuild_tensor_v2": self = .version2
            case "torch._utils._rebuild_tensor_v3": self = .version3
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state": self = .parameter
            case "torch._tensor._rebuild_from_type_v2": self = .fromType
            default: return nil
            }
        }
    }

    /// - Parameter function: one of the three versions.
    /// - Throws: `Flaw` for arguments that don't fit it.
    init(_ function: Function, _ arguments: PickleItems, in graph: PickleGraph) throws(Flaw) {
        let needed =
            switch function {
            case .version1: 4
            case .version2: 6
            default: 7
            }
        guard arguments.count >= needed else {
            throw Flaw("its constructor takes \(needed) arguments, found \(arguments.count)")
        }
        guard case .node(let storage) = arguments[0], graph.payload(ofPersistentID: storage) != nil else {
            throw Flaw("its storage is no persistent id")
        }
        self.storage = storage
        self.offset = try Self.integer(arguments[1], "offset", in: graph)
        self.shape = try Self.integers(arguments[2], "size", in: graph)
        self.strides = try Self.integers(arguments[3], "stride", in: graph)
        self.requiresGrad = function == .version1 ? false : try Self.flag(arguments[4])
        if function == .version3 {
            guard let name = graph.global(arguments[6])?.qualifiedName else { throw Flaw("its dtype is no global") }
            guard let dtype = DType(torchName: name) else { throw Flaw("its dtype \(name) is not known") }
            self.dtype = dtype
        } else {
            self.dtype = nil
        }
    }

    struct Flaw: Error, Equatable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    static func flag(_ value: PickleValue) throws(Flaw) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .int(let number): return number != 0
        default: throw Flaw("its requires_grad is no bool")
        }
    }

    private static func integer(
        _ value: PickleValue, _ what: String, in graph: PickleGraph
    ) throws(Flaw) -> Int {
        guard let number = graph.integer(value), let number = Int(exactly: number) else {
            throw Flaw("its \(what) is no integer of 64 bits")
        }
        return number
    }

    /// A tuple, a list or a `torch.Size`.
    private static func integers(
        _ value: PickleValue, _ what: String, in graph: PickleGraph
    ) throws(Flaw) -> [Int] {
        if let items = graph.items(ofTuple: value) { return try integers(items, what, in: graph) }
        var value = value
        if let object = graph.object(value), graph.callee(of: object)?.qualifiedName == "torch.Size",
            let argument = graph.arguments(of: object).first
        {
            value = argument
        }
        guard let items = graph.sequence(value) else { throw Flaw("its \(what) is no tuple") }
        return try integers(items, what, in: graph)
    }

    private static func integers(
        _ items: some Collection<PickleValue>, _ what: String, in graph: PickleGraph
    ) throws(Flaw) -> [Int] {
        var numbers: [Int] = []
        numbers.reserveCapacity(items.count)
        for item in items { numbers.append(try integer(item, what, in: graph)) }
        return numbers
    }
}
