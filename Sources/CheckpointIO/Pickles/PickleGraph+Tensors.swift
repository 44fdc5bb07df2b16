import Pickle
import TensorCore

/// What a pickle calls to make tensors of one element type, as today's `torch.save` writes it.
///
/// Source: `Tensor.__reduce_ex__` in `torch/_tensor.py` and `persistent_id` in `torch/serialization.py`, 2.15.
struct TensorGlobals {
    let dtype: DType
    /// The class of the storage. Types without one of their own live in an `UntypedStorage`.
    let storageClass: PickleNodeID
    /// What the storage's class says of the element type; where it is nil the tensor says it, and the storage counts
    /// bytes.
    let declaredType: DType?
    fileprivate let function: PickleNodeID
    fileprivate let orderedDict: PickleNodeID
    fileprivate let typeName: PickleNodeID?

    init(_ dtype: DType, in graph: inout PickleGraph) {
        self.dtype = dtype
        declaredType = StorageClass.declaredType(of: dtype)
        orderedDict = graph.global(module: "collections", name: "OrderedDict")
        if let name = StorageClass.name(of: dtype) {
            storageClass = graph.global(module: "torch", name: name)
            function = graph.global(module: "torch._utils", name: "_rebuild_tensor_v2")
            typeName = nil
        } else {
            storageClass = graph.global(module: "torch.storage", name: "UntypedStorage")
            function = graph.global(module: "torch._utils", name: "_rebuild_tensor_v3")
            typeName = graph.global(module: "torch", name: dtype.rawValue)
        }
    }

    /// The width in bytes of what the storage counts.
    var storageUnit: Int { declaredType?.byteWidth ?? 1 }
}

extension PickleGraph {
    /// The call that makes a tensor of the storage that the persistent id `storage` names.
    mutating func tensor(
        _ globals: TensorGlobals, of storage: PickleNodeID, shape: [Int], strides: [Int], offset: Int = 0,
        requiresGrad: Bool = false
    ) -> PickleNodeID {
        let shape = tuple(shape.map { .int(Int64($0)) })
        let strides = tuple(strides.map { .int(Int64($0)) })
        let hooks = object(calling: globals.orderedDict, [])
        var arguments: [PickleValue] = [
            .node(storage), .int(Int64(offset)), shape, strides, .bool(requiresGrad), .node(hooks),
        ]
        if let typeName = globals.typeName { arguments.append(.node(typeName)) }
        return object(calling: globals.function, arguments)
    }

    /// The persistent id of a new storage on the CPU. Its name and size are filled in when all storages are known.
    mutating func storage(of globals: TensorGlobals) -> PickleNodeID {
        let payload = tuple([string("storage"), .node(globals.storageClass), .none, string("cpu"), .none])
        return append(.persistentID(payload))
    }

    /// The call that makes a `torch.nn.Parameter` of a tensor.
    mutating func parameter(_ tensor: PickleNodeID, requiresGrad: Bool = true) -> PickleNodeID {
        let function = global(module: "torch._utils", name: "_rebuild_parameter")
        return object(calling: function, [.node(tensor), .bool(requiresGrad), .node(orderedDict([]))])
    }

    mutating func orderedDict(_ entries: [PickleEntry]) -> PickleNodeID {
        object(calling: global(module: "collections", name: "OrderedDict"), [], items: entries)
    }
}
