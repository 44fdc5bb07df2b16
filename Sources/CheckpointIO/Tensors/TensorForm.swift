import TensorCore

/// How a tensor holds its elements: PyTorch's `layout`, and what goes beyond it.
package enum TensorForm: String, Sendable, Hashable {
    /// In its storage, at places that offset and strides give. Without a storage (`meta`) there are none.
    case strided
    /// As its attributes `indices` and `values`.
    case sparseCOO = "sparse_coo"
    /// As `crow_indices`, `col_indices` and `values`; BSR has blocks for values.
    case sparseCSR = "sparse_csr"
    case sparseBSR = "sparse_bsr"
    /// As `ccol_indices`, `row_indices` and `values`; BSC has blocks for values.
    case sparseCSC = "sparse_csc"
    case sparseBSC = "sparse_bsc"
    /// Tensors of different shapes one after the other in `buffer`; the shape is their number.
    case nested
    /// As `nested`, but that one dimension only differs: `values`, parted at `offsets`.
    case jagged
    /// A subclass that stands for other tensors, which are its attributes.
    case wrapper
}

extension TensorForm {
    /// The names of a sparse tensor's parts, as PyTorch's accessors spell them, in the order of its constructor;
    /// nil for other forms.
    var partNames: [String]? {
        switch self {
        case .sparseCOO: ["indices", "values"]
        case .sparseCSR, .sparseBSR: ["crow_indices", "col_indices", "values"]
        case .sparseCSC, .sparseBSC: ["ccol_indices", "row_indices", "values"]
        case .strided, .nested, .jagged, .wrapper: nil
        }
    }
}

/// Why a tensor has no elements to read.
package enum UnreadableTensor: Sendable, Equatable {
    /// It has a shape and no memory.
    case meta
    /// Its parts hold them.
    case form(TensorForm)
    /// A subclass that stands for other tensors; its qualified name.
    case subclass(String)
    /// Elements that share bytes do not lie in row-major order.
    case packed(DType)
}

extension UnreadableTensor: CustomStringConvertible {
    package var description: String {
        switch self {
        case .meta: "a tensor on the device meta has a shape and no bytes"
        case .form(let form): "a tensor of the form \(form.rawValue) has no bytes of its own, only its parts have"
        case .subclass(let name):
            "a \(name) stands for other tensors: "
                + (name.hasSuffix(".DTensor")
                    ? "open the folder of all ranks, or save what its full_tensor() gives"
                    : "save what its dequantize() gives")
        case .packed(let dtype): "elements of \(dtype) that share bytes are only read in row-major order"
        }
    }
}
