import TensorCore

/// Which way the rules are read.
public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// The left sides name what is in the checkpoint.
    case forward
    /// The right sides do.
    case reverse
}

/// What to plan: the checkpoint's tensors and the user's wishes.
package struct PlanRequest: Sendable {
    /// The tensors of the carrier, the input whose keys rules without an input's name take, in file order; the plan
    /// keeps it.
    package var tensors: [TensorSignature]
    /// What the rules may call the carrier.
    package var carrier: String?
    /// Further inputs.
    package var named: [NamedInput]
    package var direction: Direction
    /// Parameter name → value. What is not given is deduced.
    package var settings: [String: String]
    /// Keys that may be left out when no rule takes them.
    package var allowUnmatched: [Glob]
    /// The state dict of a built-in model by name and the tensors that are to be its own (which may state its number of
    /// classes); nil when there is none of that name.
    package var modelSignatures: @Sendable (String, [TensorSignature]) -> [TensorSignature]?
    /// The buffers of a built-in model that it computes itself: a checkpoint may lack them.
    package var computedKeys: @Sendable (String) -> Set<Key>
    /// The model to check against in place of the one that the rules declare.
    package var model: Model?

    /// An input that rules name: `delta:key`.
    package struct NamedInput: Sendable, Hashable {
        package var name: String
        /// The checkpoint's tensors, in file order.
        package var tensors: [TensorSignature]

        package init(name: String, tensors: [TensorSignature]) {
            self.name = name
            self.tensors = tensors
        }
    }

    /// A model and its state dict.
    package struct Model: Sendable, Hashable {
        package var name: String
        /// nil for what `modelSignatures` says of the name.
        package var tensors: [TensorSignature]?
        /// Whether it is what the conversion is to give, in either direction; else what the right sides of the rules
        /// name, which backward is what is converted.
        package var isOfResult: Bool

        package init(name: String, tensors: [TensorSignature]?, isOfResult: Bool = false) {
            self.name = name
            self.tensors = tensors
            self.isOfResult = isOfResult
        }
    }

    /// Whether the model is what the conversion is to give.
    var checksResult: Bool { direction == .forward || model?.isOfResult == true }

    package init(
        tensors: [TensorSignature], carrier: String? = nil, named: [NamedInput] = [], direction: Direction = .forward,
        settings: [String: String] = [:],
        allowUnmatched: [Glob] = [], model: Model? = nil,
        modelSignatures: @escaping @Sendable (String, [TensorSignature]) -> [TensorSignature]? = { _, _ in nil },
        computedKeys: @escaping @Sendable (String) -> Set<Key> = { _ in [] }
    ) {
        self.tensors = tensors
        self.carrier = carrier
        self.named = named
        self.direction = direction
        self.settings = settings
        self.allowUnmatched = allowUnmatched
        self.model = model
        self.modelSignatures = modelSignatures
        self.computedKeys = computedKeys
    }
}
