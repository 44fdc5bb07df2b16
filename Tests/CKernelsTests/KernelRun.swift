import CKernels
import Testing

/// The kernels of an instruction set.
struct KernelSet: @unchecked Sendable {
    let name: String
    let kernels: OpaquePointer

    /// Those that this CPU runs.
    static let available: [KernelSet] = [
        ("portable", CK_PORTABLE), ("avx2", CK_AVX2), ("avx512", CK_AVX512), ("neon", CK_NEON),
    ].compactMap { name, isa in ck_kernels_for(isa).map { KernelSet(name: name, kernels: $0) } }
}

/// Threads that tests pretend to have.
let testThreads = 2

/// Performs all tasks of an operation, last one first, as threads of different numbers.
func perform<Operation>(
    _ operation: Operation, tasks: (UnsafePointer<Operation>) -> Int,
    _ steps: @convention(c) (UnsafeRawPointer?, Int, Int) -> Void...
) {
    withUnsafePointer(to: operation) { operation in
        for step in steps {
            for index in (0..<tasks(operation)).reversed() { step(operation, index, index % testThreads) }
        }
    }
}

/// How far results may be from the exact ones.
enum Tolerance {
    case uniform(Double)
    case each([Double])

    subscript(index: Int) -> Double {
        switch self {
        case .uniform(let tolerance): tolerance
        case .each(let tolerances): tolerances[index]
        }
    }
}

/// Expects that `body` writes the same bits to its output with each instruction set, nothing past it, and `exact`
/// within `tolerance` of each element.
/// - Parameter body: performs the operation into rows of `channels` channels.
func expectAgreement(
    rows: Int, channels: Int, stride: Int? = nil, exact: [Double], tolerance: Tolerance,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (KernelSet, Rows) throws -> Void
) rethrows {
    var first: [UInt32]?
    #expect(exact.count == rows * channels, sourceLocation: sourceLocation)
    for set in KernelSet.available {
        let output = Rows(rows, channels, stride: stride)
        try body(set, output)
        #expect(output.isIntact, "\(set.name) writes past the end", sourceLocation: sourceLocation)
        let values = output.values
        if let first {
            #expect(first == values.map(\.bitPattern), "\(set.name): other bits", sourceLocation: sourceLocation)
            continue
        }
        first = values.map(\.bitPattern)
        for (index, value) in values.enumerated() {
            let error = abs(Double(value) - exact[index])
            guard error <= tolerance[index] else {
                Issue.record(
                    "\(set.name): element \(index) is \(value), not \(exact[index])", sourceLocation: sourceLocation)
                return
            }
        }
    }
}

/// Floats that a kernel works in, all NaN.
final class Scratch {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    init(_ count: Int) {
        self.count = count
        base = .allocate(capacity: count)
        base.initialize(repeating: .nan, count: count)
    }

    deinit { base.deallocate() }
}
