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
}
