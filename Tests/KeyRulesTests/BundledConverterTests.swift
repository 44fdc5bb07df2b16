import KeyRules
import TensorCore
import TestSupport
import Testing

/// The rule files of `converters/` against what MMPreTrain's own scripts make of torchvision's state dicts.
@Suite struct BundledConverterTests {
    @Test("every fact file is read, and holds tensors")
    func facts() {
        #expect(ConverterFacts.all.map(\.name) == ConverterFacts.names)
        for facts in ConverterFacts.all { #expect(facts.rows.count >= 22, "\(facts.name)") }
    }

    @Test("a fact file states every source and every target once", arguments: ConverterFacts.committed)
    func committed(name: String) throws {
        let facts = try ConverterFacts.named(name)
        #expect(facts.ruleFileName.hasSuffix(".rules"))
        #expect(facts.entries.count >= 16)
        #expect(Set(facts.allSources.map(\.key)).count == facts.allSources.count)
        #expect(Set(facts.modelTensors.map(\.key)).count == facts.modelTensors.count)
        for entry in facts.entries where entry.operation == nil {
            #expect(entry.sources.map(\.?.shape) == [entry.target.shape], "\(entry.target.key)")
        }
    }

    @Test("forward gives upstream's keys and the model's shapes, in file order", arguments: ConverterFacts.names)
    func forward(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let plan = try facts.ruleFile().plan(facts.request(facts.sources))
        #expect(plan.findings == [])
        #expect(plan.model == facts.model)
        #expect(plan.isModelChecked)
        #expect(plan.entries.map(\.target) == facts.targets.map(\.key))
        #expect(plan.entries.map(\.sources) == facts.sources.map { [$0.key] })
        #expect(plan.entries.map(\.shape) == facts.targets.map(\.shape))
        #expect(plan.entries.map(\.dtype) == facts.targets.map(\.dtype))
        #expect(plan.entries.filter { !$0.isRename } == [])
        #expect(plan.settings.allSatisfy { $0.origin == .deduced })
    }

    @Test("reverse gives torchvision's keys back", arguments: ConverterFacts.names)
    func reverse(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let plan = try facts.ruleFile().plan(facts.request(facts.targets, .reverse))
        #expect(plan.findings == [])
        #expect(plan.entries.map(\.target) == facts.sources.map(\.key))
        #expect(plan.entries.map(\.sources) == facts.targets.map { [$0.key] })
    }

    @Test("the order of the keys changes nothing but the order of the entries", arguments: ConverterFacts.names)
    func shuffled(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        let expected = Dictionary(uniqueKeysWithValues: facts.rows.map { ($0.source.key, $0.target.key) })
        for seed in UInt64(1)...3 {
            var generator = SplitMix64(seed: seed)
            let sources = facts.sources.shuffled(using: &generator)
            let plan = rules.plan(facts.request(sources))
            #expect(plan.findings == [])
            #expect(plan.entries.map { $0.sources[0] } == sources.map(\.key))
            #expect(plan.entries.map(\.target) == sources.map { expected[$0.key] })
        }
    }

    @Test("a foreign key is an error that names it and the nearest line", arguments: ConverterFacts.names)
    func foreign(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let stray = TensorSignature(key: "ema.decay", dtype: .float32, shape: [])
        let odd = TensorSignature(
            key: Key(facts.sources[0].key.text + "_mask"), dtype: .float32, shape: facts.sources[0].shape)
        let plan = try facts.ruleFile().plan(facts.request(facts.sources + [stray, odd]))
        #expect(plan.errors.map(\.code) == [.unmatchedKey, .unmatchedKey])
        #expect(plan.errors.map(\.key) == [stray.key, odd.key])
        #expect(plan.errors.last?.rule != nil)
        #expect(plan.model == facts.model, "the closest parameter values are still found")
        #expect(!plan.isExecutable)
    }

    @Test("any one missing key is an error that names the line that would make it", arguments: ConverterFacts.names)
    func missing(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        let full = rules.plan(facts.request(facts.sources))
        let step = max(1, facts.rows.count / 40)
        for index in stride(from: 0, to: facts.rows.count, by: step) {
            var sources = facts.sources
            sources.remove(at: index)
            let plan = rules.plan(facts.request(sources))
            let finding = plan.errors.first { $0.code == .missingKey }
            #expect(finding?.key == facts.targets[index].key, "\(facts.sources[index].key): \(plan.errors)")
            #expect(finding?.rule == full.entries[index].rule, "\(facts.sources[index].key)")
            #expect(
                plan.errors.allSatisfy {
                    [.missingKey, .partialGroup, .incompleteConstants, .unusedRule].contains($0.code)
                })
        }
    }

    @Test("a wrapper prefix is named as the likely fix", arguments: ConverterFacts.names)
    func wrapper(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        for prefix in ["module.", "_orig_mod.", "model.", "module.model."] {
            let wrapped = facts.sources.map {
                TensorSignature(key: Key(prefix + $0.key.text), dtype: $0.dtype, shape: $0.shape)
            }
            let plan = rules.plan(facts.request(wrapped))
            #expect(plan.errors.map(\.code) == [.wrapperPrefix], "\(prefix)")
            #expect(plan.errors.first?.message.contains("'\(prefix)'") == true)
            #expect(plan.errors.first?.rule != nil)
            #expect(plan.entries.isEmpty)
        }
    }

    @Test("a file that is already converted is an error in both directions", arguments: ConverterFacts.names)
    func alreadyConverted(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        let forward = rules.plan(facts.request(facts.targets))
        #expect(forward.errors.map(\.code) == [.alreadyConverted])
        #expect(forward.errors.first?.message.contains("--reverse") == true)
        let reverse = rules.plan(facts.request(facts.sources, .reverse))
        #expect(reverse.errors.map(\.code) == [.alreadyConverted])
    }

