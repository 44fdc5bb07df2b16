import Foundation
import TestSupport
import Testing

@Suite struct GetFlopsToolTests {
    /// A config that a test writes: the model of MMPreTrain's `swin-tiny_16xb64_in1k`.
    static let swin = """
        model = dict(
            type='ImageClassifier',
            backbone=dict(type='SwinTransformer', arch='tiny', img_size=224, drop_path_rate=0.2),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', num_classes=1000, in_channels=768))
        test_dataloader = dict(dataset=dict(pipeline=[dict(type='CenterCrop', crop_size=224)]))

        """

    private func figures(_ words: [String]) throws -> [Int] {
        let run = try ToolRun("get-flops", words + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        let report = try run.json()
        return try ["flops", "parameters", "activations"].map { try #require(report[$0] as? Int) }
    }

    static let samples: [String] = [
        "resnet18_8xb32_in1k", "repvgg-A0_8xb32_in1k", "deit-tiny_4xb256_in1k", "convnext-tiny_32xb128_in1k",
        "efficientnet-b0_3rdparty_8xb32_in1k", "swin-tiny_16xb64_in1k", "van-tiny_3rdparty_in1k",
        "twins-svt-small_3rdparty_8xb128_in1k", "mlp-mixer-base-p16_3rdparty_64xb64_in1k",
        "shufflenet-v2-1x_16xb64_in1k",
    ]

    @Test("figures are mmengine's, with attention as two products or without them", arguments: samples)
    func model(name: String) throws {
        let fact = try ZooFact.named(name)
        let cost = fact.cost224 ?? fact.cost
        #expect(
            try figures(["--model", name]) == [
                Int(cost.explicitFlops), fact.parameters, Int(cost.explicitActivations),
            ])
        #expect(
            try figures(["--model", name, "--mmengine"]) == [Int(cost.flops), fact.parameters, Int(cost.activations)])
    }

