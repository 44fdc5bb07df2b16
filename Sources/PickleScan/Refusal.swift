/// Something for which `torch.load(weights_only=True)` refuses a file.
package struct Refusal: Sendable, Hashable {
    /// A global as Python 3 looks it up, or an opcode or persistent id in words.
    package let what: String
    /// The keys that lead to it: `hyper_parameters.cfg`, `opt[2].lr`; empty for the root.
    package let keyPath: String
    /// The pickle's place in the file, as a finding's.
    package let place: String
    /// The offset of its opcode, from the start of the pickle's part.
    package let offset: Int
    /// How often it occurs.
    package let count: Int
}
