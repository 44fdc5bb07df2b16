import ModelConfig
import ModelGraph

/// A batch norm of class tokens `[N, C]`, without learnt parameters unless asked for.
///
/// Source: `mmpretrain/models/necks/mae_neck.py` of MMPreTrain 1.2.
package struct ClsBatchNormNeck: Architecture {
    package static let typeNames = ["ClsBatchNormNeck"]

    private let channels: Int
    private let isAffine: Bool
    private let epsilon: Double

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("init_cfg")
        channels = try config.positive("input_features")
        isAffine = try config.bool("affine", default: false)
        epsilon = try config.double("eps", default: 1e-6)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        Layers(scope: scope, norm: try BatchNorm(scope("bn"), channels, epsilon: epsilon, affine: isAffine))
    }

    private struct Layers: Stage {
        let scope: Scope
        let norm: BatchNorm

        func features(_ input: Features) throws(GraphError) -> Features {
            try scope.features(input) { value throws(GraphError) in try norm(value) }
        }
    }
}
