import ModelConfig
import ModelGraph
import ModelZoo
import Testing

@Suite struct ResNetTests {
    @Test(
        "what upstream refuses is an error that names the argument",
        arguments: [
            (["type": "ResNet", "depth": 18, "expansion": 2], "expansion of 1"),
            (["type": "ResNeXt", "depth": 34], "no ResNeXt of depth 34"),
            (["type": "SEResNet", "depth": 18], "no SEResNet of depth 18"),
            (["type": "ResNet", "depth": 51], "no ResNet of depth 51"),
            (["type": "ResNetV1c", "depth": 50, "deep_stem": true], "ResNetV1c has no argument 'deep_stem'"),
            (["type": "ResNet", "depth": 50, "base_channels": 0], "'base_channels' should be above 0"),
            (["type": "ResNet", "depth": 50, "expansion": -1], "'expansion' should be above 0"),
            (["type": "ResNeXt", "depth": 50, "groups": 0], "'groups' should be above 0"),
            (["type": "SEResNet", "depth": 50, "se_ratio": 0], "'se_ratio' should be above 0"),
            (["type": "ResNet", "depth": 50, "out_indices": [4]], "4, which is not one of the 4 outputs"),
            (["type": "ResNet", "depth": 50, "strides": [1, 2]], "'strides' has 2 elements in place of 4"),
            (["type": "ResNet", "depth": 50, "stem_chanels": 64], "did you mean 'stem_channels'?"),
            (["type": "ResNet", "depth": "50"], "'depth' should be an integer, not '50'"),
            (["type": "ResNet", "depth": 50, "norm_cfg": ["type": "IN"]], "the normalisation 'IN' is not built in"),
            (
                ["type": "ResNet", "depth": 50, "norm_cfg": ["type": "BN", "track_running_stats": false]],
                "'track_running_stats' other than True is not built in"
            ),
            (["type": "mine.models.ResNet", "depth": 50], "'mine.models.ResNet' is a class of 'mine'"),
            (["type": "mmdet.ResNet", "depth": 50], "'mmdet.ResNet' is a class of 'mmdet'"),
            (["type": "ResNet", "_scope_": "mmdet", "depth": 50], "'ResNet' is a class of 'mmdet' here"),
        ] as [(ConfigDictionary, String)])
    func refusals(backbone: ConfigDictionary, reason: String) throws {
        let error = try #require(throws: ArgumentError.self) { try classifier(backbone) }
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test("V1d pools a single pixel, as PyTorch's ceil mode does")
    func singlePixel() throws {
        let graph = try ModelZoo.model(named: "resnetv1d50").graph(input: [1, 3, 1, 1], endingAt: "backbone")
        #expect(graph.shape(of: graph.output) == [1, 2048, 1, 1])
    }

    @Test("several stages are given in order")
    func outIndices() throws {
        let model = try classifier(["type": "ResNet", "depth": 18, "out_indices": [3, 1]])
        let graph = try model.graph(input: [2, 3, 64, 64])
        #expect(graph.outputs.map { graph.shape(of: $0) } == [[2, 128, 8, 8], [2, 512, 2, 2]])
    }
}
