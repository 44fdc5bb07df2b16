import ModelConfig
import ModelGraph

/// Logits by the cosine of the features and a class's weights (Deng et al. 2019, arXiv:1801.07698), of several centres of
/// a class the nearest. The margins are of training only.
///
/// Source: `mmpretrain/models/heads/margin_head.py` of MMPreTrain 1.2.
package struct ArcFaceClsHead: Architecture {
    package static let typeNames = ["ArcFaceClsHead"]

    private let classes, channels, centers: Int
    /// What a cosine is multiplied by.
    private let scale: Double

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("margins", "easy_margin", "loss", "init_cfg")
        classes = try config.positive("num_classes")
        channels = try config.positive("in_channels")
        centers = try config.positive("num_subcenters", default: 1)
        scale = try config.double("scale", default: 64)
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let product = scope("norm_product")
        return Layers(
            scope: scope, product: product, weight: try product.declare("weight", [classes * centers, channels]),
            centers: centers, scale: scale)
    }

    private struct Layers: Module {
        let scope, product: Scope
        /// Position of `[classes · centers, channels]`.
        let weight: Int
        let centers: Int
        let scale: Double

        /// `[N, channels]` → `[N, classes]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let features = try product.normalize(input, axis: 1)
            let weights = try product.normalize(try product.value(ofParameter: weight), axis: 1)
            var cosines = try product.matmul(features, weights, transposed: true)
            if centers > 1 {
                let grouped = try product.reshape(cosines, [product.shape(of: cosines)[0], -1, centers])
                cosines = try product.reduce(.max, grouped, axes: [2])
            }
            return scope.output(try scope.scale(product.output(cosines), by: scale))
        }
    }
}
