import TensorCore

/// A parameter or a persistent buffer of a model: mostly one entry of its `state_dict()`.
package struct ParameterSpec: Sendable, Hashable {
    /// What the entry is to the model.
    package enum Role: Sendable, Hashable { case parameter, buffer }

    package let signature: TensorSignature
    package let role: Role
    /// What the model computes for this buffer; nil for one that only a checkpoint can give.
    package let computed: ComputedTable?
    /// The first key of the same tensor, where the state dict has it under several keys; nil for that one itself.
    package let firstKey: Key?
    /// Whether the `state_dict()` has it: a `LoRAModel` leaves out what it doesn't train.
    package let isSaved: Bool

    package init(
        signature: TensorSignature, role: Role, computed: ComputedTable? = nil, firstKey: Key? = nil,
        isSaved: Bool = true
    ) {
        self.signature = signature
        self.role = role
        self.computed = computed
        self.firstKey = firstKey
        self.isSaved = isSaved
    }

    package var key: Key { signature.key }
    package var shape: [Int] { signature.shape }
    package var dtype: DType { signature.dtype }
    /// The product of the shape; 1 for a scalar.
    package var count: Int { shape.reduce(1, *) }
}
