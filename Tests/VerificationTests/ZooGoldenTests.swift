import Engine
import ModelZoo
import TensorCore
import Testing

@testable import Verification

/// Full-size models with seeded weights against the logits that PyTorch computed from the same weights.
/// One at a time: VGG-19 holds a gigabyte of weights.
@Suite(.serialized) struct ZooGoldenTests {
    static let models =
        [11, 13, 16, 19].flatMap { ["vgg\($0)_8xb32_in1k", "vgg\($0)bn_8xb32_in1k"] }
        + [18, 34, 50, 101, 152].map { "resnet\($0)_8xb32_in1k" }
        + [
            "resnetv1c50_8xb32_in1k", "resnetv1d50_8xb32_in1k", "resnext50-32x4d_8xb32_in1k",
            "seresnet50_8xb32_in1k", "mobilenet-v2_8xb32_in1k", "repvgg-A0_8xb32_in1k", "repvgg-A0_deploy_in1k",
            "repvgg-B1g4_8xb32_in1k", "mobileone-s0_8xb32_in1k", "mobileone-s4_8xb32_in1k",
        ]

    @Test("a model computes PyTorch's logits", arguments: models)
    func logits(model: String) throws {
        let golden = try Fixtures.golden(model)
        let graph = try ModelZoo.model(named: model).graph(input: golden.input.shape)
        let report = try Verifier(golden.part("", of: graph), parameters: SeededWeights(), golden: golden).run()
        #expect(report.passed, "\(report.findings)")
        #expect(report.top1Equal == true && report.top5Equal == true)
        #expect(golden.output.shape == [1, 1000])
    }

    @Test("every layer of ResNet-18 agrees with PyTorch's")
    func layers() throws {
        let report = try verifyResNet18(SeededWeights())
        #expect(report.passed, "\(report.findings)")
        #expect(report.layers.count > 60)
        #expect(report.unknownLayers.isEmpty, "\(report.unknownLayers)")
    }

    @Test("a batch norm of ResNet-18's third stage that is off by 0.1 % is found there")
    func fault() throws {
        let parameters = EditedParameters(key: "backbone.layer3.0.bn2.weight") { weights in
            for index in weights.indices { weights[index] *= 1.001 }
        }
        let report = try verifyResNet18(parameters)
        #expect(report.firstDivergingLayer?.module == "backbone.layer3.0.bn2")
        #expect(!report.passed)
    }

    @Test("MobileNetV2 with the weights of a legacy file computes PyTorch's features")
    func legacyFile() throws {
        let golden = try Golden(Fixtures.checkpoint("demo/mobilenet_v2_legacy_features.pth"))
        let graph = try ModelZoo.model(named: "mobilenet_v2").graph(input: golden.input.shape, endingAt: "neck")
        let stateDict = try Fixtures.checkpoint("demo/mobilenet_v2_legacy.pt").stateDict()
        let parameters = try RenamedParameters(graph.parameters, inOrder: stateDict.tensors)
        let report = try Verifier(golden.part("neck", of: graph), parameters: parameters, golden: golden).run()
        #expect(report.passed, "\(report.findings)")
        #expect(golden.output.scalars.contains { $0 > 1 })
    }

    private func verifyResNet18(_ parameters: any ParameterSource) throws -> VerificationReport {
        let golden = try Fixtures.golden("resnet18_8xb32_in1k")
        let graph = try ModelZoo.model(named: "resnet18").graph(input: golden.input.shape)
        return try Verifier(
            golden.part("", of: graph), parameters: parameters, golden: golden, options: .init(comparesLayers: true)
        ).run()
    }
}
