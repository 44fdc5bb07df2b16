import ModelGraph
import PlatformC

extension Operation.Scan: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let extent = operands.shape[axis]
        let inner = operands.shape[(axis + 1)...].reduce(1, *)
        let lines = operands.shape[..<axis].reduce(1, *) * inner
        let (kind, pool) = (kind, operands.pool)
        operands.withInput(&output) { input, output in
            nonisolated(unsafe) let (input, output) = (input, output)
            pool.perform(lines) { line in
                let first = line / inner * extent * inner + line % inner
                kind.run(input + first, into: output + first, count: extent, step: inner)
            }
        }
    }
}

extension Operation.Scan.Kind {
    /// One line of elements that are `step` apart.
    fileprivate func run(
        _ input: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>, count: Int, step: Int
    ) {
        switch self {
        case .sum: accumulate(input, output, count, step) { $0 + $1 }
        case .product: accumulate(input, output, count, step) { $0 * $1 }
        case .max: accumulate(input, output, count, step) { $1 >= $0 || $1.isNaN ? $1 : $0 }
        case .logSumExp:
            accumulate(input, output, count, step) { sum, x in
                let (low, high) = sum < x ? (sum, x) : (x, sum)
                // Of equal infinities the difference is NaN.
                return low == high && high.isInfinite ? high : high + log1p(exp(low - high))
            }
        case .maxPosition:
            var (largest, position) = (-Double.infinity, 0)
            for index in 0..<count {
                let x = input[index * step]
                if x >= largest || x.isNaN { (largest, position) = (x, index) }
                output[index * step] = Double(position)
            }
        }
    }

    private func accumulate(
        _ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>, _ count: Int, _ step: Int,
        _ combine: (Double, Double) -> Double
    ) {
        var running = input[0]
        output[0] = running
        for index in stride(from: 1, to: count, by: 1) {
            running = combine(running, input[index * step])
            output[index * step] = running
        }
    }
}
