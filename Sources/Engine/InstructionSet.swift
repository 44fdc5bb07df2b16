import CKernels

/// A family of SIMD instructions that the kernels are written for. Results have the same bits under each.
package enum InstructionSet: String, Sendable, Hashable, CaseIterable {
    /// x86-64 with AVX-512F.
    case avx512
    /// x86-64 with AVX2 and FMA.
    case avx2
    /// AArch64.
    case neon
    /// What the compiler may assume of any CPU of the kind; slow where that has no fused multiply-add.
    case portable

    /// Those that this CPU runs, fastest first; never empty.
    package static var available: [InstructionSet] { allCases.filter { $0.kernels != nil } }

    /// nil if this CPU does not run them.
    var kernels: OpaquePointer? {
        switch self {
        case .avx512: ck_kernels_for(CK_AVX512)
        case .avx2: ck_kernels_for(CK_AVX2)
        case .neon: ck_kernels_for(CK_NEON)
        case .portable: ck_kernels_for(CK_PORTABLE)
        }
    }
}

extension InstructionSet: CustomStringConvertible {
    package var description: String { rawValue }
}
