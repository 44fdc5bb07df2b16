import ModelConfig
import ModelGraph

/// The generalized mean of each channel over the positions, (mean max(x, eps)ᵖ)^(1/p), flattened; of every level that the
/// backbone gives. p is a parameter of one element.
///
/// Source: `mmpretrain/models/necks/gem.py` of MMPreTrain 1.2.
package struct GeneralizedMeanPooling: Architecture {
    package static let typeNames = ["GeneralizedMeanPooling"]

    /// The least value that is raised to a power; `nil`: any.
    private let lowest: Double?

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("p_trainable")
        guard try config.double("p", default: 3) >= 1 else { throw config.error("p", "'p' must be at least 1") }
        let epsilon = try config.double("eps", default: 1e-6)
        lowest = try config.bool("clamp", default: true) ? epsilon : nil
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        Pooling(scope: scope, lowest: lowest, power: try scope.declare("p", [1]))
    }

    private struct Pooling: Stage {
        let scope: Scope
        let lowest: Double?
        let power: Int

        func features(_ input: Features) throws(GraphError) -> Features {
            let power = try scope.value(ofParameter: power)
            let root = try scope.record(.function(.reciprocal), power)
            return try scope.features(input) { value throws(GraphError) in
                var value = value
                if let lowest { value = try scope.activate(.clamp(lower: lowest, upper: .infinity), value) }
                let powers = try scope.record(.binaryFunction(.init(.power)), value, power)
                let mean = try scope.mean(powers, axes: [2, 3])
                return try scope.record(.binaryFunction(.init(.power)), mean, root)
            }
        }
    }
}
