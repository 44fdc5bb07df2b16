import KeyRules
import TensorCore
import TestSupport
import Testing

/// Every rule file of `converters/` against the fact files of its family, operations and constants included. A model that
/// is not built in is the one whose state dict the facts record.
@Suite struct BundledFamilyTests {
    /// What a fact file or a plan says of one tensor.
    struct Made: Equatable {
        let sources: [Key]
        let operations: String
        let dtype: DType
        let shape: [Int]
    }

    private func made(_ plan: ConversionPlan) -> [Key: Made] {
        Dictionary(
            uniqueKeysWithValues: plan.entries.map { entry in
                let operations = entry.sources.isEmpty ? [] : entry.operations.map(\.description)
                return (
                    entry.target,
                    Made(
                        sources: entry.sources, operations: Self.withoutExtents(operations.joined(separator: "; ")),
                        dtype: entry.dtype, shape: entry.shape)
                )
            })
    }

    private func made(_ facts: ConverterFacts) -> [Key: Made] {
        let converted = facts.entries.map { entry in
            (
                entry.target.key,
                Made(
                    sources: entry.sources.compactMap { $0.map { ConverterFacts.planned($0.key) } },
                    operations: Self.withoutExtents(entry.operation ?? ""),
                    dtype: entry.target.dtype, shape: entry.target.shape)
            )
        }
        let constants = facts.made.map { tensor, _ in
            (tensor.key, Made(sources: [], operations: "", dtype: tensor.dtype, shape: tensor.shape))
        }
        return Dictionary(uniqueKeysWithValues: converted + constants)
    }

    /// Extents that only the way back needs ("with d=64") are the rule file's business.
    private static func withoutExtents(_ operations: String) -> String {
        operations.split(separator: "; ").map { operation in
            operation.firstRange(of: " with ").map { String(operation[..<$0.lowerBound]) } ?? String(operation)
        }.joined(separator: "; ")
    }

    @Test("every bundled rule file has a fact file")
    func families() {
        let families = Set(ConverterFacts.bundled.compactMap { try? ConverterFacts.named($0).ruleFileName })
        #expect(families == ConverterFacts.ruleFileNames)
    }

