import ModelConfig
import ModelGraph
import ModelZoo
import Testing

/// Architectures with hyper-parameters that no model of the registry has.
@Suite struct HyperparameterTests {
    private static let networks: [(name: String, backbone: ConfigDictionary, channels: Int)] = [
        ("MobileNetV2(widen_factor=0.35)", ["type": "MobileNetV2", "widen_factor": 0.35], 1280),
        ("MobileNetV2(widen_factor=0.75)", ["type": "MobileNetV2", "widen_factor": 0.75], 1280),
        ("MobileNetV2(widen_factor=1.4)", ["type": "MobileNetV2", "widen_factor": 1.4], 1792),
        ("VGG(depth=13)", ["type": "VGG", "depth": 13], 512),
        ("ResNet(depth=34, base_channels=32)", ["type": "ResNet", "depth": 34, "base_channels": 32], 256),
        (
            "ResNeXt(depth=50, groups=64, width_per_group=4)",
            ["type": "ResNeXt", "depth": 50, "groups": 64, "width_per_group": 4], 2048
        ),
        ("SEResNet(depth=50, se_ratio=4)", ["type": "SEResNet", "depth": 50, "se_ratio": 4], 2048),
        ("RepVGG(arch=B2g2)", ["type": "RepVGG", "arch": "B2g2"], 2560),
        ("RepVGG(arch=B3g2, deploy=True)", ["type": "RepVGG", "arch": "B3g2", "deploy": true], 2560),
    ]

    @Test("each gives the state dict and the modules of MMPreTrain's class", arguments: networks.map(\.name))
    func listings(name: String) throws {
        let network = try #require(Self.networks.first { $0.name == name })
        let facts = try #require(try ModelFacts.all().first { $0.name == name })
        let model = try ModelDefinition(
            name,
            model: [
                "type": "ImageClassifier", "backbone": .dictionary(network.backbone),
                "neck": ["type": "GlobalAveragePooling"],
                "head": ["type": "LinearClsHead", "num_classes": 10, "in_channels": .int(network.channels)],
            ])
        let state = ModelFacts.Listing(try model.parameters.map(\.line))
        #expect(state == ModelFacts.Listing(count: facts.stateDict.count, sha256: facts.stateDict.sha256))
        for (input, listing) in facts.modules {
            #expect(ModelFacts.Listing(try model.graph(input: shape(input)).moduleLines) == listing, "at \(input)")
        }
    }

    @Test("a width that no network has is an error", arguments: [0, -1, Double.nan, .infinity, 1e300])
    func widenFactor(widenFactor: Double) {
        let backbone: ConfigDictionary = ["type": "MobileNetV2", "widen_factor": .float(widenFactor)]
        #expect(throws: ArgumentError.self) { try classifier(backbone) }
    }
}

/// A classifier without neck and head.
func classifier(_ backbone: ConfigDictionary) throws(ArgumentError) -> ModelDefinition {
    try ModelDefinition("test", model: ["type": "ImageClassifier", "backbone": .dictionary(backbone)])
}