    @Test("a checkpoint without its head converts, and says so", arguments: ConverterFacts.names)
    func headless(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let sources = facts.sources.filter { !$0.key.text.hasPrefix("classifier") && !$0.key.text.hasPrefix("fc") }
        let plan = try facts.ruleFile().plan(facts.request(sources))
        #expect(plan.isExecutable)
        #expect(plan.findings.map(\.code) == [.absentGroup])
        #expect(plan.optionalGroups.map(\.state) == [.absent])
        #expect(plan.optionalGroups[0].missing.count == facts.rows.count - sources.count)
    }

    @Test("the published MobileNetV2 converts, which spells its blocks flat and has no classifier")
    func published() throws {
        let facts = try ConverterFacts.named("mobilenet_v2_published")
        let rules = try facts.ruleFile()
        #expect(facts.rows.count == 312)
        let plan = rules.plan(facts.request(facts.sources))
        #expect(plan.findings.map(\.code) == [.absentGroup])
        #expect(plan.optionalGroups.map(\.missing) == [["head.fc.weight", "head.fc.bias"]])
        #expect(plan.settings.map(\.value) == ["flat"])
        #expect(plan.entries.map(\.target) == facts.targets.map(\.key))
        let back = rules.plan(facts.request(facts.targets, .reverse))
        #expect(back.isExecutable)
        #expect(back.entries.map(\.target) == facts.sources.map(\.key))
        var undecided = facts.request(facts.targets, .reverse)
        undecided.settings = [:]
        let refused = rules.plan(undecided)
        #expect(refused.errors.map(\.code) == [.undecidedSettings])
        #expect(refused.errors[0].message.contains("layout=nested, layout=flat"))
    }

    @Test("half a head is an error", arguments: ConverterFacts.names)
    func halfHead(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let plan = try facts.ruleFile().plan(facts.request(Array(facts.sources.dropLast())))
        #expect(plan.errors.contains { $0.code == .partialGroup && $0.key == facts.targets.last?.key })
        #expect(plan.optionalGroups.map(\.state) == [.partial])
    }

    @Test(
        "batch counters that are absent as a whole are made, and only then",
        arguments: ["vgg16_bn", "mobilenet_v2", "resnet50"])
    func counters(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        let sources = facts.sources.filter { $0.key.leaf != "num_batches_tracked" }
        let plan = rules.plan(facts.request(sources))
        #expect(plan.isExecutable)
        #expect(plan.findings.map(\.code) == [.constantsMade])
        #expect(Set(plan.entries.map(\.target)) == Set(facts.targets.map(\.key)))
        let made = plan.entries.filter { $0.sources.isEmpty }
        #expect(made.count == facts.rows.count - sources.count)
        #expect(made.allSatisfy { $0.operations == [.constant(.int64, value: "0", shape: [])] })
        let partial = sources + facts.sources.filter { $0.key.leaf == "num_batches_tracked" }.prefix(1)
        #expect(rules.plan(facts.request(partial)).errors.contains { $0.code == .incompleteConstants })
    }

    @Test("a tensor of another shape is an error with both shapes and both lines")
    func shape() throws {
        let facts = try ConverterFacts.named("mobilenet_v2")
        var sources = facts.sources
        sources[0] = TensorSignature(key: sources[0].key, dtype: .float32, shape: [32, 3, 5, 5])
        let plan = try facts.ruleFile().plan(facts.request(sources))
        #expect(plan.errors.map(\.code) == [.shapeMismatch])
        #expect(plan.errors.first?.message.contains("[32, 3, 5, 5]") == true)
        #expect(plan.errors.first?.message.contains("[32, 3, 3, 3]") == true)
        #expect(plan.errors.first?.rule != nil && plan.errors.first?.related != nil)
    }

    @Test("without its models the ResNet variants cannot be told apart, and the error lists them")
    func undecided() throws {
        let facts = try ConverterFacts.named("resnet50")
        var request = facts.request(facts.sources)
        request.modelSignatures = { _, _ in nil }
        let plan = try facts.ruleFile().plan(request)
        #expect(plan.errors.map(\.code) == [.undecidedSettings])
        #expect(plan.errors.first?.message.contains("variant=resnet50") == true)
        request.settings = ["variant": "resnet50"]
        let set = try facts.ruleFile().plan(request)
        #expect(set.isExecutable)
        #expect(set.findings.map(\.code) == [.unknownModel])
        #expect(set.settings.map(\.origin) == [.given])
    }

    @Test("a setting that does not fit is an error about the keys it leaves over")
    func wrongSetting() throws {
        let facts = try ConverterFacts.named("vgg16")
        var request = facts.request(facts.sources)
        request.settings = ["depth": "11", "bn": "no"]
        let plan = try facts.ruleFile().plan(request)
        #expect(plan.errors.contains { $0.code == .unmatchedKey && $0.key == "features.2.weight" })
        #expect(!plan.isExecutable)
    }

    @Test("a model that the user names replaces the declared one")
    func override() throws {
        let facts = try ConverterFacts.named("resnet50")
        var request = facts.request(facts.sources)
        request.model = PlanRequest.Model(name: "mine", tensors: facts.targets)
        let plan = try facts.ruleFile().plan(request)
        #expect(plan.isExecutable)
        #expect(plan.model == "mine")
        request.model = PlanRequest.Model(name: "mine", tensors: try ConverterFacts.named("resnet34").targets)
        let other = try facts.ruleFile().plan(request)
        #expect(other.errors.contains { $0.code == .unexpectedKey })
    }
}
