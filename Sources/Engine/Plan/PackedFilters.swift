import CKernels

/// Filters in the order in which the kernels read them: panels of output channels.
///
/// Not checked: written by the initialiser only, each panel by one thread.
final class PackedFilters: @unchecked Sendable {
    let shape: FilterShape
    let panels: UnsafeMutableBufferPointer<ck_panel_f32>
    /// `[stride of the output]`, zero in the padding.
    let bias: AlignedBuffer
    private let weights: AlignedBuffer

    var bytes: Int { weights.bytes + bias.bytes }

    /// Lays out the weights, and folds them on the way.
    /// - Parameters:
    ///   - source: `[outputs, inputs / groups, taps]`, row-major, not folded yet.
    ///   - plan: its kernels say how wide a panel may be, its threads share the panels.
    init(_ fold: FilterFold, _ source: UnsafeBufferPointer<Float>, for plan: PlanBuilder) {
        shape = fold.shape
        let block = Int(CK_BLOCK)
        let cuts = PanelShape.split(
            outputs: shape.outputs, groups: shape.groups, inputsPerGroup: shape.inputsPerGroup,
            blocksLimit: ck_panel_blocks_limit(plan.kernels))
        let taps = shape.taps
        weights = plan.memory(cuts.reduce(0) { $0 + taps * $1.inputs.count * $1.blocks * block })
        bias = AlignedBuffer(count: ValueView.padded(shape.outputs))
        for (index, value) in fold.bias.enumerated() { bias.base[index] = value }

        panels = .allocate(capacity: cuts.count)
        var next = weights.base
        for (index, cut) in cuts.enumerated() {
            panels.initializeElement(
                at: index,
                to: ck_panel_f32(
                    weights: next, first_output: cut.firstOutput, blocks: cut.blocks,
                    first_input: cut.inputs.lowerBound, inputs: cut.inputs.count))
            next += taps * cut.inputs.count * cut.blocks * block
        }
        guard let filters = source.baseAddress else { return }
        nonisolated(unsafe) let (panels, first) = (panels, filters)
        plan.pool.perform(cuts.count) { index in
            guard let target = panels[index].weights else { return }
            fold.pack(first, cuts[index], into: UnsafeMutablePointer(mutating: target))
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

extension FilterFold {
    /// Writes one panel: `[taps, inputs, lanes]`, zero in lanes that have no output and for inputs of other groups.
    /// - Parameter source: `[outputs, inputs / groups, taps]`
    fileprivate func pack(
        _ source: UnsafePointer<Float>, _ panel: PanelShape, into target: UnsafeMutablePointer<Float>
    ) {
        let (taps, fan, inputs) = (shape.taps, shape.inputsPerGroup, panel.inputs.count)
        let width = panel.blocks * Int(CK_BLOCK)
        let lanes = min(width, shape.outputs - panel.firstOutput)
        if lanes < width || inputs > fan { target.update(repeating: 0, count: taps * inputs * width) }
        // So many inputs at a time that what is written stays in the first-level cache.
        let block = max(4, 64 / taps)
        for start in stride(from: 0, to: fan, by: block) {
            let end = min(start + block, fan)
            for lane in 0..<lanes {
                let output = panel.firstOutput + lane
                let filter = source + output * shape.fan
                let firstInput = output / (shape.outputs / shape.groups) * fan - panel.inputs.lowerBound
                for tap in 0..<taps {
                    let row = target + (tap * inputs + firstInput) * width + lane
                    if let factor = scale?[output] {
                        for input in start..<end {
                            row[input * width] = Float(Double(filter[input * taps + tap]) * factor)
                        }
                    } else {
                        for input in start..<end { row[input * width] = filter[input * taps + tap] }
                    }
                }
            }
        }
    }
}
