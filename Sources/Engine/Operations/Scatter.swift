import ModelGraph

extension Operation.Scatter: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (base, positions, source) = (operands.inputs[0], operands.inputs[1], operands.inputs[2])
        let places = ScatterPlaces(base: base.shape, positions: positions.shape, axis: axis)
        output = base.scalars
        var counts = [Int](repeating: includesBase ? 1 : 0, count: kind == .replace ? 0 : output.count)
        places.visit { index, start, stride in
            let place = start + stride * Operation.SelectRows.row(positions.scalars[index], of: base.shape[axis])
            let element = source.scalars[index]
            guard kind != .replace, counts[place] > 0 else {
                output[place] = element
                if kind != .replace { counts[place] = 1 }
                return
            }
            counts[place] += 1
            switch kind {
            case .replace: break
            case .sum, .mean: output[place] += element
            case .product: output[place] *= element
            case .max: if element > output[place] || element.isNaN { output[place] = element }
            case .min: if element < output[place] || element.isNaN { output[place] = element }
            }
        }
        guard kind == .mean else { return }
        for place in output.indices where counts[place] > 1 { output[place] /= Double(counts[place]) }
    }
}

/// Where the lines begin that elements are put into.
private struct ScatterPlaces {
    let base, positions: [Int]
    let axis: Int

    /// Calls `body` for each element of the positions, in row-major order, with its index, where its line of the base
    /// begins, and how far apart the line's elements are.
    func visit(_ body: (_ index: Int, _ start: Int, _ stride: Int) -> Void) {
        let strides = rowMajorStrides(base)
        var own = strides
        own[axis] = 0
        var index = 0
        StridedWalk(shape: positions, strides: own).forEachRow { first, length, step in
            for place in 0..<length {
                body(index, first + place * step, strides[axis])
                index += 1
            }
        }
    }
}
