import ModelGraph
import ModelZoo
import Testing

@Suite struct ModelZooTests {
    @Test("every built-in model is one that MMPreTrain has, by its name there")
    func names() throws {
        let known = Set(try ModelFacts.named().map(\.name))
        for model in ModelZoo.models { #expect(known.contains(model.name), "\(model.name)") }
    }

    @Test("no two models share a name or an alias")
    func uniqueNames() {
        let names = ModelZoo.models.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
    }

    @Test(
        "a short name finds the model",
        arguments: [
            ("vgg16", "vgg16_8xb32_in1k"), ("vgg16bn", "vgg16bn_8xb32_in1k"), ("vgg16_bn", "vgg16bn_8xb32_in1k"),
            ("mobilenet_v2", "mobilenet-v2_8xb32_in1k"), ("resnet50", "resnet50_8xb32_in1k"),
            ("resnetv1d50", "resnetv1d50_8xb32_in1k"), ("resnext50_32x4d", "resnext50-32x4d_8xb32_in1k"),
            ("seresnet50", "seresnet50_8xb32_in1k"),
        ])
    func aliases(alias: String, name: String) throws {
        #expect(try ModelZoo.model(named: alias).name == name)
    }

    @Test("an unknown name is an error with the nearest ones")
    func unknownName() {
        #expect(throws: ModelZooError.unknownModel("resnet51", nearest: ["resnet50", "resnet101", "resnet152"])) {
            try ModelZoo.model(named: "resnet51")
        }
        let error = ModelZooError.unknownModel("vgg", nearest: [])
        #expect(error.description == "no model is named 'vgg'")
    }
}
