import TensorCore

/// One entry of a model's `state_dict()`: a parameter or a persistent buffer.
public struct ParameterSpec: Sendable, Hashable {
    /// What the entry is to the model.
    public enum Role: Sendable, Hashable { case parameter, buffer }

    public let signature: TensorSignature
    public let role: Role
    /// What the model computes for this buffer; nil for one that only a checkpoint can give.
    public let computed: ComputedTable?
    /// The first key of the same tensor, where the state dict has it under several keys; nil for that one itself.
    public let firstKey: Key?

    public init(
        signature: TensorSignature, role: Role, computed: ComputedTable? = nil, firstKey: Key? = nil
    ) {
        self.signature = signature
        self.role = role
        self.computed = computed
        self.firstKey = firstKey
    }

    public var key: Key { signature.key }
    public var shape: [Int] { signature.shape }
    public var dtype: DType { signature.dtype }
    /// The product of the shape; 1 for a scalar.
    public var count: Int { shape.reduce(1, *) }
}
