import TensorCore

/// A parameter or a persistent buffer of a model: mostly one entry of its `state_dict()`.
public struct ParameterSpec: Sendable, Hashable {
    /// What the entry is to the model.
    public enum Role: Sendable, Hashable { case parameter, buffer }

    public let signature: TensorSignature
    public let role: Role
    /// What the model computes for this buffer; nil for one that only a checkpoint can give.
    public let computed: ComputedTable?
    /// The first key of the same tensor, where the state dict has it under several keys; nil for that one itself.
    public let firstKey: Key?
    /// Whether the `state_dict()` has it: a `LoRAModel` leaves out what it doesn't train.
    public let isSaved: Bool

    public init(
        signature: TensorSignature, role: Role, computed: ComputedTable? = nil, firstKey: Key? = nil,
        isSaved: Bool = true
    ) {
        self.signature = signature
        self.role = role
        self.computed = computed
        self.firstKey = firstKey
        self.isSaved = isSaved
    }

    public var key: Key { signature.key }
    public var shape: [Int] { signature.shape }
    public var dtype: DType { signature.dtype }
    /// The product of the shape; 1 for a scalar.
    public var count: Int { shape.reduce(1, *) }
}
