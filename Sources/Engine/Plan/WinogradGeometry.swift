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
        guard kernel == .square(3), geometry.stride == .square(1), geometry.dilation == .square(1),
            geometry.groups == 1
        else { return nil }
        self.geometry = geometry
        tiles = output[0] * ((output[2] + 1) / 2) * ((output[3] + 1) / 2)
        guard input.channels >= 32, output[1] >= 32, tiles >= 32 else { return nil }
    }

    /// Tiles of a task: as many for each thread, at most 24, so that they and their products stay in the second-level
    /// cache.
    func chunk(threads: Int) -> Int {
        if tiles <= 49 { return tiles }
        let rounds = (tiles + 24 * threads - 1) / (24 * threads)
        return (tiles + rounds * threads - 1) / (rounds * threads)
    }

    /// The filters as G g Gᵀ, G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1], in double precision and rounded once: 16 taps.
    static func transformed(_ filters: Filters) -> Filters {
        let count = filters.outputs * filters.inputsPerGroup
        let weights = [Float](unsafeUninitializedCapacity: count * 16) { target, initialized in
            for filter in 0..<count {
                var rows = InlineArray<12, Double>(repeating: 0)
                for x in 0..<3 {
                    let column = expanded(
                        filters.weights[filter * 9 + x], filters.weights[filter * 9 + 3 + x],
                        filters.weights[filter * 9 + 6 + x])
                    (rows[x], rows[3 + x], rows[6 + x], rows[9 + x]) = column
                }
                for y in 0..<4 {
                    let row = expanded(rows[3 * y], rows[3 * y + 1], rows[3 * y + 2])
                    let first = filter * 16 + 4 * y
                    target.initializeElement(at: first, to: Float(row.0))
                    target.initializeElement(at: first + 1, to: Float(row.1))
                    target.initializeElement(at: first + 2, to: Float(row.2))
                    target.initializeElement(at: first + 3, to: Float(row.3))
                }
            }
            initialized = count * 16
        }
        return Filters(
            weights: weights, bias: filters.bias, outputs: filters.outputs, inputsPerGroup: filters.inputsPerGroup,
            groups: 1, kernel: .square(4))
    }
}

/// G · (a, b, c)
private func expanded(
    _ a: some BinaryFloatingPoint, _ b: some BinaryFloatingPoint, _ c: some BinaryFloatingPoint
) -> (Double, Double, Double, Double) {
    let (a, b, c) = (Double(a), Double(b), Double(c))
    return (a, (a + b + c) / 2, (a - b + c) / 2, c)
}
