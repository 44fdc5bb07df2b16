import ModelGraph

/// Source: `aten/src/ATen/native/GridSampler.h`.
extension Operation.GridSample: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (maps, places) = (operands.inputs[0], operands.inputs[1].scalars)
        let (channels, height, width) = (maps.shape[1], maps.shape[2], maps.shape[3])
        let count = operands.shape[2] * operands.shape[3]
        for sample in 0..<maps.shape[0] {
            for place in 0..<count {
                let at = 2 * (sample * count + place)
                let columns = taps(of: places[at], extent: width)
                let rows = taps(of: places[at + 1], extent: height)
                for channel in 0..<channels {
                    let plane = (sample * channels + channel) * height * width
                    var sum = 0.0
                    for row in rows {
                        for column in columns {
                            sum += row.share * column.share * maps.scalars[plane + row.index * width + column.index]
                        }
                    }
                    output[(sample * channels + channel) * count + place] = sum
                }
            }
        }
    }

    /// The elements of an axis that the sample at a place is made of.
    private func taps(of place: Double, extent: Int) -> [(index: Int, share: Double)] {
        let middle =
            isInElements
            ? place : alignCorners ? (place + 1) / 2 * Double(extent - 1) : ((place + 1) * Double(extent) - 1) / 2
        // To PyTorch a position that no 32-bit integer holds is outside of the map.
        guard middle.magnitude < 0x1p31 else { return tap(middle < 0 ? 0 : extent - 1, extent, isInside: false) }
        switch mode {
        case .nearest:
            let index = Int(inside(middle, extent).rounded(.toNearestOrEven))
            return tap(index, extent, isInside: 0..<extent ~= index)
        case .bilinear:
            let x = inside(middle, extent)
            let first = Int(x.rounded(.down))
            let rest = x - Double(first)
            return [(first, 1 - rest), (first + 1, rest)].filter { 0..<extent ~= $0.0 }
        case .bicubic:
            // Each of the four is brought inside by itself, unlike above.
            let first = Int(middle.rounded(.down)) - 1
            return cubicWeights(middle - middle.rounded(.down)).enumerated().compactMap { offset, share in
                let index = Int(inside(Double(first + offset), extent))
                return 0..<extent ~= index ? (index, share) : nil
            }
        }
    }

    private func tap(_ index: Int, _ extent: Int, isInside: Bool) -> [(index: Int, share: Double)] {
        isInside || padding != .zeros ? [(min(max(index, 0), extent - 1), 1)] : []
    }

    /// The position that stands for one outside of the axis.
    private func inside(_ x: Double, _ extent: Int) -> Double {
        let last = Double(extent - 1)
        switch padding {
        case .zeros: return x
        case .border: return min(max(x, 0), last)
        case .reflection:
            let (low, span) = alignCorners ? (0, last) : (-0.5, Double(extent))
            guard span > 0 else { return 0 }
            let distance = (x - low).magnitude
            let turns = (distance / span).rounded(.down)
            let rest = distance - turns * span
            let reflected = turns.truncatingRemainder(dividingBy: 2) == 0 ? rest + low : span - rest + low
            return min(max(reflected, 0), last)
        }
    }
}
