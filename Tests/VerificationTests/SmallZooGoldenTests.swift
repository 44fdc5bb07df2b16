import Engine
import ModelConfig
import ModelGraph
import ModelZoo
import TensorCore
import TestSupport
import Testing

@testable import Verification

/// The zoo's models on small images, with 10 classes and seeded weights, against the logits and layers that PyTorch
/// computed from the same weights: `NAME@SIDE.pth` of `fixtures/goldens/zoo`.
/// One at a time: a model holds up to half a gigabyte of weights.
@Suite(.serialized) struct SmallZooGoldenTests {
    static func goldens() throws -> [ZooGolden] { try ZooGolden.all().filter { !$0.isOwn } }

    @Test("there is a small golden of every family")
    func families() throws {
        let types = Set(try Self.goldens().map { try ModelZoo.model(named: $0.model).backboneType })
        let seeds: Set = [
            "VisionTransformer", "DistilledVisionTransformer", "MoCoV3ViT", "ConvNeXt", "EfficientNet",
            "EfficientNetV2",
            "SwinTransformer", "RIFormer", "PoolFormer", "VAN", "PCPVT", "SVT", "MlpMixer", "ShuffleNetV2", "ResNet",
            "ResNetV1c", "ResNetV1d", "ResNeXt", "SEResNet", "SEResNeXt", "MobileNetV2", "RepVGG", "MobileOne",
        ]
        #expect(seeds.subtracting(types) == [])
    }

    @Test("oracle and plan compute PyTorch's logits and layers within the noise floor", arguments: try goldens())
    func logits(row: ZooGolden) throws {
        let golden = try Fixtures.golden("zoo/" + row.file.dropLast(".pth".count))
        let graph = try row.definition().graph(input: golden.input.shape)
        let report = try Verifier(
            golden.part("", of: graph), parameters: SeededWeights(), golden: golden,
            options: .init(comparesLayers: true)
        ).run()
        #expect(report.passed, "\(report.findings)")
        #expect(report.layers.count == golden.layers.count)
        #expect(report.unknownLayers == [])
    }
}

extension ZooGolden: CustomTestStringConvertible {
    package var testDescription: String { String(file.dropLast(".pth".count)) }

    /// The model with what the golden sets in it.
    func definition() throws -> ModelDefinition {
        let named = try ModelZoo.model(named: model)
        guard !options.isEmpty else { return named }
        let folder = try TemporaryFolder()
        let text = try ConfigText.text(
            ConfigDictionary([.init(key: .string("model"), value: .dictionary(named.model))]))
        var loading = ModelConfig.Options()
        loading.overrides = options.map { "model.\($0.path)=\($0.value)" }
        let config = try ModelConfig.load(folder.write("config.py", Array(text.utf8)), loading)
        guard case .dictionary(let model)? = config.values["model"] else { return named }
        return try ModelDefinition(named.name, model: model)
    }
}
