/// `torch.nn.Conv2d`.
public struct Conv2d: Module {
    private let scope: Scope
    private let geometry: Conv2dGeometry
    private let weights: [Int]

    /// Declares `weight` `[outputs, inputs / groups, k, k]` and, with `bias`, `bias` `[outputs]`.
    /// - Throws: `GraphError.shape` if the channels do not divide into `groups`.
    public init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        dilation: Int = 1, groups: Int = 1, bias: Bool = true
    ) throws(GraphError) {
        for channels in [inputs, outputs] {
            guard groups > 0, channels % groups == 0 else {
                throw .shape(module: scope.path, .groups(groups, channels: channels))
            }
        }
        self.scope = scope
        geometry = Conv2dGeometry(
            stride: .square(stride), padding: .square(padding), dilation: .square(dilation), groups: groups)
        var weights = [try scope.declare("weight", [outputs, inputs / groups, kernel, kernel])]
        if bias { weights.append(try scope.declare("bias", [outputs])) }
        self.weights = weights
    }

    /// `[N, inputs, H, W]` → `[N, outputs, H', W']`.
    public func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        scope.output(try scope.record(.conv2d(geometry), input, weights: weights))
    }
}
