import Foundation
import ModelConfig
import TestSupport
import Testing

@testable import ModelIndex

@Suite("ModelIndex")
struct ModelIndexTests {
    static let entries = ModelIndex.entries(matching: "*")

    @Test("the 548 names of the registry and the 63 unnamed classifiers are known, each once")
    func names() {
        let names = ModelIndex.names
        #expect(names.count == 548 + 63)
        #expect(Set(names.map { $0.lowercased() }).count == names.count)
        #expect(
            names.map { $0.lowercased() }
                == names.map { $0.lowercased() }.sorted { Array($0.utf8).lexicographicallyPrecedes($1.utf8) })
        #expect(Self.entries.map(\.name) == names)
        #expect(Self.entries.count { $0.facts == nil } == 63)
        #expect(Self.entries.count { $0.facts != nil && $0.typeName == "ImageClassifier" } == 482)
    }

    @Test("a name is found in any case, a part of one is not")
    func lookUp() {
        for name in ModelIndex.names {
            #expect(ModelIndex.entry(named: name)?.name == name)
            #expect(ModelIndex.entry(named: name.uppercased())?.name == name)
        }
        for name in ["", "a", "resnet", "resnet18_8xb32_in1", "resnet18_8xb32_in1k ", "zzz", "résnet18_8xb32_in1k"] {
            #expect(ModelIndex.entry(named: name) == nil)
        }
    }

    @Test("every config is what mmengine loads: values, types and order")
    func configs() throws {
        let lines = try String(contentsOfFile: fixture("zoo/configs.tsv"), encoding: .utf8).split(separator: "\n")
        let wanted = Dictionary(
            uniqueKeysWithValues: lines.map { line -> (String, String) in
                let fields = line.split(separator: "\t")
                return (String(fields[0]), String(fields[1]))
            })
        let found = Self.entries.filter { $0.typeName == "ImageClassifier" }.map { entry -> (String, String) in
            var bytes: [UInt8] = []
            for value in [entry.model, entry.dataPreprocessor].map({ $0.map(ConfigValue.dictionary) ?? .none })
                + [entry.testPipeline.map(ConfigValue.list) ?? .none]
            { bytes += tagged(value) }
            return (entry.configPath, String(digest(of: bytes).prefix(16)))
        }
        #expect(Dictionary(found, uniquingKeysWith: { first, second in first == second ? first : "differ" }) == wanted)
    }

    @Test("a model that is not an image classifier is known by its type alone")
    func otherTypes() throws {
        let blip = try #require(ModelIndex.entry(named: "blip-base_3rdparty_caption"))
        #expect(
            blip.typeName == "BlipCaption" && blip.model == nil && blip.dataPreprocessor == nil
                && blip.testPipeline == nil)
        #expect(blip.facts?.collection == "BLIP")
    }

    @Test("published facts are those of the metafile")
    func facts() throws {
        let facts = try #require(ModelIndex.entry(named: "RESNET50_8xb32_in1k")?.facts)
        #expect(
            facts
                == PublishedFacts(
                    collection: "ResNet", parameters: 25_560_000, flops: 4_120_000_000,
                    results: [
                        .init(
                            task: "Image Classification", dataset: "ImageNet-1k",
                            metrics: [
                                .init(name: "Top 1 Accuracy", value: 76.55),
                                .init(name: "Top 5 Accuracy", value: 93.06),
                            ])
                    ],
                    weights:
                        "https://download.openmmlab.com/mmclassification/v0/resnet/resnet50_8xb32_in1k_20210831-ea4938fc.pth",
                    convertedFrom: nil))
        let converted = try #require(ModelIndex.entry(named: "swin-tiny_16xb64_in1k")?.facts)
        #expect(converted.parameters == 28_290_000)
    }

    @Test("a resolved model tells int, float, tuple and list apart")
    func values() throws {
        let vgg = try #require(ModelIndex.entry(named: "resnet18_8xb32_in1k"))
        let backbone = try #require(dictionary(vgg.model?["backbone"]))
        #expect(backbone["type"] == .string("ResNet") && backbone["depth"] == .int(18))
        #expect(backbone["out_indices"] == .tuple([.int(3)]))
        #expect(dictionary(vgg.model?["head"])?["loss"].flatMap(dictionary)?["loss_weight"] == .float(1))
        #expect(vgg.dataPreprocessor?["mean"] == .list([.float(123.675), .float(116.28), .float(103.53)]))
        #expect(vgg.testPipeline?.count == 4)
        #expect(
            vgg.testPipeline?.first
                == .dictionary(ConfigDictionary([.init(key: .string("type"), value: .string("LoadImageFromFile"))])))
    }

    @Test(
        "configs that mmengine refuses are there",
        arguments: [
            ("replknet-31b_3rdparty_in1k", "RepLKNet"), ("swinv2-base-w12_3rdparty_in21k-192px", "SwinTransformerV2"),
        ])
    func refusedConfigs(name: String, backbone: String) throws {
        let model = try #require(ModelIndex.entry(named: name)?.model)
        #expect(dictionary(model["backbone"])?["type"] == .string(backbone))
    }

    @Test("the facts of the zoo are of the classifiers that the index has, and digest as their scripts say")
    func zooFacts() throws {
        let facts = try ZooFact.all()
        let known = Dictionary(grouping: Self.entries.filter { $0.typeName == "ImageClassifier" }, by: \.configPath)
        #expect(Set(facts.map(\.config)) == Set(known.keys))
        for fact in facts {
            let entries = try #require(known[fact.config])
            #expect(Set(fact.names) == Set(entries.filter { $0.facts != nil }.map(\.name)))
            #expect(dictionary(entries[0].model?["backbone"])?["type"] == .string(fact.backbone))
            #expect(fact.stages.values.map(\.entries).reduce(0, +) == fact.entries)
            #expect(fact.stages.values.map(\.modules).reduce(0, +) == fact.modules.count)
        }
        #expect(ZooFact.digest(ofLines: []) == "e3b0c44298fc1c14")
        #expect(
            ["", "head", "head.fc.weight", "backbone.layer1.0.conv1", "backbone.stages.2.blocks.0"].map(ZooFact.prefix)
                == ["(model)", "head", "head.fc", "backbone.layer1", "backbone.stages.2"])
    }

    @Test("a pattern takes names in any case")
    func patterns() {
        #expect(ModelIndex.entries(matching: "RepVGG-a?_*").map(\.name).contains("repvgg-A0_8xb32_in1k"))
        #expect(ModelIndex.entries(matching: "repvgg").isEmpty)
    }

    private func dictionary(_ value: ConfigValue?) -> ConfigDictionary? {
        if case .dictionary(let dictionary)? = value { dictionary } else { nil }
    }

    /// As `tagged` of `scripts/makers/make_model_index.py`.
    private func tagged(_ value: ConfigValue) -> [UInt8] {
        func list(_ kind: String, _ values: [ConfigValue]) -> [UInt8] {
            Array("\(kind)\(values.count):".utf8) + values.flatMap(tagged)
        }
        return switch value {
        case .none: Array("N".utf8)
        case .bool(let bool): Array((bool ? "T" : "F").utf8)
        case .int(let int): Array("i\(int);".utf8)
        case .float(let number):
            Array("f".utf8)
                + (0..<16).map { digit in
                    Array("0123456789abcdef".utf8)[Int(number.bitPattern >> (60 - 4 * UInt64(digit)) & 15)]
                } + Array(";".utf8)
        case .string(let string): Array("s\(string.utf8.count):\(string)".utf8)
        case .list(let values): list("l", values)
        case .tuple(let values): list("t", values)
        case .set(let values): list("set", values)
        case .dictionary(let dictionary):
            Array("d\(dictionary.entries.count):".utf8)
                + dictionary.entries.flatMap { tagged($0.key) + tagged($0.value) }
        }
    }
}