    @Test("forward makes the model's tensors of the recorded sources", arguments: ConverterFacts.bundled)
    func forward(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let plan = try facts.ruleFile().plan(facts.modelRequest(facts.allSources))
        #expect(plan.errors == [])
        #expect(plan.isModelChecked)
        let found = made(plan)
        for (key, expected) in made(facts) { #expect(found[key] == expected, "\(key)") }
        #expect(found.count == facts.entries.count + facts.made.count)
        #expect(Set(plan.dropped.map(\.key)) == Set(facts.dropped.map { ConverterFacts.planned($0.key) }))
    }

    @Test("reverse gives the sources back", arguments: ConverterFacts.single)
    func reverse(name: String) throws {
        let facts = try ConverterFacts.named(name)
        // A slice loses what it cuts off, a sum its parts: no rule takes the result back.
        let lasting = facts.entries.filter { entry in
            !["slice", "add"].contains { entry.operation?.contains($0) == true }
        }
        let converted = lasting.map(\.target) + facts.made.map(\.tensor)
        var request = facts.modelRequest(converted, .reverse)
        let rules = try facts.ruleFile()
        if lasting.count < facts.entries.count {
            request.model = nil
            if rules.parameters.contains(where: { $0.name == "size" }) { request.settings["size"] = "other" }
        }
        let plan = rules.plan(request)
        #expect(plan.errors == [])
        let found = plan.entries.map { TensorSignature(key: $0.target, dtype: $0.dtype, shape: $0.shape) }
        let sources = lasting.flatMap(\.sources).compactMap { $0 }
        #expect(found.count == Set(sources).count)
        #expect(Set(found) == Set(sources))
        #expect(Set(plan.dropped.map(\.key)) == Set(facts.made.map(\.tensor.key)))
    }

    @Test(
        "what the model computes itself is not made, and left out backward",
        arguments: ["swin_tiny_timm", "swinv2_tiny_timm"])
    func absent(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        let plan = rules.plan(facts.modelRequest(facts.allSources))
        #expect(plan.findings.allSatisfy { $0.code == .absentGroup && $0.severity == .note && $0.rule != nil })
        #expect(Set(plan.optionalGroups.flatMap(\.missing)) == Set(facts.missing.map(\.key)))
        var request = facts.modelRequest(facts.modelTensors, .reverse)
        request.settings["spelling"] = "timm"
        let back = rules.plan(request)
        #expect(back.errors == [])
        #expect(Set(back.entries.map(\.target)) == Set(facts.allSources.map(\.key)))
        #expect(Set(back.dropped.map(\.key)) == Set(facts.missing.map(\.key)))
        // An MMPreTrain file holds what the authors' spelling keeps: without the setting, that is what comes back.
        request.settings = [:]
        #expect(rules.plan(request).settings.first { $0.parameter == "spelling" }?.value == "authors")
    }

    @Test(
        "big_vision's files, which stack all blocks, become the tensors that the flat ones become, and come back",
        arguments: [
            ("vit_base_p32_google", "Transformer/encoderblock", false),
            ("vit_base_p32_google", "Transformer/encoderblock", true),
            ("mlp_mixer_base_google", "MixerBlock", true),
        ])
    func stacked(name: String, block: String, isRenumbered: Bool) throws {
        let facts = try ConverterFacts.named(name)
        let renumbered = [
            ("Transformer/posembed_input/", ""), ("MultiHeadDotProductAttention_1", "MultiHeadDotProductAttention_0"),
            ("LayerNorm_2", "LayerNorm_1"), ("MlpBlock_3", "MlpBlock_0"),
        ]
        var sources: [TensorSignature] = []
        for tensor in facts.allSources {
            var key = tensor.key.text
            var shape = tensor.shape
            if key.hasPrefix(block + "_") {
                let rest = key.dropFirst(block.count + 1)
                guard rest.hasPrefix("0/") else { continue }
                key = block + rest.dropFirst()
                shape.insert(12, at: 0)
            }
            if isRenumbered, name.hasPrefix("vit") {
                for (old, new) in renumbered { key = key.replacing(old, with: new) }
            }
            sources.append(TensorSignature(key: Key("params/" + key), dtype: tensor.dtype, shape: shape))
        }
        let rules = try facts.ruleFile()
        let plan = rules.plan(facts.modelRequest(sources))
        #expect(plan.errors == [])
        #expect(plan.isModelChecked)
        let targets = facts.entries.map(\.target)
        func made(_ plan: ConversionPlan) -> Set<TensorSignature> {
            Set(plan.entries.map { TensorSignature(key: $0.target, dtype: $0.dtype, shape: $0.shape) })
        }
        #expect(made(plan) == Set(targets))
        var request = facts.modelRequest(targets, .reverse)
        request.settings = Dictionary(plan.settings.map { ($0.parameter, $0.value) }) { first, _ in first }
        #expect(made(rules.plan(request)) == Set(sources))
    }

    @Test("backward, what the keys leave open is what a default line says, with a note")
    func defaults() throws {
        let facts = try ConverterFacts.named("vit_tiny_huggingface")
        let plan = try facts.ruleFile().plan(facts.modelRequest(facts.convertedTensors, .reverse))
        #expect(plan.errors == [])
        #expect(plan.findings.contains { $0.severity == .note && $0.message.contains("spelling=file") })
        #expect(plan.entries.contains { $0.target == "vit.encoder.layer.0.attention.attention.query.weight" })
    }

    @Test("the order of the keys changes no tensor", arguments: ConverterFacts.bundled)
    func shuffled(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        let expected = made(rules.plan(facts.modelRequest(facts.allSources)))
        for seed in UInt64(1)...2 {
            var generator = SplitMix64(seed: seed)
            let plan = rules.plan(facts.modelRequest(facts.allSources.shuffled(using: &generator)))
            #expect(plan.errors == [])
            #expect(made(plan) == expected)
        }
    }

    @Test("a foreign key is an error that names it", arguments: ConverterFacts.single)
    func foreign(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let first = facts.allSources[0]
        let stray = TensorSignature(key: "ema.decay", dtype: .float32, shape: [])
        let odd = TensorSignature(key: Key(first.key.text + "_mask"), dtype: .float32, shape: first.shape)
        let plan = try facts.ruleFile().plan(facts.modelRequest(facts.allSources + [stray, odd]))
        #expect(plan.errors.map(\.code) == [.unmatchedKey, .unmatchedKey])
        #expect(plan.errors.map(\.key) == [stray.key, odd.key])
    }

    @Test(
        "any one missing source is an error that names the tensor it would make, or one that it goes with",
        arguments: ConverterFacts.bundled)
    func missing(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        for entry in facts.entries.everyNth(of: 24) {
            let sources = entry.sources.compactMap(\.?.key)
            let gone = try #require(sources.first)
            let plan = rules.plan(facts.modelRequest(facts.allSources.filter { $0.key != gone }))
            #expect(
                plan.errors.contains { error in
                    error.code == .missingKey && error.key == entry.target.key
                        || sources.dropFirst().contains { ConverterFacts.planned($0) == error.key }
                }, "\(gone): \(plan.errors)")
        }
    }

    /// Those whose rules name the models of the family.
    private static let declared = ConverterFacts.single.filter { name in
        (try? ConverterFacts.named(name).ruleFile().models.isEmpty) == false
    }

    @Test(
        "where rules name models, one is found, and a missing tensor is an error that names the line which would have made it",
        arguments: declared)
    func declaredModel(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        let whole = rules.plan(facts.modelRequest(facts.allSources))
        #expect(whole.model != nil && whole.isModelChecked && whole.errors == [])
        let lines = Dictionary(uniqueKeysWithValues: whole.entries.map { ($0.target, $0.rule) })
        for entry in facts.entries.filter({ $0.sources.count == 1 }).everyNth(of: 8) {
            guard let gone = entry.sources[0]?.key else { continue }
            let plan = rules.plan(facts.modelRequest(facts.allSources.filter { $0.key != gone }))
            let finding = plan.errors.first { $0.code == .missingKey && $0.key == entry.target.key }
            #expect(finding?.rule != nil && finding?.rule == lines[entry.target.key], "\(gone): \(plan.errors)")
        }
    }

