import Pickle
import TensorCore

/// A call by which PyTorch's pickles make a tensor of a storage, with its arguments told apart.
///
/// Source: `torch/_utils.py` of PyTorch 2.15.
struct TensorConstructor {
    let storage: PickleNodeID
    /// Where the first element is: in elements from the start of the part of the storage that is meant.
    let offset: Int
    let shape: [Int]
    let strides: [Int]
    let requiresGrad: Bool
    /// What the call says about the element type; else the storage's class does.
    let dtype: DType?

    /// - Parameter function: one that takes a storage.
    /// - Throws: `Flaw` for arguments that don't fit it.
    init(_ function: TensorFunction, _ arguments: PickleItems, in graph: borrowing PickleGraph) throws(Flaw) {
        var lists = SharedIntegers()
        try self.init(function, arguments, in: graph, &lists)
    }

    /// - Parameter lists: of shapes and strides met before.
    init(
        _ function: TensorFunction, _ arguments: PickleItems, in graph: borrowing PickleGraph,
        _ lists: inout SharedIntegers
    ) throws(Flaw) {
        let needed =
            switch function {
            case .version1: 4
            case .version2: 6
            default: 7
            }
        guard arguments.count >= needed else {
            throw Flaw("its constructor takes \(needed) arguments, found \(arguments.count)")
        }
        guard case .node(let storage) = arguments[0] else { throw Flaw("its storage is not a persistent id") }
        self.storage = storage
        self.offset = try Self.integer(arguments[1], "offset", in: graph)
        self.shape = try Self.integers(arguments[2], "size", in: graph, &lists)
        self.strides = try Self.integers(arguments[3], "stride", in: graph, &lists)
        switch function {
        case .version1: requiresGrad = false
        case .quantized: requiresGrad = try Self.flag(arguments[5])
        default: requiresGrad = try Self.flag(arguments[4])
        }
        self.dtype = function == .version3 ? try Self.dtype(arguments[6], in: graph) : nil
    }

    struct Flaw: Error, Equatable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    static func flag(_ value: PickleValue) throws(Flaw) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .int(let number): return number != 0
        default: throw Flaw("its requires_grad is not a bool")
        }
    }

    static func dtype(_ value: PickleValue, in graph: PickleGraph) throws(Flaw) -> DType {
        guard let name = graph.global(value)?.qualifiedName else { throw Flaw("its dtype is not a global") }
        guard let dtype = DType(torchName: name) else { throw Flaw("its dtype \(name) is not known") }
        return dtype
    }

    static func integer(_ value: PickleValue, _ what: String, in graph: PickleGraph) throws(Flaw) -> Int {
        guard let number = graph.integer(value), let number = Int(exactly: number) else {
            throw Flaw("its \(what) is not an integer of 64 bits")
        }
        return number
    }

    /// A tuple, a list or a `torch.Size`.
    static func integers(_ value: PickleValue, _ what: String, in graph: PickleGraph) throws(Flaw) -> [Int] {
        var lists = SharedIntegers()
        return try integers(value, what, in: graph, &lists)
    }

    private static func integers(
        _ value: PickleValue, _ what: String, in graph: PickleGraph, _ lists: inout SharedIntegers
    ) throws(Flaw) -> [Int] {
        if let items = graph.items(ofTuple: value) {
            if let list = lists.list(items) { return list }
            throw Flaw("its \(what) is not an integer of 64 bits")
        }
        var value = value
        if let object = graph.object(value), graph.callee(of: object)?.qualifiedName == "torch.Size",
            let argument = graph.arguments(of: object).first
        {
            value = argument
        }
        guard let items = graph.sequence(value) else { throw Flaw("its \(what) is not a tuple") }
        var numbers: [Int] = []
        for item in items { numbers.append(try integer(item, what, in: graph)) }
        return numbers
    }
}
