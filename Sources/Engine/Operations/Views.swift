import ModelGraph

extension Operation.Reshape: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) { output = operands.elements }
}

extension Operation.Permute: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let strides = rowMajorStrides(operands.inputs[0].shape)
        operands.gather(operands.shape, strides: axes.map { strides[$0] }, into: &output)
    }
}

extension Operation.Expand: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        operands.gather(
            shape, strides: StridedWalk.broadcast(operands.inputs[0].shape, to: shape), into: &output)
    }
}

extension Operation.Slice: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        var strides = rowMajorStrides(operands.inputs[0].shape)
        let offset = start * strides[axis]
        strides[axis] *= step
        operands.gather(operands.shape, strides: strides, offset: offset, into: &output)
    }
}

extension Operation.Concat: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let inner = operands.shape[(axis + 1)...].reduce(1, *)
        let row = operands.shape[axis] * inner
        var offset = 0
        for input in operands.inputs {
            let part = input.shape[axis] * inner
            for block in 0..<input.scalars.count / part {
                let target = block * row + offset
                output.replaceSubrange(target..<target + part, with: input.scalars[block * part..<(block + 1) * part])
            }
            offset += part
        }
    }
}

extension Operation.Pad: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        output = padded(operands.elements, operands.inputs[0].shape, with: 0)
    }

    /// Row-major elements with `filler` around them.
    /// - Parameter shape: the extents before, of all axes or of the first ones.
    private func padded<Element>(_ elements: [Element], _ shape: [Int], with filler: Element) -> [Element] {
        let target = shape.indices.map { before[$0] + shape[$0] + after[$0] }
        let strides = rowMajorStrides(target)
        let offset = zip(before, strides).reduce(0) { $0 + $1.0 * $1.1 }
        var result = [Element](repeating: filler, count: target.reduce(1, *))
        var next = 0
        StridedWalk(shape: shape, strides: strides).forEachRow { first, length, step in
            for index in 0..<length { result[offset + first + index * step] = elements[next + index] }
            next += length
        }
        return result
    }
}

extension Operation.Roll: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        output = operands.elements
        roll(&output, operands.shape)
    }

    /// Moves row-major elements.
    /// - Parameter shape: the extents of all axes or of the first ones, `axes` among them.
    private func roll<Element>(_ elements: inout [Element], _ shape: [Int]) {
        for (shift, axis) in zip(shifts, axes) {
            let source = elements
            AxisWalk(shape, axis).forEachLine { first, count, step in
                for index in 0..<count {
                    let target = ((index + shift % count) % count + count) % count
                    elements[first + target * step] = source[first + index * step]
                }
            }
        }
    }
}

extension Operation.Gather: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        output = gathered(operands.elements, operands.inputs[0].shape)
    }

    /// What the table chooses of row-major elements.
    /// - Parameter shape: the extents of all axes or of the first ones, `axis` among them.
    private func gathered<Element>(_ elements: [Element], _ shape: [Int]) -> [Element] {
        let (blocks, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
        let positions = index.elements.map { Int($0) }
        var result: [Element] = []
        result.reserveCapacity(blocks * positions.count * inner)
        for block in 0..<blocks {
            for position in positions {
                let first = (block * shape[axis] + position) * inner
                result += elements[first..<first + inner]
            }
        }
        return result
    }
}

extension Operation.Unfold: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let input = operands.inputs[0]
        let (channels, height, width) = (input.shape[1], input.shape[2], input.shape[3])
        let across = (width + 2 * padding.width - dilation.width * (kernel.width - 1) - 1) / stride.width + 1
        let windows = operands.shape[2]
        var next = 0
        for plane in 0..<input.shape[0] * channels {
            for tapY in 0..<kernel.height {
                for tapX in 0..<kernel.width {
                    for window in 0..<windows {
                        let y = window / across * stride.height - padding.height + tapY * dilation.height
                        let x = window % across * stride.width - padding.width + tapX * dilation.width
                        let isInside = 0..<height ~= y && 0..<width ~= x
                        output[next] = isInside ? input.scalars[(plane * height + y) * width + x] : 0
                        next += 1
                    }
                }
            }
        }
    }
}

// MARK: - Lowering: views where strides or a row map say so

extension Operation.Reshape {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        try plan.defineView(step) { view in view.reshaped(to: shape) ?? view.mapped(to: shape) { $0 } }
    }
}

