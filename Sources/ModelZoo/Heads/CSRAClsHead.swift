import ModelConfig
import ModelGraph

/// Class-specific residual attention (Zhu & Wu 2021, arXiv:2108.02456): the mean of a class's scores over the positions
/// and, by its own softmax or maximum, the best of them; for several labels per image.
///
/// Source: `mmpretrain/models/heads/multi_label_csra_head.py` of MMPreTrain 1.2.
package struct CSRAClsHead: Architecture {
    package static let typeNames = ["CSRAClsHead"]

    private let classes, channels: Int
    /// The temperature of the softmax of each head; nil for the maximum.
    private let temperatures: [Double?]
    /// Weight of the best scores.
    private let lambda: Double

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignoreHeadTraining()
        classes = try config.positive("num_classes")
        channels = try config.positive("in_channels")
        let heads = try config.int("num_heads")
        guard let temperatures = Self.temperatures[heads] else {
            throw config.error("num_heads", "the num of heads, \(heads), is not in temperature setting: 1, 2, 4, 6, 8")
        }
        self.temperatures = temperatures
        lambda = try config.double("lam")
        guard lambda > 0 else { throw config.error("lam", "'lam' should be above 0") }
    }

    private static let temperatures: [Int: [Double?]] = [
        1: [1], 2: [1, nil], 4: [1, 2, 4, nil], 6: [1, 2, 3, 4, 5, nil], 8: [1, 2, 3, 4, 5, 6, 7, nil],
    ]

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var heads: [Head] = []
        for (index, temperature) in temperatures.enumerated() {
            let place = scope("csra_heads")(index)
            let weight = try place("head").declare("weight", [classes, channels, 1, 1])
            heads.append(Head(scope: place, weight: weight, temperature: temperature, lambda: lambda))
        }
        return Layers(scope: scope, heads: heads)
    }

    private struct Layers: Module {
        let scope: Scope
        let heads: [Head]

        /// `[N, C, H, W]` → `[N, classes]`.
        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var sum = try heads[0](input)
            for head in heads.dropFirst() { sum = try scope.add(sum, try head(input)) }
            return scope.output(sum)
        }
    }

    private struct Head: Module {
        let scope: Scope
        /// Position of `[classes, C, 1, 1]`.
        let weight: Int
        let temperature: Double?
        let lambda: Double

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            let head = scope("head")
            let map = head.output(try head.record(.conv2d(.init(Conv2dGeometry())), input, weights: [weight]))
            let norms = try scope.reduce(.norm, try scope.value(ofParameter: weight), axes: [1], keepingAxes: true)
            let scores = try scope.flatten(try scope.divide(map, by: try scope.transpose(norms, 0, 1)), from: 2)
            let mean = try scope.mean(scores, axes: [2])
            let best: Value
            if let temperature {
                let softmax = scope("softmax")
                let weights = softmax.output(
                    try softmax.softmax(try scope.scale(scores, by: temperature), axis: 2))
                best = try scope.reduce(.sum, try scope.multiply(scores, by: weights), axes: [2])
            } else {
                best = try scope.reduce(.max, scores, axes: [2])
            }
            return scope.output(try scope.add(mean, try scope.scale(best, by: lambda)))
        }
    }
}
