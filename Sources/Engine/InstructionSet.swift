/// A family of SIMD instructions that the kernels are written for. Results have the same bits under each.
public enum InstructionSet: String, Sendable, Hashable, CaseIterable {
    /// Plain C; without FMA instructions slow.
    case portable
    /// x86-64 with AVX2 and FMA.
    case avx2
    /// x86-64 with AVX-512F.
    case avx512
    /// AArch64.
    case neon
}

extension InstructionSet: CustomStringConvertible {
    public var description: String { rawValue }
}
