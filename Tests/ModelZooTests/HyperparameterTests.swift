import ModelConfig
import ModelGraph
import ModelZoo
import TensorCore
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
        ("SEResNeXt(depth=50, se_ratio=4)", ["type": "SEResNeXt", "depth": 50, "se_ratio": 4], 2048),
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

    @Test("the norms of MViT's inner scales follow all of its blocks in the state dict")
    func scaleNorms() throws {
        let model = try ModelDefinition(
            "mvit",
            model: [
                "type": "ImageClassifier",
                "backbone": ["type": "MViT", "arch": "tiny", "img_size": 64, "out_scales": [0, 2, 3]],
            ])
        let modules = try model.parameters.map { $0.key.text.split(separator: ".")[1] }
        let parts = modules.enumerated().filter { $0 == 0 || modules[$0 - 1] != $1 }.map(\.element)
        #expect(parts == ["patch_embed", "blocks", "norm0", "norm2", "norm3"])
    }

    @Test("a LinearNeck has a linear layer and a norm, and gives vectors of its own width")
    func linearNeck() throws {
        let model = try ModelDefinition(
            "projected",
            model: [
                "type": "ImageClassifier", "backbone": ["type": "ResNet", "depth": 18, "num_stages": 4],
                "neck": ["type": "LinearNeck", "in_channels": 512, "out_channels": 24, "gap_dim": 2],
                "head": ["type": "LinearClsHead", "num_classes": 9, "in_channels": 24],
            ])
        let neck = try model.parameters.filter { $0.key.text.hasPrefix("neck.") }
        #expect(
            neck.map { "\($0.key) \($0.shape)" } == [
                "neck.fc.weight [24, 512]", "neck.fc.bias [24]", "neck.norm.weight [24]", "neck.norm.bias [24]",
                "neck.norm.running_mean [24]", "neck.norm.running_var [24]", "neck.norm.num_batches_tracked []",
            ])
        let graph = try model.graph(input: [2, 3, 64, 64], endingAt: "neck")
        #expect(graph.outputs.map { graph.shape(of: $0) } == [[2, 24]])
    }

    @Test("a width that no network has is an error", arguments: [0, -1, Double.nan, .infinity, 1e300])
    func widenFactor(widenFactor: Double) {
        let backbone: ConfigDictionary = ["type": "MobileNetV2", "widen_factor": .float(widenFactor)]
        #expect(throws: ArgumentError.self) { try classifier(backbone) }
    }

    private static let impossible: [(String, ConfigDictionary)] = [
        (
            "a negative number of blocks",
            [
                "type": "MobileOne",
                "arch": [
                    "num_blocks": [-1, 8, 10, 1], "width_factor": [1, 1, 1, 1], "num_conv_branches": [1, 1, 1, 1],
                    "num_se_blocks": [0, 0, 0, 0],
                ],
            ]
        ),
        (
            "a negative number of branches",
            [
                "type": "MobileOne",
                "arch": [
                    "num_blocks": [2, 8, 10, 1], "width_factor": [1, 1, 1, 1], "num_conv_branches": [1, -1, 1, 1],
                    "num_se_blocks": [0, 0, 0, 0],
                ],
            ]
        ),
        (
            "a width beyond every integer",
            ["type": "RepVGG", "arch": ["num_blocks": [1, 1, 1, 1], "width_factor": [1, 1, 1, 1e300]]]
        ),
        ("a million blocks", ["type": "RepVGG", "arch": ["num_blocks": [1_000_000], "width_factor": [1]]]),
        (
            "a ratio beyond every integer",
            ["type": "VAN", "arch": ["embed_dims": [32], "depths": [1], "ffn_ratios": [1e300]], "patch_sizes": [7]]
        ),
        (
            "the same of PoolFormer",
            ["type": "PoolFormer", "arch": ["layers": [1], "embed_dims": [64], "mlp_ratios": [1e300]]]
        ),
        (
            "more stages than the default windows",
            [
                "type": "MixMIMTransformer",
                "arch": ["embed_dims": 128, "depths": [1, 1, 1, 1, 1], "num_heads": [4, 8, 16, 32, 64]],
            ]
        ),
        ("a window beyond every map", ["type": "SwinTransformerV2", "window_size": .int(.max)]),
        ("an image beyond every integer", ["type": "VisionTransformer", "img_size": [.int(.max)]]),
        (
            "more heads than any channels have",
            [
                "type": "MViT", "head_mul": 16_000_000,
                "arch": ["embed_dims": 96, "num_layers": 9, "num_heads": 1, "downscale_indices": [1, 2, 3, 4, 5]],
            ]
        ),
        ("a pooling kernel of one number", ["type": "MViT", "pool_kernel": [3]]),
        ("attention by distance on an oblong image", ["type": "MViT", "img_size": [224, 112]]),
        ("more neighbours than places", ["type": "Vig", "arch": "tiny", "k": 99]),
        ("more neighbours than a pyramid's last map has", ["type": "PyramidVig", "arch": "tiny", "k": 50]),
        ("a graph of an unknown kind", ["type": "Vig", "arch": "tiny", "graph_conv_type": "gat"]),
        ("patches that Conformer's stages do not divide", ["type": "Conformer", "patch_size": 20]),
        ("a block that Conformer does not have", ["type": "Conformer", "out_indices": [13]]),
        (
            "a tuple of indices from the end, which upstream overwrites in place",
            ["type": "VisionTransformer", "out_indices": .tuple([1, -1])]
        ),
        ("the same of Conformer", ["type": "Conformer", "out_indices": .tuple([-1])]),
        ("the same of a pyramid", ["type": "PyramidVig", "arch": "tiny", "out_indices": .tuple([-1])]),
        ("a class token of SAM's encoder", ["type": "ViTSAM", "out_type": "cls_token"]),
        ("a negative window", ["type": "ViTSAM", "window_size": -7]),
        ("LoRA without a target", ["type": "LoRAModel", "module": ["type": "VisionTransformer"], "rank": 4]),
        (
            "LoRA of rank 0",
            ["type": "LoRAModel", "module": ["type": "VisionTransformer"], "targets": [["type": "qkv"]]]
        ),
        (
            "a LoRA target that names no linear layer",
            ["type": "LoRAModel", "module": ["type": "VisionTransformer"], "rank": 4, "targets": [["type": "ln1"]]]
        ),
        (
            "a LoRA target that is not a pattern",
            ["type": "LoRAModel", "module": ["type": "VisionTransformer"], "rank": 4, "targets": [["type": "(qkv"]]]
        ),
        (
            "groups whose widths overflow",
            [
                "type": "ResNeXt", "depth": 50, "groups": 8_388_608, "width_per_group": 8_388_608,
                "base_channels": 8_388_608,
            ]
        ),
    ]

    @Test("hyper-parameters that no network can have are an error, not a trap", arguments: impossible.map(\.0))
    func refusals(what: String) throws {
        let backbone = try #require(Self.impossible.first { $0.0 == what }?.1)
        #expect(throws: (any Error).self) { try classifier(backbone).parameters }
    }

    @Test(
        "backbones that copy their indices count from the end of a tuple, too",
        arguments: ["EfficientNetV2", "HorNet", "LeViT", "MobileOne", "Vig"])
    func tuples(type: String) throws {
        let arch: ConfigValue =
            ["EfficientNetV2": "s", "HorNet": "tiny", "LeViT": "128s", "MobileOne": "s0", "Vig": "tiny"][type] ?? .none
        #expect(
            try classifier(["type": .string(type), "arch": arch, "out_indices": .tuple([-1])]).parameters
                == classifier(["type": .string(type), "arch": arch, "out_indices": [-1]]).parameters)
    }

    @Test(
        "further keys of an 'arch' are taken where upstream takes them",
        arguments: [
            (
                "VisionTransformer", ["embed_dims": 24, "num_layers": 2, "num_heads": 3, "feedforward_channels": 40],
                true
            ),
            ("ConvNeXt", ["depths": [1, 1, 1, 1], "channels": [8, 16, 24, 32]], true),
            ("SwinTransformer", ["embed_dims": 16, "depths": [1, 1, 1, 1], "num_heads": [1, 2, 4, 8]], false),
            (
                "EdgeNeXt",
                ["channels": [8, 16, 24, 32], "depths": [1, 1, 1, 1], "num_heads": [2, 2, 2, 2]], false
            ),
        ] as [(String, [String: ConfigValue], Bool)])
    func furtherKeys(type: String, arch: [String: ConfigValue], isTaken: Bool) throws {
        func parameters(_ arch: [String: ConfigValue]) throws -> Int {
            let entries = arch.sorted { $0.key < $1.key }.map {
                ConfigDictionary.Entry(key: .string($0.key), value: $0.value)
            }
            return try classifier(["type": .string(type), "arch": .dictionary(ConfigDictionary(entries))]).parameters
                .count
        }
        let usual = try parameters(arch)
        let more = arch.merging(["remark": "mine"]) { $1 }
        if isTaken {
            #expect(try parameters(more) == usual)
        } else {
            #expect(throws: ArgumentError.self) { try parameters(more) }
        }
    }

    @Test("ArcFace has one matrix of weights, of as many rows as classes and centres")
    func arcFace() throws {
        let model = try ModelDefinition(
            "arcface",
            model: [
                "type": "ImageClassifier", "backbone": ["type": "ResNet", "depth": 18],
                "neck": ["type": "GlobalAveragePooling"],
                "head": [
                    "type": "ArcFaceClsHead", "num_classes": 7, "in_channels": 512, "num_subcenters": 3, "scale": 30.0,
                    "margins": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], "easy_margin": true,
                    "loss": ["type": "CrossEntropyLoss", "loss_weight": 1.0],
                ],
            ])
        let head = try model.parameters.filter { $0.key.text.hasPrefix("head.") }
        #expect(head.map { "\($0.key) \($0.shape)" } == ["head.norm_product.weight [21, 512]"])
        let graph = try model.graph(input: [2, 3, 64, 64])
        #expect(graph.outputs.map { graph.shape(of: $0) } == [[2, 7]])
    }

    @Test("AlexNet has torchvision's layers")
    func alexNet() throws {
        let model = try classifier(["type": "AlexNet", "num_classes": 10])
        #expect(
            try model.parameters.filter { $0.shape.count > 1 }.map { "\($0.key) \($0.shape)" } == [
                "backbone.features.0.weight [64, 3, 11, 11]", "backbone.features.3.weight [192, 64, 5, 5]",
                "backbone.features.6.weight [384, 192, 3, 3]", "backbone.features.8.weight [256, 384, 3, 3]",
                "backbone.features.10.weight [256, 256, 3, 3]", "backbone.classifier.1.weight [4096, 9216]",
                "backbone.classifier.4.weight [4096, 4096]", "backbone.classifier.6.weight [10, 4096]",
            ])
        let graph = try model.graph(input: [1, 3, 224, 224])
        #expect(graph.outputs.map { graph.shape(of: $0) } == [[1, 10]])
    }

    @Test("a LinearNeck pools tokens, too")
    func linearNeckOfTokens() throws {
        let model = try ModelDefinition(
            "projected",
            model: [
                "type": "ImageClassifier",
                "backbone": [
                    "type": "MlpMixer", "img_size": 64,
                    "arch": ["embed_dims": 32, "num_layers": 1, "tokens_mlp_dims": 20, "channels_mlp_dims": 48],
                ],
                "neck": ["type": "LinearNeck", "in_channels": 32, "out_channels": 24, "gap_dim": 1],
            ])
        let graph = try model.graph(input: [2, 3, 64, 64])
        #expect(graph.outputs.map { graph.shape(of: $0) } == [[2, 24]])
    }

    @Test("an 'se_cfg' may name one activation for both of its layers, or two")
    func activationsOfSqueeze() throws {
        func network(_ activations: ConfigValue) throws -> ModelDefinition {
            try classifier(["type": "MobileOne", "arch": "s4", "se_cfg": ["ratio": 16, "act_cfg": activations]])
        }
        let usual = try network(.tuple([["type": "ReLU"], ["type": "Sigmoid"]])).parameters
        #expect(try classifier(["type": "MobileOne", "arch": "s4"]).parameters == usual)
        #expect(try network(["type": "ReLU"]).parameters == usual)
        #expect(throws: ArgumentError.self) { try network([["type": "ReLU"]]) }
    }

    @Test(
        "a head or neck of one tensor refuses the two tokens of a distilled transformer", arguments: ["head", "neck"])
    func twoTokens(key: String) throws {
        let part: ConfigValue =
            key == "head"
            ? ["type": "LinearClsHead", "num_classes": 7, "in_channels": 32]
            : ["type": "LinearNeck", "in_channels": 32, "out_channels": 12]
        let model = try ModelDefinition(
            "distilled",
            model: [
                "type": "ImageClassifier",
                "backbone": [
                    "type": "DistilledVisionTransformer", "img_size": 64,
                    "arch": ["embed_dims": 32, "num_layers": 1, "num_heads": 4, "feedforward_channels": 64],
                ],
                key: part,
            ])
        let error = try #require(throws: GraphError.self) { try model.graph(input: [1, 3, 64, 64]) }
        #expect(error.description == "\(key): takes one tensor, and the backbone gives 2")
    }

    @Test("a list of backbones or heads is an error", arguments: ["backbone", "head"])
    func lists(key: String) throws {
        let backbone: ConfigValue = ["type": "ResNet", "depth": 18]
        let head: ConfigValue = ["type": "LinearClsHead", "num_classes": 7, "in_channels": 512]
        let error = try #require(throws: ArgumentError.self) {
            try ModelDefinition(
                "two",
                model: [
                    "type": "ImageClassifier", "neck": ["type": "GlobalAveragePooling"],
                    "backbone": key == "backbone" ? [backbone, backbone] : backbone,
                    "head": key == "head" ? [head] : head,
                ])
        }
        #expect(error.description.contains("a list of classes as '\(key)' is not built in"))
    }

    @Test("LeViT's 'arch' as a dictionary is built, with a note that upstream cannot")
    func archOfLeViT() throws {
        let arch: ConfigValue = [
            "embed_dims": [16, 24, 32], "num_heads": [2, 2, 4], "depths": [1, 2, 1], "key_dims": [8, 8, 8],
        ]
        #expect(try classifier(["type": "LeViT", "arch": arch]).notes.contains { $0.contains("'embed_dim'") })
        #expect(try classifier(["type": "LeViT", "arch": "128s"]).notes == [])
    }

    @Test("HRNet's stages may be given whole, without a name for them")
    func stagesOfHRNet() throws {
        func stage(_ channels: [ConfigValue], _ block: ConfigValue) -> ConfigValue {
            [
                "num_modules": 1, "num_branches": .int(channels.count), "block": block,
                "num_blocks": .list(channels.map { _ in 1 }), "num_channels": .list(channels),
            ]
        }
        let model = try classifier([
            "type": "HRNet", "arch": .none,
            "extra": [
                "stage1": stage([16], "BOTTLENECK"), "stage2": stage([8, 16], "BASIC"),
                "stage3": stage([8, 16, 24], "BASIC"), "stage4": stage([8, 16, 24, 32], "BASIC"),
            ],
        ])
        #expect(try model.graph(input: [1, 3, 64, 64], endingAt: "backbone").outputs.count == 4)
    }

    @Test("PoolFormer's ratios are 4 for as many stages as there are")
    func stages() throws {
        let model = try classifier([
            "type": "PoolFormer", "arch": ["layers": [1, 1, 1, 1, 1], "embed_dims": [8, 16, 24, 32, 40]],
        ])
        let weight = try #require(try model.parameters.first { $0.key == "backbone.network.8.0.mlp.fc1.weight" })
        #expect(weight.shape == [160, 40, 1, 1])
    }
}

/// A classifier without neck and head.
func classifier(_ backbone: ConfigDictionary) throws(ArgumentError) -> ModelDefinition {
    try ModelDefinition("test", model: ["type": "ImageClassifier", "backbone": .dictionary(backbone)])
}
