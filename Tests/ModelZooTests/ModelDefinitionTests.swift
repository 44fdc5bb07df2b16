import ModelConfig
import ModelGraph
import ModelZoo
import Testing

@Suite struct ModelDefinitionTests {
    @Test("keys, order, dtypes and shapes are those of MMPreTrain's state_dict()", arguments: try ModelFacts.named())
    func parameters(facts: ModelFacts) throws {
        let parameters = try ModelZoo.model(named: facts.name).parameters
        let listing = ModelFacts.Listing(parameters.map(\.line))
        #expect(listing.count == facts.stateDict.count)
        #expect(listing.sha256 == facts.stateDict.sha256)
        #expect(parameters.map(\.count).reduce(0, +) == facts.stateDict.elements)
        #expect(
            parameters.filter { $0.role == .parameter }.map(\.count).reduce(0, +) == facts.parameters)
    }

    @Test(
        "modules run in the order in which PyTorch's forward hooks fire, with their shapes and settings",
        arguments: try ModelFacts.named())
    func modules(facts: ModelFacts) throws {
        let model = try ModelZoo.model(named: facts.name)
        for (input, listing) in facts.modules {
            #expect(ModelFacts.Listing(try model.graph(input: shape(input)).moduleLines) == listing, "at \(input)")
        }
    }

    @Test(
        "a model that MMPreTrain itself does not build has a note that says why",
        arguments: [
            ("levit-128s_deploy_8xb256_in1k", "its LeViTClsHead fails with 'deploy=True'"),
            ("resnet50_8xb32-cutmix_in1k", "'train_cfg' has a 'BatchCutMix', which is not among Mixup, CutMix"),
            ("vit-base-p16_8xb64-lora_in1k-384px", "'init_cfg' of the LoRAModel's module names no checkpoint"),
        ])
    func refusals(name: String, reason: String) throws {
        let model = try ModelZoo.model(named: name)
        #expect(model.notes.count == 1)
        #expect(model.notes.first?.hasPrefix("MMPreTrain 1.2 does not build this model: \(reason)") == true)
    }

    @Test("every other model of MMPreTrain has no note")
    func noRefusals() {
        let noted = ModelZoo.models.filter { !$0.notes.isEmpty }.map(\.name)
        let refused =
            ["128s", "128", "192", "256", "384"].map { "levit-\($0)_deploy_8xb256_in1k" }
            + ["resnet50_8xb32-cutmix_in1k", "vit-base-p16_8xb64-lora_in1k-384px"]
        #expect(Set(noted) == Set(refused))
    }

    private static let listed = [
        "mobilenet-v2_8xb32_in1k", "vgg16bn_8xb32_in1k", "resnet18_8xb32_in1k", "resnetv1d50_8xb32_in1k",
        "seresnext50-32x4d_8xb32_in1k",
    ]

    @Test("a listing in full is the same, line for line", arguments: listed)
    func listings(name: String) throws {
        let model = try ModelZoo.model(named: name)
        #expect(try model.parameters.map(\.line) == Fixture.lines("\(name).state_dict.txt"))
        #expect(try model.graph(input: [1, 3, 224, 224]).moduleLines == Fixture.lines("\(name).modules.txt"))
    }

    @Test("cost of each module is what mmengine counts inside it", arguments: listed)
    func moduleCost(name: String) throws {
        let cost = try ModelZoo.model(named: name).graph(input: [1, 3, 224, 224]).cost
        for line in try Fixture.lines("\(name).cost.txt") {
            let fields = line.split(separator: " ")
            let path = fields[0] == "(model)" ? "" : String(fields[0])
            let numbers = fields.dropFirst().compactMap { Int($0) }
            try #require(numbers.count == 3)
            #expect(
                cost[path] == Cost(parameters: numbers[0], flops: numbers[1], activations: numbers[2]), "\(line)")
        }
    }

    @Test("cost is what mmengine counts, whole and up to the neck", arguments: try ModelFacts.named())
    func cost(facts: ModelFacts) throws {
        let model = try ModelZoo.model(named: facts.name)
        let input = [1, 3, facts.extent, facts.extent]
        let whole = try model.graph(input: input).cost.total
        #expect(ModelFacts.Complexity(whole) == facts.whole)
        #expect(whole.parameters == facts.parameters)
        let features = try model.graph(input: input, endingAt: facts.hasNeck ? "neck" : "backbone")
        #expect(ModelFacts.Complexity(features.cost.total) == facts.features)
    }

    @Test("backbone, neck and number of classes are those of the config", arguments: try ModelFacts.named())
    func types(facts: ModelFacts) throws {
        let model = try ModelZoo.model(named: facts.name)
        #expect(model.backboneType == facts.types[0])
        #expect(model.architecture.necks.isEmpty == !facts.hasNeck)
        #expect(model.classes == facts.logits)
    }

    @Test("a graph that ends at the backbone has no parameter of the head")
    func backbone() throws {
        let model = try ModelZoo.model(named: "mobilenet_v2")
        let graph = try model.graph(input: [1, 3, 224, 224], endingAt: "backbone")
        #expect(graph.shape(of: graph.output) == [1, 1280, 7, 7])
        #expect(graph.parameters == Array(try model.parameters.dropLast(2)))
        #expect(graph.modules.last?.path == "backbone")
    }

    @Test("a graph may end at any module, and then holds what leads there only")
    func anyModule() throws {
        let graph = try ModelZoo.model(named: "resnet50").graph(
            input: [1, 3, 64, 64], endingAt: "backbone.layer1.0.downsample")
        #expect(graph.shape(of: graph.output) == [1, 256, 16, 16])
        #expect(
            graph.modules.map(\.path) == [
                "backbone.conv1", "backbone.bn1", "backbone.relu", "backbone.maxpool", "backbone.layer1.0.downsample.0",
                "backbone.layer1.0.downsample.1", "backbone.layer1.0.downsample",
            ])
        #expect(graph.parameters.count == 2 * 6)
    }

    @Test("the number of classes is the caller's")
    func classes() throws {
        for name in ["vgg11", "resnet18"] {
            let model = try ModelZoo.model(named: name).adapting(classes: 7)
            let graph = try model.graph(input: [2, 3, 224, 224])
            #expect(graph.shape(of: graph.output) == [2, 7])
            #expect(graph.parameters == (try model.parameters))
            #expect(graph.parameters.last?.shape == [7])
        }
    }

    @Test(
        "the image has as many channels as the config says, whatever the argument's name",
        arguments: [
            ["type": "HiViT", "arch": "tiny", "img_size": 64, "in_chans": 1],
            ["type": "MlpMixer", "arch": "small", "img_size": 64, "patch_cfg": ["in_channels": 1]],
            ["type": "ResNet", "depth": 18, "in_channels": 1],
        ] as [ConfigDictionary])
    func inputChannels(backbone: ConfigDictionary) throws {
        let model = try classifier(backbone)
        #expect(model.inputChannels == 1)
        #expect(try model.graph(input: [1, 1, 64, 64], endingAt: "backbone").outputs.count == 1)
    }

    @Test("an input that does not fit is an error that names the module")
    func unfittingInput() throws {
        let vgg = try ModelZoo.model(named: "vgg16")
        #expect(
            throws: GraphError.shape(module: "backbone.classifier.0", .channels(expected: 25088, found: 512))
        ) { try vgg.graph(input: [1, 3, 32, 32]) }
        #expect(
            throws: GraphError.shape(module: "backbone.features.0.conv", .channels(expected: 3, found: 1))
        ) { try vgg.graph(input: [1, 1, 224, 224]) }
        #expect(throws: GraphError.shape(module: "backbone.features.0.conv", .rank(expected: 4, found: [3, 224, 224])))
        {
            try vgg.graph(input: [3, 224, 224])
        }
        #expect(throws: GraphError.shape(module: "backbone.features.13", .window(2, input: 1))) {
            try vgg.graph(input: [1, 3, 9, 9])
        }
    }

    @Test("extents that no memory holds are an error, not a trap", arguments: [0, -1, .max, .min, 1 << 40])
    func hostileExtent(extent: Int) throws {
        for name in ["resnet50", "mobilenet_v2", "vgg16"] {
            let model = try ModelZoo.model(named: name)
            #expect(throws: GraphError.self) { try model.graph(input: [1, 3, extent, extent]) }
            #expect(throws: GraphError.self) { try model.graph(input: [extent, 3, 224, 224]) }
        }
    }

    @Test("a module that the model does not have is an error that names it")
    func unknownModule() throws {
        let model = try ModelZoo.model(named: "vgg16")
        #expect(throws: GraphError.unknownModule("neck")) {
            try model.graph(input: [1, 3, 224, 224], endingAt: "neck")
        }
    }
}

extension ModelFacts.Complexity {
    fileprivate init(_ cost: Cost) {
        self.init(flops: cost.flops, activations: cost.activations)
    }
}
