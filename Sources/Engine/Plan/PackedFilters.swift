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

    /// Lays out the weights, and folds and transforms them on the way.
    /// - Parameters:
    ///   - sources: of each term of the filters, `[outputs, inputs / groups, taps]`, row-major, not folded yet.
    ///   - isTransformed: whether filters of 3 × 3 become the 4 × 4 of Winograd's F(2 × 2, 3 × 3).
    ///   - plan: its kernels say how wide a panel may be, its threads share the blocks.
    init(
        _ fold: FilterFold, _ sources: [UnsafePointer<Float>?], isTransformed: Bool = false, for plan: PlanBuilder
    ) {
        var shape = fold.shape
        if isTransformed { shape.kernel = .square(4) }
        self.shape = shape
        let cuts = PanelShape.split(
            outputs: shape.outputs, groups: shape.groups, inputsPerGroup: shape.inputsPerGroup,
            blocksLimit: ck_panel_blocks_limit(plan.kernels))
        weights = plan.memory(cuts.reduce(0) { $0 + shape.taps * $1.inputs.count * $1.width })
        bias = AlignedBuffer(count: ValueView.padded(shape.outputs))
        for (index, value) in fold.bias.enumerated() { bias.base[index] = value }

        panels = .allocate(capacity: cuts.count)
        var blocks: [(panel: PanelShape, block: Int, target: UnsafeMutablePointer<Float>)] = []
        var next = weights.base
        for (index, cut) in cuts.enumerated() {
            panels.initializeElement(
                at: index,
                to: ck_panel_f32(
                    weights: next, first_output: cut.firstOutput, blocks: cut.blocks,
                    first_input: cut.inputs.lowerBound, inputs: cut.inputs.count))
            blocks += (0..<cut.blocks).map { (cut, $0, next) }
            next += shape.taps * cut.inputs.count * cut.width
        }
        nonisolated(unsafe) let (parts, sources, kernels) = (blocks, sources, plan.kernels)
        plan.pool.perform(parts.count) { index in
            fold.pack(
                sources, parts[index].panel, block: parts[index].block, isTransformed: isTransformed,
                into: parts[index].target, kernels)
        }
    }

    deinit { panels.deallocate() }
}

/// The output channels that one panel computes, and the input channels that feed them.
struct PanelShape: Equatable {
    let firstOutput, blocks: Int
    let inputs: Range<Int>

    /// Lanes: output channels in whole blocks.
    var width: Int { blocks * Int(CK_BLOCK) }

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
    /// Writes one block of a panel, `[taps, inputs, lanes]`, zero in lanes that have no output and for inputs of other
    /// groups.
    /// - Parameters:
    ///   - sources: of each term, `[outputs, inputs / groups, taps]`
    ///   - target: the panel's first weight.
    fileprivate func pack(
        _ sources: [UnsafePointer<Float>?], _ panel: PanelShape, block: Int, isTransformed: Bool,
        into target: UnsafeMutablePointer<Float>, _ kernels: OpaquePointer
    ) {
        let first = panel.firstOutput + block * Int(CK_BLOCK)
        let outputs = first..<min(first + Int(CK_BLOCK), shape.outputs)
        func pack(_ filters: UnsafePointer<Float>, _ scale: [Double]?) {
            self.pack(filters, outputs, scale, panel, block: block, isTransformed: isTransformed, into: target, kernels)
        }
        if terms.count == 1 {
            if let source = sources[0] { pack(source + first * shape.fan, terms[0].scale) }
            return
        }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: outputs.count * shape.fan) { filters in
            guard let filters = filters.baseAddress else { return }
            add(sources, outputs, into: filters)
            pack(filters, nil)
        }
    }

    /// The same of filters that are the only term.
    /// - Parameter filters: those of `outputs`.
    private func pack(
        _ filters: UnsafePointer<Float>, _ outputs: Range<Int>, _ scale: [Double]?, _ panel: PanelShape, block: Int,
        isTransformed: Bool, into target: UnsafeMutablePointer<Float>, _ kernels: OpaquePointer
    ) {
        let (first, end) = (outputs.lowerBound, outputs.upperBound)
        let outputsPerGroup = shape.outputs / shape.groups
        (scale ?? []).withUnsafeBufferPointer { scale in
            var output = first
            while output < end {
                let group = output / outputsPerGroup
                let input = group * shape.inputsPerGroup - panel.inputs.lowerBound
                let next = min(end, (group + 1) * outputsPerGroup)
                var lanes = ck_filter_block_f32(
                    kernels: kernels, filters: filters + (output - first) * shape.fan,
                    scale: scale.isEmpty ? nil : scale.baseAddress.map { $0 + output }, first_lane: output - first,
                    lanes: next - output, inputs: shape.inputsPerGroup, taps: shape.taps,
                    is_transformed: isTransformed,
                    output: target + input * panel.width + block * Int(CK_BLOCK), input_stride: panel.width,
                    tap_stride: panel.inputs.count * panel.width)
                ck_pack_filters_f32(&lanes)
                output = next
            }
        }
    }
}
