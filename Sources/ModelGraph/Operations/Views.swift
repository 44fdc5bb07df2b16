extension Operation {
    /// The same elements in row-major order under another shape.
    public struct Reshape: OperationDefinition {
        public static let name = "reshape"
        public var shape: [Int]

        public init(_ shape: [Int]) { self.shape = shape }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard input.productSaturated == shape.productSaturated else { throw .unequal(input, shape) }
            return shape
        }
    }

    /// Axis i of the output is axis `axes[i]` of the input.
    public struct Permute: OperationDefinition {
        public static let name = "permute"
        public var axes: [Int]

        public init(_ axes: [Int]) { self.axes = axes }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard axes.sorted() == Array(input.indices) else { throw .rank(expected: axes.count, found: input) }
            return axes.map { input[$0] }
        }
    }

    /// Extents of 1 repeated to those of `shape`, aligned at the end.
    public struct Expand: OperationDefinition {
        public static let name = "expand"
        public var shape: [Int]

        public init(_ shape: [Int]) { self.shape = shape }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard try broadcast(input, shape) == shape else { throw .unequal(input, shape) }
            return shape
        }
    }

    /// Positions start, start + step, … of `axis`, `count` of them.
    public struct Slice: OperationDefinition {
        public static let name = "slice"
        public var axis: Int
        public var start: Int
        public var count: Int
        public var step: Int

        public init(axis: Int, start: Int, count: Int, step: Int = 1) {
            self.axis = axis
            self.start = start
            self.count = count
            self.step = step
        }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            var shape = try operands.single()
            try requireAxis(axis, of: shape)
            let limit = 1 << 40
            guard 0..<limit ~= start, 1...limit ~= count, 1...limit ~= step,
                start + (count - 1).multipliedSaturated(step) < shape[axis]
            else { throw .range(start: start, count: count, step: step, extent: shape[axis]) }
            shape[axis] = count
            return shape
        }
    }

    /// Values one after the other along `axis`.
    public struct Concat: OperationDefinition {
        public static let name = "cat"
        public var axis: Int

        public init(axis: Int) { self.axis = axis }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
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
    public struct Pad: OperationDefinition {
        public static let name = "pad"
        /// Elements, an axis each.
        public var before: [Int]
        public var after: [Int]

        public init(before: [Int], after: [Int]) {
            self.before = before
            self.after = after
        }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard before.count == input.count, after.count == input.count, (before + after).allSatisfy({ $0 >= 0 })
            else { throw .rank(expected: before.count, found: input) }
            return input.indices.map { input[$0].addingSaturated(before[$0]).addingSaturated(after[$0]) }
        }
    }

    /// `torch.roll`: position i moves to (i + shift) mod extent.
    public struct Roll: OperationDefinition {
        public static let name = "roll"
        public var shifts: [Int]
        public var axes: [Int]

        public init(shifts: [Int], axes: [Int]) {
            self.shifts = shifts
            self.axes = axes
        }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            guard shifts.count == axes.count else { throw .operands(expected: "\(axes.count)", found: shifts.count) }
            for axis in axes { try requireAxis(axis, of: input) }
            return input
        }
    }

    /// Positions of `axis` by a table; the axis becomes those of the table.
    public struct Gather: OperationDefinition {
        public static let name = "gather"
        public var axis: Int
        public var index: ComputedTable

        public init(axis: Int, index: ComputedTable) {
            self.axis = axis
            self.index = index
        }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.single()
            try requireAxis(axis, of: input)
            return input[..<axis] + index.shape + input[(axis + 1)...]
        }
    }

    /// `torch.nn.Unfold`: `[N, C, H, W]` → `[N, C · kh · kw, windows]`, channels outermost in a column.
    public struct Unfold: OperationDefinition {
        public static let name = "unfold"
        public var kernel: Extent2d
        public var stride: Extent2d
        public var padding: Extent2d
        public var dilation: Extent2d

        public init(
            kernel: Extent2d, stride: Extent2d = .square(1), padding: Extent2d = .square(0),
            dilation: Extent2d = .square(1)
        ) {
            self.kernel = kernel
            self.stride = stride
            self.padding = padding
            self.dilation = dilation
        }

        /// Windows down and across a map of this height and width.
        public func windows(height: Int, width: Int) throws(ShapeError) -> Extent2d {
            Extent2d(
                height: try windowCount(
                    height, kernel: kernel.height, stride: stride.height, padding: padding.height,
                    dilation: dilation.height),
                width: try windowCount(
                    width, kernel: kernel.width, stride: stride.width, padding: padding.width,
                    dilation: dilation.width))
        }

        public func outputShape(_ operands: Operands) throws(ShapeError) -> [Int] {
            let input = try operands.featureMap()
            let windows = try windows(height: input[2], width: input[3])
            return [
                input[0], [input[1], kernel.height, kernel.width].productSaturated,
                windows.height.multipliedSaturated(windows.width),
            ]
        }
    }
}
