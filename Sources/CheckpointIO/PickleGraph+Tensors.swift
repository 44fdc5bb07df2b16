import Pickle
import TensorCore

/// The calls that PyTorch's pickles make tensors with, as today's `torch.save` writes them.
///
/// Source: `Tensor.__reduce_ex__` in `torch/_tensor.py` and `persistent_id` in `torch/serialization.py`, 2.15.
extension PickleGraph {
    /// `('storage', class, name, device, count)`.
    /// - Parameters:
    ///   - dtype: what the class says; types without a class of their own live in an `UntypedStorage`.
    ///   - count: elements of a typed storage, bytes of an untyped one.
    mutating func storage(
        of dtype: DType, name: PickleValue, device: PickleValue, count: PickleValue, kind: PickleValue
    ) -> PickleNodeID {
        let storageClass =
            if let name = StorageClass.name(of: dtype) {
                global(module: "torch", name: name)
            } else {
                global(module: "torch.storage", name: "UntypedStorage")
            }
        return append(.persistentID(tuple([kind, .node(storageClass), name, device, count])))
    }

    /// The call that makes a tensor of a storage that `storage(of:…)` named for the same type.
    mutating func tensor(
        _ dtype: DType, of storage: PickleNodeID, shape: [Int], strides: [Int], offset: Int = 0
    ) -> PickleNodeID {
        let shape = tuple(shape.map { .int(Int64($0)) })
        let strides = tuple(strides.map { .int(Int64($0)) })
        var arguments: [PickleValue] = [
            .node(storage), .int(Int64(offset)), shape, strides, .bool(false), emptyHooks(),
        ]
        var function = "_rebuild_tensor_v2"
        if StorageClass.name(of: dtype) == nil {
            function = "_rebuild_tensor_v3"
            arguments.append(.node(global(module: "torch", name: dtype.rawValue)))
        }
        return object(calling: global(module: "torch._utils", name: function), arguments)
    }

    /// The call that makes a `torch.nn.Parameter` of a tensor.
    mutating func parameter(_ tensor: PickleNodeID) -> PickleNodeID {
        let function = global(module: "torch._utils", name: "_rebuild_parameter")
        return object(calling: function, [.node(tensor), .bool(true), emptyHooks()])
    }

    mutating func orderedDict(_ entries: [PickleEntry]) -> PickleNodeID {
        object(calling: global(module: "collections", name: "OrderedDict"), [], items: entries)
    }

    private mutating func emptyHooks() -> PickleValue { .node(orderedDict([])) }
}
