import CKernels

/// Weights in panels as the products read them.
final class Panels {
    let panels: UnsafeMutableBufferPointer<ck_panel_f32>
    private var weights: [Rows] = []

    /// - Parameter weights: `[outputs][taps · inputs]`, taps outermost.
    init(_ source: Rows, taps: Int, inputs: Int, kernels: OpaquePointer) {
        let block = Int(CK_BLOCK)
        let outputs = source.count
        let blocks = (outputs + block - 1) / block
        let limit = ck_panel_blocks_limit(kernels)
        let count = (blocks + limit - 1) / limit
        panels = .allocate(capacity: count)
        for panel in 0..<count {
            let (first, end) = (blocks * panel / count, blocks * (panel + 1) / count)
            let width = (end - first) * block
            let packed = Rows(taps * inputs, width)
            for row in 0..<taps * inputs {
                for lane in 0..<width {
                    let output = first * block + lane
                    packed[row, lane] = output < outputs ? source[output, row] : 0
                }
            }
            weights.append(packed)
            panels.initializeElement(
                at: panel,
                to: ck_panel_f32(
                    weights: packed.base, first_output: first * block, blocks: end - first, first_input: 0,
                    inputs: inputs))
        }
    }

    deinit { panels.deallocate() }
}