extension Operation.Permute {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        try plan.defineView(step) { view in
            guard view.map != nil else { return view.permuted(axes) }
            guard axes.last == axes.count - 1 else { return nil }
            let outer = Array(view.shape.dropLast())
            let strides = rowMajorStrides(outer)
            return view.mapped(to: axes.map { view.shape[$0] }) { positions in
                rearranged(positions, axes.dropLast().map { outer[$0] }, axes.dropLast().map { strides[$0] })
            }
        }
    }
}

extension Operation.Expand {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        try plan.defineView(step) { view in view.map == nil ? view.broadcast(to: shape) : nil }
    }
}

extension Operation.Slice {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        if plan.defineList(step) { return }
        try plan.defineView(step) { view in
            if view.map == nil {
                var part = view
                part.offset += start * view.strides[axis]
                part.shape[axis] = count
                part.strides[axis] *= self.step
                return part
            }
            guard axis < view.shape.count - 1 else { return nil }
            let outer = Array(view.shape.dropLast())
            var (extents, strides) = (outer, rowMajorStrides(outer))
            let offset = start * strides[axis]
            extents[axis] = count
            strides[axis] *= self.step
            return view.mapped(to: step.shape) { rearranged($0, extents, strides, offset: offset) }
        }
    }
}

extension Operation.Roll {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        let rank = step.shape.count
        try plan.defineView(step) { view in
            guard axes.allSatisfy({ $0 < rank - 1 }) else { return nil }
            let outer = Array(view.shape.dropLast())
            return view.mapped(to: step.shape) { positions in
                var positions = positions
                roll(&positions, outer)
                return positions
            }
        }
    }
}

extension Operation.Pad {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        let rank = step.shape.count
        try plan.defineView(step) { view in
            guard before[rank - 1] == 0, after[rank - 1] == 0 else { return nil }
            return view.mapped(to: step.shape) { padded($0, Array(view.shape.dropLast()), with: -1) }
        }
    }
}

extension Operation.Concat {
    /// Copies the values that are not in their place yet.
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        if plan.defineList(step) { return }
        if let view = plan.concatenation(step) { return plan.define(step.output, view) }
        let views = step.inputs.map { plan.strided(plan.view(of: $0)) }
        let output = plan.allocate(step.shape, order: views[0].memoryOrder)
        plan.define(step.output, output)
        var first = 0
        for view in views {
            var part = output
            part.offset += first * output.strides[axis]
            part.shape[axis] = view.shape[axis]
            plan.appendCopy(of: view, to: part)
            first += view.shape[axis]
        }
    }
}

extension Operation.Gather {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        if plan.defineList(step) { return }
        if axis == 1, step.shape.count == 4, index.shape.count == 1,
            let rows = plan.view(of: step.inputs[0]).rows(of: 1)
        {
            let table = RowTable(index.elements.map { Int32($0) })
            return plan.define(step.output, ListedRows(rows: rows, channels: table))
        }
        try plan.defineView(step) { view in
            guard axis < view.shape.count - 1 else { return nil }
            return view.mapped(to: step.shape) { gathered($0, Array(view.shape.dropLast())) }
        }
    }
}

extension Operation.Unfold {
    /// A copy of overlapping windows, which strides describe where nothing is padded.
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) throws {
        let shape = plan.shape(of: step.inputs[0])
        guard padding == .square(0) else { return try plan.appendReference(step) }
        let view = plan.strided(plan.view(of: step.inputs[0]))
        let windows = try windows(height: shape[2], width: shape[3])
        let (n, c, h, w) = (view.strides[0], view.strides[1], view.strides[2], view.strides[3])
        let source = ValueView(
            buffer: view.buffer, offset: view.offset,
            shape: [shape[0], shape[1], kernel.height, kernel.width, windows.height, windows.width],
            strides: [n, c, h * dilation.height, w * dilation.width, h * stride.height, w * stride.width])
        // Columns become rows: what follows is a product over the channels.
        let rows = plan.allocate([shape[0], windows.height * windows.width, step.shape[1]])
        let stride = rows.strides[1]
        let target = ValueView(
            buffer: rows.buffer, offset: 0, shape: source.shape,
            strides: [
                rows.strides[0], kernel.height * kernel.width, kernel.width, 1, windows.width * stride, stride,
            ])
        plan.appendCopy(of: source, to: target)
        plan.define(step.output, rows.permuted([0, 2, 1]))
    }
}

/// Positions in the row-major order of a strided view of them.
private func rearranged(_ positions: [Int32], _ shape: [Int], _ strides: [Int], offset: Int = 0) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(shape.reduce(1, *))
    StridedWalk(shape: shape, strides: strides).forEachRow { first, length, step in
        for index in 0..<length { result.append(positions[offset + first + index * step]) }
    }
    return result
}
