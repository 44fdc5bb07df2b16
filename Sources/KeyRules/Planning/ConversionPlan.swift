import TensorCore
import TensorOperations

/// What a conversion will do, decided from keys, shapes and dtypes alone.
///
/// A plan with an error among its findings is the closest that the rules came; it must not be executed.
public struct ConversionPlan: Sendable, Hashable {
    /// One tensor of the result.
    public struct Entry: Sendable, Hashable {
        /// The key of the tensor that is made.
        public let target: Key
        /// The tensors that it is made of, in the order of the rule; empty for a constant. The key of a named input
        /// stands after its name: `delta:key`.
        public let sources: [Key]
        /// The same as positions among the request's tensors, those of the named inputs after the carrier's.
        package let tensors: [Int]
        /// The line that makes it.
        public let rule: RuleLocation
        /// In order of appearance: the name and the text that it stands for.
        package var captures: [Capture] {
            zip(captureNames, values).compactMap { name, value in
                value.map { Capture(name: name.name, text: $0.string) }
            }
        }
        private let captureNames: [BoundRule.Capture]
        private let values: [KeyText?]
        /// What is done to the sources, first to last; empty when the bytes are copied.
        package let operations: [TensorOperation]
        /// How the tensor is computed; nil for a rename and for a constant.
        package let computation: TensorComputation?
        /// Which of the computation's results it is.
        package let result: Int
        /// Whether it speaks for its siblings when the computation's results that are left out must be zero.
        package let checksZeros: Bool
        /// The type of the tensor that is made.
        public let dtype: DType
        /// The tensor's extents, outermost first.
        public let shape: [Int]

        /// What the operations are done to, in the order of the rule: keys, and `zeros` where the rule says that.
        package var inputs: [String] {
            guard let operands = computation?.operands, operands.contains(.zeros) else { return sources.map(\.text) }
            return operands.map { operand in
                if case .source(let index) = operand, sources.indices.contains(index) {
                    sources[index].text
                } else {
                    "zeros"
                }
            }
        }

        /// Whether the bytes of one tensor are taken as they are.
        package var isRename: Bool { operations.isEmpty && sources.count == 1 }

        /// A tensor that is renamed or, with a computation, one of its results.
        init(
            target: Key, sources: [Key], tensors: [Int], rule: RuleLocation,
            captures: (names: [BoundRule.Capture], values: [KeyText?]),
            computation: TensorComputation?, result: Int = 0, checksZeros: Bool = false, dtype: DType, shape: [Int]
        ) {
            self.target = target
            self.sources = sources
            self.tensors = tensors
            self.rule = rule
            (captureNames, values) = captures
            // A layout that changes nothing only states how many axes the tensor has.
            operations = (computation?.pipeline.operations ?? []).filter { !$0.isIdentity }
            self.computation = operations.isEmpty && sources.count == 1 ? nil : computation
            self.result = result
            self.checksZeros = checksZeros
            self.dtype = dtype
            self.shape = shape
        }

        /// A constant.
        init(
            target: Key, rule: RuleLocation, captures: (names: [BoundRule.Capture], values: [KeyText?]),
            constant: TensorOperation, dtype: DType, shape: [Int]
        ) {
            self.target = target
            sources = []
            tensors = []
            self.rule = rule
            (captureNames, values) = captures
            operations = [constant]
            computation = nil
            result = 0
            checksZeros = false
            self.dtype = dtype
            self.shape = shape
        }
    }

    /// A name in braces and the part of the key that it stands for.
    package struct Capture: Sendable, Hashable {
        package let name: String
        package let text: String
    }

    /// A source tensor that the result does not hold.
    public struct Drop: Sendable, Hashable {
        /// The key that is left out.
        public let key: Key
        /// The `drop` line, or the `make` line that accounts for it in reverse; nil if the user allowed it.
        public let rule: RuleLocation?
        /// Why, in the words of the rule file.
        public let reason: String
    }

    /// The value of a parameter.
    public struct Setting: Sendable, Hashable {
        /// Whether the user said it or the checkpoint's keys did.
        public enum Origin: String, Sendable, Hashable { case given, deduced }
        /// The name of the parameter.
        public let parameter: String
        /// The value that it has.
        public let value: String
        /// Whether the value was given or deduced from the keys.
        public let origin: Origin
    }

    /// What is known to compute something else after a conversion in which every tensor is right.
    package struct Caveat: Sendable, Hashable {
        /// One sentence or several.
        package let text: String
        /// The `caveat` line.
        package let rule: RuleLocation
    }

    /// A part of the model that a checkpoint may lack as a whole.
    package struct OptionalGroup: Sendable, Hashable {
        /// How much of the group the checkpoint gives.
        package enum State: String, Sendable, Hashable { case present, absent, partial }
        /// The side as the rule file spells it, e.g. `head.fc.{x..}`.
        package let pattern: String
        package let state: State
        /// The model's keys in this group that the checkpoint doesn't give.
        package let missing: [Key]
    }

    package let direction: Direction
    /// What is written, in the order of the checkpoint, constants last.
    public let entries: [Entry]
    /// The keys that are left out, in the order of the state dict.
    public let dropped: [Drop]
    /// The value of each parameter.
    public let settings: [Setting]
    /// The model that the rules or the user name.
    package let model: String?
    /// Whether the model's state dict was there to compare with.
    package let isModelChecked: Bool
    package let optionalGroups: [OptionalGroup]
    /// The caveats that hold for the settings and the checkpoint, in the order of their lines.
    package let caveats: [Caveat]
    /// The buffers that the model computes itself and the rules do not make, in the model's order.
    package let computedBuffers: [Key]
    /// What is wrong, and what should be known.
    public package(set) var findings: [Finding]

    /// Whether the plan may be executed: no finding is an error.
    public var isExecutable: Bool { !findings.contains { $0.severity == .error } }
    /// The findings that keep the plan from being executed.
    public var errors: [Finding] { findings.filter { $0.severity == .error } }
}
