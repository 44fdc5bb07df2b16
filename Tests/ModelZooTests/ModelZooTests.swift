import ModelGraph
import ModelIndex
import ModelZoo
import TensorCore
import Testing

@Suite struct ModelZooTests {
    @Test(
        "a name finds its model in any case, so does a short one",
        arguments: [
            ("vgg16", "vgg16_8xb32_in1k"), ("VGG16bn", "vgg16bn_8xb32_in1k"), ("vgg16_bn", "vgg16bn_8xb32_in1k"),
            ("mobilenet_v2", "mobilenet-v2_8xb32_in1k"), ("mobilenetv2", "mobilenet-v2_8xb32_in1k"),
            ("resnet50", "resnet50_8xb32_in1k"), ("resnetv1d50", "resnetv1d50_8xb32_in1k"),
            ("resnext50_32x4d", "resnext50-32x4d_8xb32_in1k"), ("seresnet50", "seresnet50_8xb32_in1k"),
            ("wide_resnet50_2", "wide-resnet50_3rdparty_8xb32_in1k"), ("repvgg-d2se", "repvgg-D2se_3rdparty_in1k"),
            ("REPVGG-A0_8XB32_IN1K", "repvgg-A0_8xb32_in1k"), ("mobileone-s0", "mobileone-s0_8xb32_in1k"),
            ("shufflenet-v2-1x", "shufflenet-v2-1x_16xb64_in1k"), ("vgg16_8xb16_voc", "vgg16_8xb16_voc"),
            ("repvgg-A0_deploy_in1k", "repvgg-A0_deploy_in1k"), ("repvgg-b3g4_deploy_in1k", "repvgg-B3g4_deploy_in1k"),
            ("repvgg-D2se_deploy_in1k", "repvgg-D2se_deploy_in1k"),
            ("mobileone-s4_deploy_8xb32_in1k", "mobileone-s4_deploy_8xb32_in1k"),
        ])
    func aliases(alias: String, name: String) throws {
        #expect(try ModelZoo.model(named: alias).name == name)
    }

    @Test("a deploy form is found from its training form, and has none of its own")
    func deployForms() throws {
        for name in ["repvgg-A0", "repvgg-D2se", "mobileone-s0"] {
            let training = try ModelZoo.model(named: name)
            let deploy = try #require(try training.deployForm())
            #expect(training.deployName == deploy.name)
            #expect(try ModelZoo.model(named: deploy.name).model == deploy.model)
            #expect(!training.isDeployForm && deploy.isDeployForm)
            #expect(try deploy.deployForm() == nil)
        }
        #expect(try ModelZoo.model(named: "riformer-s12_in1k").deployName == "riformer-s12-deploy_8xb128_in1k")
        #expect(try ModelZoo.model(named: "levit-128s_3rdparty_in1k").deployName == "levit-128s_deploy_8xb256_in1k")
        let stem = "levit-128s_8xb256_in1k"
        #expect(try ModelZoo.model(named: stem).name == "levit-128s_3rdparty_in1k")
        #expect(try !ModelZoo.model(named: stem).isDeployForm)
        #expect(try ModelZoo.model(named: "resnet18").deployForm() == nil)
    }

