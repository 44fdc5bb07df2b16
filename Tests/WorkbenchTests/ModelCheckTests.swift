import CommandLineKit
import ModelGraph
import ModelZoo
import TestSupport
import Testing

@testable import Workbench

@Suite struct ModelCheckTests {
    @Test(
        "a model of MMPreTrain passes without weights, and says so",
        arguments: ["shufflenet-v2-1x_16xb64_in1k", "resnet18_8xb16_cifar10"])
    func passes(name: String) throws {
        let check = try ModelCheck.run(.init(model: ModelSource(.name(name))))
        #expect(check.passed, "\(check.items)")
        #expect(
            check.items.map(\.name) == [
                "registered", "built", "output shape", "feature tuple", "finite", "parameters used",
            ])
        #expect(check.weights == nil)
        #expect(check.text(Palette(isColored: false)).hasPrefix("\(check.model), no weights: passed\n"))
        let facts = try ZooFact.named(name)
        #expect(check.inputShape == [1, 3, facts.size, facts.size])
        #expect(check.parameters == facts.parameters)
        #expect(Double(check.flops) == facts.cost.explicitFlops)
    }

    static let early = """
        model = dict(
            type='ImageClassifier',
            backbone=dict(type='ResNet', depth=18, stem_channels=16, base_channels=16, out_indices=(1,)),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', num_classes=6, in_channels=32))
        """

    @Test("parameters that have no part in the output are found")
    func unused() throws {
        let folder = try TemporaryFolder()
        let check = try ModelCheck.run(.init(model: ModelSource(.config(folder.write("a.py", Self.early.utf8)))))
        #expect(!check.passed)
        let failed = check.items.filter { !$0.passed }
        #expect(failed.map(\.name) == ["parameters used"])
        #expect(failed.first?.found.hasPrefix("'backbone.layer3.0.conv1.weight' and 29 more") == true, "\(failed)")
    }

    @Test("a classifier that is given two feature maps is found, a model of features that gives two is not")
    func features() throws {
        let folder = try TemporaryFolder()
        let two = Self.early.replacing("(1,)", with: "(1, 2)").replacing("in_channels=32", with: "in_channels=64")
        let classifier = try ModelCheck.run(.init(model: ModelSource(.config(folder.write("a.py", two.utf8)))))
        #expect(classifier.items.filter { !$0.passed }.map(\.name).contains("feature tuple"), "\(classifier.items)")
        let headless = two.replacing("head=dict(type='LinearClsHead', num_classes=6, in_channels=64)", with: "")
        let model = try ModelCheck.run(.init(model: ModelSource(.config(folder.write("b.py", headless.utf8)))))
        #expect(model.items.first { $0.name == "feature tuple" }?.found == "2")
        #expect(model.items.first { $0.name == "output shape" }?.passed == true)
    }

    @Test("names of files can neither drive the terminal nor begin a line of the report")
    func names() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("a\n::error::\u{1B}[31m.py", Self.early.utf8)
        let source = ModelSource(.config(config))
        let texts = [
            try ModelCheck.run(.init(model: source)).text(.plain),
            ComplexityReport.table([try ComplexityReport.run(.init(model: source))]),
        ]
        for text in texts {
            #expect(!text.contains("\n::error::") && !text.contains("\u{1B}"), "\(text)")
            #expect(text.contains("a\\n::error::\\u{1b}[31m"), "\(text)")
        }
    }

    @Test("a name that is not registered is an error")
    func unknown() {
        #expect(throws: ModelZooError.self) {
            try ModelCheck.run(.init(model: ModelSource(.name("resnet18_8xb32_in2k"))))
        }
    }

    /// MMPreTrain's DeiT III has a norm `ln2` in each layer that its forward pass does not call.
    @Test("every parameter of a model of each backbone has a part in its output, but for DeiT III's second norms")
    func zoo() throws {
        var seen: Set<String> = []
        for fact in try ZooFact.all() where seen.insert(fact.backbone).inserted {
            guard let name = fact.names.first, let model = try? ModelZoo.model(named: name) else { continue }
            let graph = try model.graph(input: [1, fact.channels, fact.size, fact.size])
            let unused = graph.unusedParameters
            if fact.backbone == "DeiT3" {
                #expect(!unused.isEmpty && unused.allSatisfy { $0.text.contains(".ln2.") }, "\(unused)")
            } else {
                #expect(unused.isEmpty, "\(name): \(unused)")
            }
        }
        #expect(seen.count > 40)
    }
}
