import ModelGraph
import ModelZoo
import Testing

/// Architectures with hyper-parameters that no model of the registry has.
@Suite struct HyperparameterTests {
    private static let networks: [(name: String, backbone: any Architecture, channels: Int)] = [
        ("MobileNetV2(widen_factor=0.35)", MobileNetV2(widenFactor: 0.35), 1280),
        ("MobileNetV2(widen_factor=0.75)", MobileNetV2(widenFactor: 0.75), 1280),
        ("MobileNetV2(widen_factor=1.4)", MobileNetV2(widenFactor: 1.4), 1792),
        ("VGG(depth=13)", VGG(.vgg13), 512),
        ("ResNet(depth=34, base_channels=32)", ResNet(.resNet34, baseChannels: 32), 256),
        ("ResNeXt(depth=50, groups=64, width_per_group=4)", ResNet(.resNet50, groups: 64), 2048),
        ("SEResNet(depth=50, se_ratio=4)", ResNet(.resNet50, squeezeRatio: 4), 2048),
        ("RepVGG(arch=B2g2)", RepVGG(.b2g2), 2560),
        ("RepVGG(arch=B3g2, deploy=True)", RepVGG(.b3g2, deploy: true), 2560),
    ]

    @Test("each gives the state dict and the modules of MMPreTrain's class", arguments: networks.map(\.name))
    func listings(name: String) throws {
        let network = try #require(Self.networks.first { $0.name == name })
        let facts = try #require(try ModelFacts.all().first { $0.name == name })
        let model = ModelDefinition(name, classes: 10) { classes in
            ImageClassifier(
                backbone: network.backbone, neck: GlobalAveragePooling(),
                head: LinearClsHead(classes: classes, channels: network.channels))
        }
        let state = ModelFacts.Listing(try model.parameters.map(\.line))
        #expect(state == ModelFacts.Listing(count: facts.stateDict.count, sha256: facts.stateDict.sha256))
        for (input, listing) in facts.modules {
            #expect(ModelFacts.Listing(try model.graph(input: shape(input)).moduleLines) == listing, "at \(input)")
        }
    }

    @Test("MobileNetV2 knows the channels of its feature map", arguments: [(0.5, 1280), (1, 1280), (1.4, 1792)])
    func outputChannels(widenFactor: Double, channels: Int) {
        #expect(MobileNetV2(widenFactor: widenFactor).outputChannels == channels)
    }

    @Test("a width that no network has is an error", arguments: [0, -1, Double.nan, .infinity, 1e300])
    func widenFactor(widenFactor: Double) {
        #expect(throws: GraphError.self) {
            try MobileNetV2(widenFactor: widenFactor).module(in: GraphBuilder(inputShape: []).root("backbone"))
        }
    }
}
