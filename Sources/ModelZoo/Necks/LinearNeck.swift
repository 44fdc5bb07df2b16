import ModelConfig
import ModelGraph

/// A linear layer with a norm and an activation after it, of the last level that the backbone gives; feature maps may be
/// pooled first.
///
/// Source: `mmpretrain/models/necks/linear_neck.py` of MMPreTrain 1.2.
package struct LinearNeck: Architecture {
    package static let typeNames = ["LinearNeck"]

    private let inputs, outputs: Int
    /// Axes of positions to pool over; 0 for none.
    private let axes: Int
    private let norm: NormLayer?
    private let activation: Activation?

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("init_cfg")
        inputs = try config.positive("in_channels")
        outputs = try config.positive("out_channels")
        axes = try config.int("gap_dim", default: 0)
        guard 0...2 ~= axes else {
            throw config.notBuiltIn("gap_dim", "'gap_dim' other than 0, 1 or 2 is not built in")
        }
        norm = try config.norm("norm_cfg", default: .batchNorm(epsilon: 1e-5))
        activation = try config.activation("act_cfg", default: nil)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var layers: [any Module] = [try Linear(scope("fc"), inputs, outputs)]
        if let norm { layers.append(try norm.layer(scope("norm"), outputs)) }
        if let activation { layers.append(ActivationLayer(scope("act"), activation)) }
        return Layers(scope: scope, axes: axes, layers: layers)
    }

    private struct Layers: Stage {
        let scope: Scope
        let axes: Int
        let layers: [any Module]

        func features(_ input: Features) throws(GraphError) -> Features {
            guard input.last.count == 1 else {
                throw .configuration(
                    module: scope.path, "takes one tensor, and the backbone gives \(input.last.count)")
            }
            var value = input.value
            if axes > 0 { value = try scope.pooledPositions(value, axes: axes) }
            value = try scope.flatten(value)
            for layer in layers { value = try layer(value) }
            let output = Features(value)
            scope.output(output.values)
            return output
        }
    }
}
