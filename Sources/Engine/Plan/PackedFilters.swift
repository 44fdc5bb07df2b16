import CKernels

/// Filters in the order in which the kernels read them: panels of output channels.
final class PackedFilters: @unchecked Sendable {
    let panels: UnsafeMutableBufferPointer<ck_panel_f32>
    /// `[stride of the output]`, zero in the padding.
    let bias: AlignedBuffer
    private let weights: AlignedBuffer

    var bytes: Int { weights.bytes + bias.bytes }

    /// - Parameter limit: the widest panel that the kernels take, in blocks.
    init(_ filters: borrowing Filters, panelBlocksLimit limit: Int) {
        let (taps, outputs, fan) = (filters.taps, filters.outputs, filters.inputsPerGroup)
        let shapes = PanelShape.split(
            outputs: outputs, groups: filters.groups, inputsPerGroup: fan, blocksLimit: limit)
        let block = Int(CK_BLOCK)
        weights = AlignedBuffer(count: shapes.reduce(0) { $0 + taps * $1.inputs.count * $1.blocks * block })
        bias = AlignedBuffer(count: ValueView.padded(outputs))
        for (index, value) in filters.bias.enumerated() { bias.base[index] = value }

        panels = .allocate(capacity: shapes.count)
        var next = weights.base
        filters.weights.withUnsafeBufferPointer { source in
            for (index, shape) in shapes.enumerated() {
                panels.initializeElement(
                    at: index,
                    to: ck_panel_f32(
                        weights: next, first_output: shape.firstOutput, blocks: shape.blocks,
                        first_input: shape.inputs.lowerBound, inputs: shape.inputs.count))
                let width = shape.blocks * block
                for lane in 0..<min(width, outputs - shape.firstOutput) {
                    let output = shape.firstOutput + lane
                    // Inputs of the panel that are not of this output's group keep the weight 0.
                    let firstInput = output / (outputs / filters.groups) * fan - shape.inputs.lowerBound
                    guard let filter = source.baseAddress.map({ $0 + output * fan * taps }) else { break }
                    for tap in 0..<taps {
                        let target = next + (tap * shape.inputs.count + firstInput) * width + lane
                        for input in 0..<fan { target[input * width] = filter[input * taps + tap] }
                    }
                }
                next += taps * shape.inputs.count * width
            }
        }
    }

    deinit { panels.deallocate() }
}

/// The output channels that one panel computes, and the input channels that feed them.
struct PanelShape: Equatable {
    let firstOutput, blocks: Int
    let inputs: Range<Int>

    /// Cuts the output channels into panels, as equal as may be. A panel keeps to one group where the groups are
    /// whole blocks; smaller groups share panels of one block.
    static func split(outputs: Int, groups: Int, inputsPerGroup: Int, blocksLimit: Int) -> [PanelShape] {
        let block = Int(CK_BLOCK)
        let outputsPerGroup = outputs / groups
        if groups > 1, outputsPerGroup % block != 0 {
            return stride(from: 0, to: outputs, by: block).map { first in
                let last = min(first + block, outputs) - 1
                let inputs = first / outputsPerGroup * inputsPerGroup..<(last / outputsPerGroup + 1) * inputsPerGroup
                return PanelShape(firstOutput: first, blocks: 1, inputs: inputs)
            }
        }
        let blocks = (outputsPerGroup + block - 1) / block
        let count = (blocks + blocksLimit - 1) / blocksLimit
        return (0..<groups * count).map { index in
            let (group, panel) = index.quotientAndRemainder(dividingBy: count)
            let (first, end) = (blocks * panel / count, blocks * (panel + 1) / count)
            return PanelShape(
                firstOutput: group * outputsPerGroup + first * block, blocks: end - first,
                inputs: group * inputsPerGroup..<(group + 1) * inputsPerGroup)
        }
    }
}
