extension Operation {
    /// The same elements in row-major order under another shape.
    package struct Reshape: OperationDefinition {
        package static let name = "reshape"
        package var shape: [Int]

        package init(_ shape: [Int]) { self.shape = shape }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard input.productSaturated == shape.productSaturated else { throw .unequal(input, shape) }
            return shape
        }
    }

    /// Axis i of the output is axis `axes[i]` of the input.
    package struct Permute: OperationDefinition {
        package static let name = "permute"
        package var axes: [Int]

        package init(_ axes: [Int]) { self.axes = axes }

        /// The permutation that undoes this one.
        package var inverse: Permute {
            var inverse = axes
            for (position, axis) in axes.enumerated() { inverse[axis] = position }
            return Permute(inverse)
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard axes.sorted() == Array(input.indices) else { throw .rank(expected: axes.count, found: input) }
            return axes.map { input[$0] }
        }
    }

    /// Extents of 1 repeated to those of `shape`, aligned at the end.
    package struct Expand: OperationDefinition {
        package static let name = "expand"
        package var shape: [Int]

        package init(_ shape: [Int]) { self.shape = shape }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard try broadcast(input, shape) == shape else { throw .unequal(input, shape) }
            return shape
        }
    }

    /// Positions start, start + step, … of `axis`, `count` of them.
    package struct Slice: OperationDefinition {
        package static let name = "slice"
        package var axis: Int
        package var start: Int
        package var count: Int
        package var step: Int

        package init(axis: Int, start: Int, count: Int, step: Int = 1) {
            self.axis = axis
            self.start = start
            self.count = count
            self.step = step
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            var shape = try operands.single()
            try requireAxis(axis, of: shape)
            let limit = 1 << 40
            guard 0..<limit ~= start, 1...limit ~= count, 1...limit ~= step,
                start.addingSaturated((count - 1).multipliedSaturated(step)) < shape[axis]
            else { throw .range(start: start, count: count, step: step, extent: shape[axis]) }
            shape[axis] = count
            return shape
        }
    }

    /// Values one after the other along `axis`.
    package struct Concat: OperationDefinition {
        package static let name = "cat"
        package var axis: Int

        package init(axis: Int) { self.axis = axis }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            guard var shape = operands.inputs.first else { throw .operands(expected: "at least 1", found: 0) }
            try requireAxis(axis, of: shape)
            var sum = 0
            for input in operands.inputs {
                guard input.count == shape.count, input[..<axis] == operands.inputs[0][..<axis],
                    input[(axis + 1)...] == operands.inputs[0][(axis + 1)...]
                else { throw .unequal(operands.inputs[0], input) }
                sum = sum.addingSaturated(input[axis])
            }
            shape[axis] = sum
            return shape
        }
    }

    /// Zeros before and after each axis.
    package struct Pad: OperationDefinition {
        package static let name = "pad"
        /// Elements, an axis each.
        package var before: [Int]
        package var after: [Int]

        package init(before: [Int], after: [Int]) {
            self.before = before
            self.after = after
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard before.count == input.count, after.count == input.count, (before + after).allSatisfy({ $0 >= 0 })
            else { throw .rank(expected: before.count, found: input) }
            return input.indices.map { input[$0].addingSaturated(before[$0]).addingSaturated(after[$0]) }
        }
    }

    /// `torch.roll`: position i moves to (i + shift) mod extent.
    package struct Roll: OperationDefinition {
        package static let name = "roll"
        package var shifts: [Int]
        package var axes: [Int]

        package init(shifts: [Int], axes: [Int]) {
            self.shifts = shifts
            self.axes = axes
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard shifts.count == axes.count else { throw .operands(expected: "\(axes.count)", found: shifts.count) }
            for axis in axes { try requireAxis(axis, of: input) }
            return input
        }
    }

    /// Positions of `axis` by a table; the axis becomes those of the table.
    package struct Gather: OperationDefinition {
        package static let name = "gather"
        package var axis: Int
        package var index: ComputedTable

        package init(axis: Int, index: ComputedTable) {
            self.axis = axis
            self.index = index
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try requireAxis(axis, of: input)
            return input[..<axis] + index.shape + input[(axis + 1)...]
        }
    }

    /// `torch.nn.Unfold`: `[N, C, H, W]` → `[N, C · kh · kw, windows]`, channels outermost in a column.
    package struct Unfold: OperationDefinition {
        package static let name = "unfold"
        package var kernel: Extent2d
        package var stride: Extent2d
        package var padding: Extent2d
        package var dilation: Extent2d

        package init(
            kernel: Extent2d, stride: Extent2d = .square(1), padding: Extent2d = .square(0),
            dilation: Extent2d = .square(1)
        ) {
            self.kernel = kernel
            self.stride = stride
            self.padding = padding
            self.dilation = dilation
        }

        /// Windows down and across a map of this height and width.
        package func windows(height: Int, width: Int) throws(ShapeError) -> Extent2d {
            Extent2d(
                height: try windowCount(
                    height, kernel: kernel.height, stride: stride.height, padding: padding.height,
                    dilation: dilation.height),
                width: try windowCount(
                    width, kernel: kernel.width, stride: stride.width, padding: padding.width,
                    dilation: dilation.width))
        }

        package func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.featureMap()
            let windows = try windows(height: input[2], width: input[3])
            return [
                input[0], [input[1], kernel.height, kernel.width].productSaturated,
                windows.height.multipliedSaturated(windows.width),
            ]
        }
    }
}
