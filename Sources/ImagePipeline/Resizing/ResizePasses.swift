import CKernels

/// How the sums of a resize are taken. Both ways give the same bytes.
enum ResizePasses: Sendable, Equatable {
    /// Loops that say what is computed.
    case plain
    /// The kernels of an instruction set.
    case kernels(ImageKernels)

    static let fastest = ResizePasses.kernels(.fastest)

    func rows(_ arithmetic: ck_image_arithmetic, _ pass: ck_image_horizontal) {
        switch self {
        case .plain: PlainPasses.rows(arithmetic, pass)
        case .kernels(let kernels):
            var pass = pass
            let scratch = UnsafeMutableRawPointer.allocate(
                byteCount: ck_image_scratch(pass.inputs, pass.outputs, pass.channels), alignment: 64)
            defer { scratch.deallocate() }
            pass.scratch = scratch
            ck_image_horizontal_pass(kernels.table, arithmetic, &pass)
        }
    }

    func columns(_ arithmetic: ck_image_arithmetic, _ pass: ck_image_vertical) {
        switch self {
        case .plain: PlainPasses.columns(arithmetic, pass)
        case .kernels(let kernels):
            var pass = pass
            ck_image_vertical_pass(kernels.table, arithmetic, &pass)
        }
    }
}

/// A family of SIMD instructions that the kernels of images are written for.
enum ImageKernels: String, Sendable, CaseIterable {
    case avx512, avx2, neon, portable

    /// nil if this CPU does not run them.
    private var found: OpaquePointer? {
        switch self {
        case .avx512: ck_image_kernels_for(CK_AVX512)
        case .avx2: ck_image_kernels_for(CK_AVX2)
        case .neon: ck_image_kernels_for(CK_NEON)
        case .portable: ck_image_kernels_for(CK_PORTABLE)
        }
    }

    /// - Precondition: this CPU runs them.
    var table: OpaquePointer {
        guard let found else { preconditionFailure("this CPU does not run \(self)") }
        return found
    }

    /// The kernels that this CPU runs, fastest first; never empty.
    static let available = allCases.filter { $0.found != nil }
    static let fastest = available[0]
}
