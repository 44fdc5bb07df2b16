import ModelGraph

/// Global response normalisation (ConvNeXt V2): γ · x · ‖x‖ / mean ‖x‖ + β + x, with norms over the positions and the
/// mean over the channels.
///
/// Source: `mmpretrain/models/utils/norm.py` of MMPreTrain 1.2.
struct GlobalResponseNorm: Module {
    private let scope: Scope
    private let gamma, beta: Int
    private let isChannelsLast: Bool

    init(_ scope: Scope, _ channels: Int, isChannelsLast: Bool) throws(GraphError) {
        self.scope = scope
        self.isChannelsLast = isChannelsLast
        gamma = try scope.declare("gamma", [channels])
        beta = try scope.declare("beta", [channels])
    }

    /// `[N, H, W, C]` or `[N, C, H, W]` → the same shape.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let norms = try scope.reduce(.norm, input, axes: isChannelsLast ? [1, 2] : [2, 3], keepingAxes: true)
        let mean = try scope.mean(norms, axes: [isChannelsLast ? -1 : 1], keepingAxes: true)
        let response = try scope.divide(norms, by: try scope.scale(mean, adding: 1e-6))
        var (gamma, beta) = (try scope.value(ofParameter: gamma), try scope.value(ofParameter: beta))
        if !isChannelsLast {
            let shape = [1, scope.shape(of: gamma)[0], 1, 1]
            (gamma, beta) = (try scope.reshape(gamma, shape), try scope.reshape(beta, shape))
        }
        let scaled = try scope.multiply(gamma, by: try scope.multiply(input, by: response))
        return scope.output(try scope.add(try scope.add(scaled, beta), input))
    }
}
