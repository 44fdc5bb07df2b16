/// The functions by which PyTorch's pickles make tensors, each with its arguments.
///
/// Source: `torch/_utils.py`, `torch/_tensor.py` and `torch/nested/_internal/nested_tensor.py` of PyTorch 2.15.
enum TensorFunction: UInt8 {
    /// `(storage, offset, size, stride)`
    case version1
    /// `(storage, offset, size, stride, requires_grad, hooks[, metadata])`
    case version2
    /// `(storage, offset, size, stride, requires_grad, hooks, dtype[, metadata])`
    case version3
    /// `(storage, offset, size, stride, quantizer, requires_grad, hooks)`; the quantizer is
    /// `(scheme, scale, zero_point)` or `(scheme, scales, zero_points, axis)`.
    case quantized
    /// `(layout, (parts…, size[, is_coalesced]))`
    case sparse
    /// `(buffer, sizes, strides, storage_offsets)`
    case nested
    /// `({'values': …, 'offsets': …, 'lengths': …, …})`
    case jagged
    /// `(dtype, size, stride, requires_grad)`
    case meta
    /// `(class, dtype, size, stride, storage_offset, layout, device, requires_grad)`
    case wrapper
    /// `(tensor, dtype, device, requires_grad)`
    case deviceFromCPU
    /// `(numpy array, dtype, device, requires_grad)`
    case deviceFromNumPy
    /// `(storage, offset, size, stride, requires_grad, hooks, (format, …))`
    case npu
    /// `(data, requires_grad, hooks[, state])`
    case parameter
    /// `(function, type, arguments, state)`
    case fromType

    init?(_ name: String) {
        guard name.utf8.starts(with: "torch".utf8) else { return nil }
        switch name {
        case "torch._utils._rebuild_tensor": self = .version1
        case "torch._utils._rebuild_tensor_v2": self = .version2
        case "torch._utils._rebuild_tensor_v3": self = .version3
        case "torch._utils._rebuild_qtensor": self = .quantized
        case "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor": self = .sparse
        case "torch._utils._rebuild_nested_tensor": self = .nested
        case "torch.nested._internal.nested_tensor._rebuild_njt": self = .jagged
        case "torch._utils._rebuild_meta_tensor_no_storage": self = .meta
        case "torch._utils._rebuild_wrapper_subclass": self = .wrapper
        case "torch._utils._rebuild_device_tensor_from_cpu_tensor": self = .deviceFromCPU
        case "torch._utils._rebuild_device_tensor_from_numpy", "torch._utils._rebuild_xla_tensor":
            self = .deviceFromNumPy
        case "torch_npu.utils.storage._rebuild_npu_tensor", "torch_npu.utils._storage._rebuild_npu_tensor": self = .npu
        case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state": self = .parameter
        case "torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type",
            "torch.tensor._rebuild_from_type":
            self = .fromType
        default: return nil
        }
    }
}
