import ModelGraph

/// Downsampling layers and stages in turn, as in ConvNeXt and the backbones derived from it.
struct AlternatingStages: Stage {
    let scope: Scope
    /// One downsampling layer per stage: the stem, then pairs of a norm and a convolution.
    let downsamples, stages: [any Module]
    /// The norm of each stage whose output is given, by the stage's index.
    let norms: [Int: any Module]
    /// Whether the norms apply to the mean over the positions.
    let poolsBeforeNorm: Bool
    /// Whether that mean keeps its two spatial axes for the norm.
    var poolsToMap = true

    func features(_ input: Features) throws(GraphError) -> Features {
        var value = input.value
        var levels: [Value] = []
        for (index, stage) in stages.enumerated() {
            value = try stage(try downsamples[index](value))
            guard let norm = norms[index] else { continue }
            guard poolsBeforeNorm else {
                levels.append(try norm(value))
                continue
            }
            let pooled = try norm(try scope.mean(value, axes: [2, 3], keepingAxes: poolsToMap))
            levels.append(poolsToMap ? try scope.flatten(pooled) : pooled)
        }
        return try scope.features(levels)
    }
}

extension Scope {
    /// Declares `downsample_layers`: a convolution of patches and its norm, then for each stage a norm and a convolution
    /// that halves the map.
    /// - Parameters:
    ///   - channels: of each stage.
    ///   - patch: height and width of the first convolution's windows, which do not overlap.
    func downsampleLayers(
        _ inputs: Int, _ channels: [Int], patch: Int = 4,
        norm: (Scope, _ channels: Int) throws(GraphError) -> any Module
    ) throws(GraphError) -> [any Module] {
        var layers: [any Module] = []
        for (index, outputs) in channels.enumerated() {
            let layer = self("downsample_layers")(index)
            layers.append(
                index == 0
                    ? Sequential(
                        layer,
                        [
                            try Conv2d(layer(0), inputs, outputs, kernel: patch, stride: patch),
                            try norm(layer(1), outputs),
                        ])
                    : Sequential(
                        layer,
                        [
                            try norm(layer(0), channels[index - 1]),
                            try Conv2d(layer(1), channels[index - 1], outputs, kernel: 2, stride: 2),
                        ]))
        }
        return layers
    }
}