    @Test("a short name that fits several models is an error that lists them")
    func ambiguousName() throws {
        let error = try #require(throws: ModelZooError.self) { try ModelZoo.model(named: "convnext-tiny") }
        #expect(
            error.description.hasPrefix("'convnext-tiny' fits 4 models: convnext-tiny_32xb128-noema_in1k, "), "\(error)"
        )
        let parts = try #require(throws: ModelZooError.self) { try ModelZoo.model(named: "vit-huge") }
        #expect(
            parts.description.hasPrefix("'vit-huge' fits ") && parts.description.contains(": vit-huge-p14_"), "\(parts)"
        )
    }

    @Test("a short name that fits more models than a line holds is an error that says how to list them")
    func veryAmbiguousName() throws {
        let error = try #require(throws: ModelZooError.self) { try ModelZoo.model(named: "vit") }
        #expect(
            error.description.hasSuffix(" more: get-flops --models 'vit*' lists them")
                && error.description.utf8.count < 2000, "\(error)")
    }

    @Test("an unknown name is an error with those that contain it, then the nearest")
    func unknownName() throws {
        let wrong = try #require(throws: ModelZooError.self) { try ModelZoo.model(named: "resnet51") }
        #expect(
            wrong.description.hasPrefix(
                "no model is named 'resnet51'; the nearest names are resnet50, resnet101, resnet152, "), "\(wrong)")
        let error = try #require(throws: ModelZooError.self) { try ModelZoo.model(named: "dinov2") }
        #expect(
            error.description.hasPrefix(
                "no model is named 'dinov2'; the nearest names are vit-base-p14_dinov2-pre_3rdparty, "), "\(error)")
        let part = try #require(throws: ModelZooError.self) { try ModelZoo.model(named: "resnet5") }
        #expect(
            part.description.hasPrefix("no model is named 'resnet5'; the nearest names are resnet50, "), "\(part)")
        for name in ["", "_", "🙂", String(repeating: "x", count: 1 << 16)] {
            #expect(throws: ModelZooError.unknownModel(name, nearest: [])) { try ModelZoo.model(named: name) }
        }
    }

    @Test("a model of MMPreTrain that is not built in says why")
    func notBuiltIn() throws {
        let error = try #require(throws: ModelZooError.self) {
            try ModelZoo.model(named: "barlowtwins_resnet50_8xb256-coslr-300e_in1k")
        }
        #expect(
            error.description == "'barlowtwins_resnet50_8xb256-coslr-300e_in1k' is not built in: it is a BarlowTwins, "
                + "and only image classifiers are built in")
    }

    @Test("the numbers of classes and of input channels are those that a checkpoint's shapes state")
    func extents() throws {
        for name in ["resnet18", "vgg11", "deit-tiny-distilled_3rdparty_in1k", "mobilenet_v2"] {
            let model = try ModelZoo.model(named: name)
            let other = try model.adapting(classes: 7, inputChannels: 5)
            #expect(other.classes == 7 && other.inputChannels == 5)
            let found = try model.extents(in: try other.parameters.map(\.signature))
            #expect(found.classes == 7 && found.inputChannels == 5, "\(name)")
        }
    }

    @Test(
        "image channels and size of a LoRAModel are those of the network inside; its state dict states the classes alone"
    )
    func adaptedLoRA() throws {
        let model = try ModelZoo.model(named: "vit-base-p16_8xb64-lora_in1k-384px")
        let other = try model.adapting(classes: 7, inputChannels: 5)
        #expect(other.classes == 7 && other.inputChannels == 5)
        #expect(try model.adapting(imageSize: 64).imageSize == 64)
        let found = try model.extents(in: try other.parameters.map(\.signature))
        #expect(found.classes == 7 && found.inputChannels == nil)
    }

    @Test("two tensors that state different numbers of classes are an error that names both")
    func disagreement() throws {
        let model = try ModelZoo.model(named: "resnet18")
        let tensors = [
            TensorSignature(key: "head.fc.weight", dtype: .float32, shape: [7, 512]),
            TensorSignature(key: "head.fc.bias", dtype: .float32, shape: [8]),
        ]
        let error = try #require(throws: ModelZooError.self) { try model.extents(in: tensors) }
        #expect(error.description == "'head.fc.weight' has 7 classes, 'head.fc.bias' has 8")
    }

    @Test("a model without logits has no number of classes")
    func headless() throws {
        let model = try ModelZoo.model(named: "vit-small-p14_dinov2-pre_3rdparty")
        #expect(model.classes == nil)
        #expect(throws: ModelZooError.self) { try model.adapting(classes: 7) }
    }
}