    @Test("a wrapper's prefix is named as the likely fix", arguments: ConverterFacts.single)
    func wrapper(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        for prefix in ["module.", "_orig_mod."] {
            let wrapped = facts.allSources.map {
                TensorSignature(key: Key(prefix + $0.key.text), dtype: $0.dtype, shape: $0.shape)
            }
            let plan = rules.plan(facts.modelRequest(wrapped))
            #expect(plan.errors.map(\.code) == [.wrapperPrefix], "\(prefix)")
            #expect(plan.errors.first?.message.contains("'\(prefix)'") == true)
        }
    }

    @Test(
        "what not every file of a kind has may be absent",
        arguments: [
            ("eva_giant_mim", ["mask_token", "lm_head.weight", "lm_head.bias"]),
            ("eva02_tiny_mim", ["mask_token", "lm_head.weight", "lm_head.bias"]),
            ("efficientnet_b0_ema", ["global_step", "efficientnet-b0/head/dense/kernel/RMSProp"]),
            ("clip_vit_base_p32", ["head.weight", "head.bias"]),
        ])
    func optional(name: String, keys: [Key]) throws {
        let facts = try ConverterFacts.named(name)
        let present = facts.allSources.filter { !keys.contains($0.key) }
        #expect(present.count == facts.allSources.count - keys.count)
        var request = facts.modelRequest(present)
        request.model = nil
        let plan = try facts.ruleFile().plan(request)
        #expect(plan.errors == [])
        #expect(Set(plan.entries.flatMap(\.sources)).isSubset(of: present.map(\.key)))
    }

    @Test("OpenAI's own files keep three figures beside the weights, which are dropped")
    func openAIFigures() throws {
        let facts = try ConverterFacts.named("openai_clip_vit_b16")
        let keys: [Key] = ["input_resolution", "context_length", "vocab_size"]
        let figures = keys.map { TensorSignature(key: $0, dtype: .int64, shape: []) }
        let plan = try facts.ruleFile().plan(facts.modelRequest(facts.allSources + figures))
        #expect(plan.errors == [])
        #expect(plan.dropped.map(\.key) == keys)
    }

    @Test("an EfficientNet of raw and averaged weights converts only where it is said which are wanted")
    func undecidedWeights() throws {
        let facts = try ConverterFacts.named("efficientnet_b0_ema")
        var request = facts.modelRequest(facts.allSources)
        request.settings = [:]
        let plan = try facts.ruleFile().plan(request)
        #expect(plan.errors.map(\.code) == [.undecidedSettings])
        #expect(plan.errors[0].message.contains("arch=b0 weights=raw, arch=b0 weights=ema"))
    }

    @Test("a file that is already converted is an error in both directions", arguments: ConverterFacts.single)
    func alreadyConverted(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        let forward = rules.plan(facts.modelRequest(facts.convertedTensors))
        #expect(forward.errors.map(\.code) == [.alreadyConverted])
        let reverse = rules.plan(facts.modelRequest(facts.allSources, .reverse))
        #expect(reverse.errors.map(\.code) == [.alreadyConverted])
    }
}

extension BundledFamilyTests {
    @Test(
        "a foreign key in any of the inputs that are merged is an error that names it",
        arguments: ConverterFacts.merging)
    func foreignInput(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        for input in facts.inputs {
            let stray = TensorSignature(key: Key("\(input):ema.decay"), dtype: .float32, shape: [])
            let plan = rules.plan(facts.modelRequest(facts.allSources + [stray]))
            #expect(plan.errors.map(\.code) == [.unmatchedKey])
            #expect(plan.errors.map(\.key) == [ConverterFacts.planned(stray.key)])
        }
    }

    @Test("what is merged needs all its inputs, and does not come apart again", arguments: ConverterFacts.merging)
    func lackingInput(name: String) throws {
        let facts = try ConverterFacts.named(name)
        let rules = try facts.ruleFile()
        var request = facts.modelRequest(facts.allSources)
        let gone = try #require(request.named.last)
        request.named.removeLast()
        let plan = rules.plan(request)
        #expect(plan.errors.count == 1)
        #expect(plan.errors.first?.message.contains("'\(gone.name)'") == true)
        let back = rules.plan(facts.modelRequest(facts.convertedTensors, .reverse))
        #expect(!back.isExecutable)
        #expect(back.entries.allSatisfy { !$0.sources.isEmpty } && !back.errors.isEmpty)
    }
}

extension Array {
    /// About `count` elements, evenly spread.
    fileprivate func everyNth(of count: Int) -> [Element] {
        stride(from: 0, to: self.count, by: Swift.max(1, self.count / count)).map { self[$0] }
    }
}
