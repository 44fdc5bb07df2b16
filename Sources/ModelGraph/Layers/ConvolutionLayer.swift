/// `torch.nn.Conv2d`.
package struct Conv2d: Module {
    private let scope: Scope
    private let operation: Operation.Conv2d
    private let weights: [Int]

    /// Declares `weight` `[outputs, inputs / groups, k, k]` and, with `bias`, `bias` `[outputs]`.
    /// - Throws: `GraphError.shape` if the channels do not divide into `groups`.
    package init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        dilation: Int = 1, groups: Int = 1, bias: Bool = true
    ) throws(GraphError) {
        try self.init(
            scope, inputs, outputs, kernel: .square(kernel),
            Conv2dGeometry(
                stride: .square(stride), padding: .square(padding), dilation: .square(dilation), groups: groups),
            bias: bias)
    }

    /// Declares `weight` `[outputs, inputs / groups, kh, kw]` and, with `bias`, `bias` `[outputs]`.
    /// - Parameter isSamePadded: PyTorch's `padding='same'`; the geometry holds what it comes to.
    /// - Throws: `GraphError.shape` if the channels do not divide into the groups.
    package init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Extent2d, _ geometry: Conv2dGeometry,
        isSamePadded: Bool = false, bias: Bool = true
    ) throws(GraphError) {
        for channels in [inputs, outputs] {
            guard geometry.groups > 0, channels % geometry.groups == 0 else {
                throw .shape(module: scope.path, .groups(geometry.groups, channels: channels))
            }
        }
        self.scope = scope
        operation = Operation.Conv2d(geometry, isSamePadded: isSamePadded)
        var weights = [
            try scope.declare("weight", [outputs, inputs / geometry.groups, kernel.height, kernel.width])
        ]
        if bias { weights.append(try scope.declare("bias", [outputs])) }
        self.weights = weights
    }

    /// `[N, inputs, H, W]` → `[N, outputs, H', W']`.
    package func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.conv2d(operation), input, weights: weights))
    }
}