    @Test("the model that a config describes is counted, and its text is what get_flops.py ends with")
    func config() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("tiny.py", Data(Self.swin.utf8))
        let fact = try ZooFact.named("swin-tiny_16xb64_in1k")
        #expect(
            try figures([path]) == [
                Int(fact.cost.explicitFlops), fact.parameters, Int(fact.cost.explicitActivations),
            ])
        #expect(try figures(["--config", path]) == figures([path]))
        let ten = try figures([path, "--num-classes", "10"])
        #expect(ten == (try figures([path, "--cfg-options", "model.head.num_classes=10"])))
        #expect(ten[1] == fact.parameters - 990 * 769)
        let run = try ToolRun("get-flops", [path])
        #expect(
            run.output == """
                ==============================
                Input shape: (3, 224, 224)
                Flops: 4.508G
                Params: 28.288M
                Activation: 17.054M
                ==============================

                """)
        #expect(run.errors == "")
        #expect(try folder.names == ["tiny.py"])
    }

    @Test("the environment fills a config's templates, as in print-config")
    func environment() throws {
        let folder = try TemporaryFolder()
        let text = Self.swin.replacingOccurrences(of: "'tiny'", with: "'{{$SWIN_ARCH:tiny}}'")
        let path = try folder.write("swin.py", Data(text.utf8))
        let fact = try ZooFact.named("swin-small_16xb64_in1k")
        let run = try ToolRun("get-flops", [path, "--json"], environment: ["SWIN_ARCH": "small"])
        #expect(try run.json()["parameters"] as? Int == fact.parameters)
    }

    @Test("one number is a square, two are height and width")
    func shape() throws {
        func shape(_ words: [String]) throws -> [Int]? {
            try ToolRun("get-flops", ["--model", "resnet18", "--json"] + words).json()["input_shape"] as? [Int]
        }
        #expect(try shape([]) == [3, 224, 224])
        #expect(try shape(["--shape", "160"]) == [3, 160, 160])
        #expect(try shape(["--shape", "160", "192"]) == [3, 160, 192])
    }

    @Test("a model that refuses 224 is counted at its own size with a note, and refuses it where it is asked for")
    func refusal() throws {
        let name = "swin-base_3rdparty_in1k-384"
        let fact = try ZooFact.named(name)
        #expect(fact.refuses224)
        let run = try ToolRun("get-flops", ["--model", name, "--json"])
        #expect(run.status == 0)
        #expect(run.errors.contains("counted at 384 × 384"))
        let report = try run.json()
        #expect(report["input_shape"] as? [Int] == [3, 384, 384])
        #expect(report["flops"] as? Int == Int(fact.cost.explicitFlops))
        let asked = try ToolRun("get-flops", ["--model", name, "--shape", "224"])
        #expect(asked.status == 2)
        #expect(asked.output == "")
        #expect(asked.errors.contains("(7, 7) is smaller than the window size (12)"))
    }

    @Test("a model that is tested at another size is counted at 224 with a note of the size")
    func testSize() throws {
        let folder = try TemporaryFolder()
        let text = Self.swin.replacingOccurrences(of: "crop_size=224", with: "crop_size=(256, 192)")
        let path = try folder.write("swin.py", Data(text.utf8))
        let run = try ToolRun("get-flops", [path, "--json"])
        #expect(try run.json()["input_shape"] as? [Int] == [3, 224, 224])
        #expect(run.errors.contains("the model is tested at 256 × 192: --shape 256 192 counts that"), "\(run.errors)")
        let asked = try ToolRun("get-flops", [path, "--shape", "224"])
        #expect(asked.status == 0 && asked.errors == "")
    }

    @Test("--layers has every module, whose parts add up")
    func layers() throws {
        let report = try ToolRun("get-flops", ["--model", "resnet18", "--layers", "--json"]).json()
        let modules = try #require(report["modules"] as? [[String: Any]])
        let flops = Dictionary(
            uniqueKeysWithValues: modules.map { ($0["module"] as? String ?? "", $0["flops"] as? Int ?? -1) })
        #expect(modules.first?["module"] as? String == "backbone")
        #expect(flops["backbone.conv1"] == 118_013_952)
        let blocks = flops.filter { $0.key.hasPrefix("backbone.layer1.") && $0.key.utf8.count == 17 }
        #expect(blocks.count == 2)
        #expect(blocks.values.reduce(0, +) == flops["backbone.layer1"])
        let text = try ToolRun("get-flops", ["--model", "resnet18", "--layers"]).output
        #expect(text.contains("\nbackbone.conv1 "))
        #expect(text.contains("118,013,952"))
    }

    @Test("--models counts every model whose name matches, and lists those that refuse the size")
    func survey() throws {
        let run = try ToolRun("get-flops", ["--models", "VGG1?_8xb32*", "--json"])
        #expect(run.status == 0)
        let listed = try #require(try run.json()["models"] as? [[String: Any]])
        #expect(listed.map { $0["model"] as? String } == [11, 13, 16, 19].map { "vgg\($0)_8xb32_in1k" })
        for report in listed {
            let fact = try ZooFact.named(report["model"] as? String ?? "")
            #expect(report["flops"] as? Int == Int(fact.cost.flops))
        }
        let mixed = try ToolRun("get-flops", ["--models", "swin-base_3rdparty_in1k*", "--shape", "224"])
        #expect(mixed.status == 2)
        #expect(mixed.output.split(separator: "\n").count == 2)
        #expect(mixed.errors.hasPrefix("get-flops: swin-base_3rdparty_in1k-384: backbone.stages.3.blocks.0.attn: "))
        let none = try ToolRun("get-flops", ["--models", "nope*"])
        #expect(none.status == 2)
        #expect(none.errors == "get-flops: no built-in model has a name like 'nope*'\n")
    }

    @Test(
        "what is wrong is one line with its place",
        arguments: [
            (
                ["CONFIG"], "img_size=224", "windowsize=7",
                "swin.py:3:56: model.backbone: SwinTransformer has no argument "
                    + "'windowsize'; did you mean 'window_size'?"
            ),
            (["CONFIG"], "'SwinTransformer'", "'SwinTransfomer'", "did you mean 'SwinTransformer'?"),
            (
                ["CONFIG"], "'tiny'", "'tniy'",
                "swin.py:3:43: model.backbone: 'arch' 'tniy' is not built in; did you mean 'tiny'?"
            ),
            (["CONFIG"], "model = dict(", "modell = dict(", "it has no 'model'"),
            (["none.py"], "", "", "none.py: there is no such file"),
            ([], "", "", "CONFIG.py, --model NAME, --program FILE.pt2 or --models GLOB is missing"),
            (["CONFIG", "--model", "vgg16"], "", "", "exclude each other"),
            (["--models", "vgg*", "--model", "vgg16"], "", "", "--models names every model by itself"),
            (["CONFIG", "--shape", "0"], "", "", "--shape takes one or two positive integers, not '0'"),
            (["--model", "resnet18", "--shape", "99999999999"], "", "", "backbone.conv1: shape"),
            (
                ["--model", "convnext-tiny"], "", "",
                "'convnext-tiny' fits 4 models: convnext-tiny_32xb128-noema_in1k, "
            ),
            (["--model", "resnet52"], "", "", "the nearest names are resnet"),
            (["--model", "vgg16", "--cfg-options", "a=1"], "", "", "--cfg-options needs a config"),
        ] as [([String], String, String, String)])
    func errors(words: [String], old: String, new: String, message: String) throws {
        let folder = try TemporaryFolder()
        let text = old.isEmpty ? Self.swin : Self.swin.replacingOccurrences(of: old, with: new)
        try folder.write("swin.py", Data(text.utf8))
        let run = try ToolRun(
            "get-flops", words.map { $0 == "CONFIG" ? "swin.py" : $0 }, folder: folder.path)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
    }
}
