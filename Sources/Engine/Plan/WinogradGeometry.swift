import CKernels
import ModelGraph

/// A convolution that is worth Winograd's F(2 × 2, 3 × 3): 3 × 3, stride 1, with channels and tiles enough that
/// the saved products outweigh the transforms and the larger weights. The choice depends on the layer's shape
/// only, so that results do not depend on the machine.
///
/// The transforms add, subtract and halve; the error stays near that of the direct sum, for which
/// `ConvolutionKernelTests` has the bound.
struct WinogradGeometry: Equatable {
    let geometry: Conv2dGeometry
    /// Tiles of 2 × 2 outputs.
    let tiles: Int

    /// nil if the convolution is better computed directly.
    /// - Parameter output: `[N, C, H, W]`.
    init?(_ geometry: Conv2dGeometry, kernel: Extent2d, input: MapView, output: [Int]) {
        guard kernel == .square(3), geometry.stride == .square(1), geometry.dilation == .square(1) else { return nil }
        self.geometry = geometry
        tiles = output[0] * ((output[2] + 1) / 2) * ((output[3] + 1) / 2)
        guard input.channels / geometry.groups >= 32, output[1] / geometry.groups >= 32, tiles >= 16 else { return nil }
    }

    /// Tiles and panels of a task.
    ///
    /// Each thread has as many tiles, few enough for them and their products to stay in the second-level cache. A layer
    /// of few tiles reads its weights once a thread if the threads share the panels. Groups transform inputs of their
    /// own: a task for each costs nothing.
    func chunk(threads: Int, panels: Int) -> (tiles: Int, panels: Int) {
        let isGrouped = geometry.groups > 1
        if tiles <= 49, !isGrouped { return (tiles, (panels + threads - 1) / threads) }
        let limit = isGrouped ? 32 : 24
        let rounds = (tiles + limit * threads - 1) / (limit * threads)
        return ((tiles + rounds * threads - 1) / (rounds * threads), max(1, panels / geometry.groups))
    }

    /// The filters as G g Gᵀ, G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1], in double precision and rounded once: 16 taps.
    static func transformed(_ filters: Filters, _ pool: ThreadPool) -> Filters {
        let (outputs, inputs) = (filters.shape.outputs, filters.shape.inputsPerGroup)
        let weights = [Float](unsafeUninitializedCapacity: outputs * inputs * 16) { target, initialized in
            filters.weights.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                nonisolated(unsafe) let (first, result) = (source, target)
                pool.perform(outputs) { output in
                    for filter in output * inputs..<(output + 1) * inputs {
                        transform(first + 9 * filter, into: result + 16 * filter)
                    }
                }
            }
            initialized = outputs * inputs * 16
        }
        return Filters(
            shape: FilterShape(
                outputs: outputs, inputsPerGroup: inputs, groups: filters.shape.groups, kernel: .square(4)),
            weights: weights, bias: filters.bias)
    }

    /// One filter of 3 × 3 as 4 × 4.
    private static func transform(_ filter: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
        var rows = InlineArray<12, Double>(repeating: 0)
        for x in 0..<3 {
            let column = expanded(filter[x], filter[3 + x], filter[6 + x])
            (rows[x], rows[3 + x], rows[6 + x], rows[9 + x]) = column
        }
        for y in 0..<4 {
            let row = expanded(rows[3 * y], rows[3 * y + 1], rows[3 * y + 2])
            result[4 * y] = Float(row.0)
            result[4 * y + 1] = Float(row.1)
            result[4 * y + 2] = Float(row.2)
            result[4 * y + 3] = Float(row.3)
        }
    }
}

/// G · (a, b, c)
private func expanded(
    _ a: some BinaryFloatingPoint, _ b: some BinaryFloatingPoint, _ c: some BinaryFloatingPoint
) -> (Double, Double, Double, Double) {
    let (a, b, c) = (Double(a), Double(b), Double(c))
    return (a, (a + b + c) / 2, (a - b + c) / 2, c)
}
