import ModelZoo
import TensorCore
import TestSupport
import Testing

@testable import KeyRules

/// Rule files drafted from two key lists, held against what the real converters map: what is right, and what is marked.
@Suite struct RuleSuggestionTruthTests {
    @Test(
        "a draft parses and maps nearly every key of a family that it has never seen",
        arguments: ConverterFacts.all.map(\.name))
    func share(_ name: String) throws {
        let facts = try ConverterFacts.named(name)
        // The model's own order, which need not be that of the checkpoint.
        let definition = try ModelZoo.model(named: facts.model)
        let model = PlanRequest.Model(name: facts.model, tensors: try definition.parameters.map(\.signature))
        let draft = RuleSuggestion(sources: facts.sources, model: model, name: name)
        let file = try RuleFile.parse(draft.text, name: "draft.rules")
        let plan = file.plan(PlanRequest(tensors: facts.sources))
        let found = Dictionary(uniqueKeysWithValues: plan.entries.map { ($0.sources[0], $0.target) })
        let right = facts.rows.count { found[$0.source.key] == $0.target.key }
        #expect(right * 100 >= facts.rows.count * 95, "\(name): \(right) of \(facts.rows.count)\n\(draft.text)")
        let lines = draft.text.split(separator: "\n").count { $0.contains(" -> ") }
        #expect(lines * 3 <= facts.rows.count, "\(name): \(lines) lines for \(facts.rows.count) keys")
    }

    /// The order of a model's tensors, where that is not known to be the checkpoint's.
    enum Order: String, CaseIterable {
        /// The checkpoint's, which is kinder than a model's own.
        case checkpoint, sorted, shuffled

        func apply(_ tensors: [TensorSignature]) -> [TensorSignature] {
            var generator = SplitMix64(seed: 3)
            return switch self {
            case .checkpoint: tensors
            case .sorted: tensors.sorted { $0.key < $1.key }
            case .shuffled: tensors.shuffled(using: &generator)
            }
        }
    }

    /// Renames, and the layouts of kernels; no draft joins or divides tensors. Of variables that are there raw and
    /// averaged a draft takes the averaged ones, which the cases of raw ones don't.
    @Test(
        "over all families that upstream converts, most keys are mapped right, whatever the order of the keys",
        arguments: Order.allCases)
    func families(order: Order) throws {
        var shares: [(name: String, right: Int, total: Int)] = []
        var lines = DraftTruth.Score()
        for name in ConverterFacts.committed {
            guard let facts = try? ConverterFacts.named(name), !facts.model.isEmpty, facts.settings["weights"] != "raw"
            else { continue }
            let single = facts.entries.filter { $0.sources.count == 1 && $0.operation?.contains(";") != true }
            let draft = RuleSuggestion(
                sources: facts.allSources, model: .init(name: facts.model, tensors: order.apply(facts.modelTensors)),
                name: name)
            let plan = try RuleFile.parse(draft.text, name: name).plan(PlanRequest(tensors: facts.allSources))
            let found = Dictionary(plan.entries.map { ($0.sources[0], $0) }, uniquingKeysWith: { $1 })
            let right = single.count { fact in
                guard let source = fact.sources[0], let entry = found[source.key] else { return false }
                return entry.target == fact.target.key
                    && entry.operations.map(\.description) == [fact.operation].compactMap { $0 }
            }
            shares.append((name, right, single.count))
            lines += DraftTruth(facts).score(draft.text, plan)
        }
        // The contract: a line may be missing or marked, but none is wrong without a mark.
        #expect(lines.wrong == [])
        #expect(lines.right * 100 >= (lines.right + lines.doubted) * 70, "\(lines.right), and \(lines.doubted) marked")
        // A shuffled list seems to have an order that means something. transformers' names have little in common with
        // MMPreTrain's, nor have those of the libraries' networks that were recorded with them.
        let floors: [(isForeign: Bool, shares: [Order: Int])] = [
            (false, [.checkpoint: 99, .sorted: 98, .shuffled: 97]),
            (true, [.checkpoint: 96, .sorted: 89, .shuffled: 88]),
        ]
        for (isForeign, floor) in floors {
            let part = shares.filter { Self.isForeign($0.name) == isForeign }
            let (right, total) = part.reduce((0, 0)) { ($0.0 + $1.right, $0.1 + $1.total) }
            let listed = part.filter { $0.right < $0.total }.map { "\($0.name) \($0.right)/\($0.total)" }
            let share = floor[order] ?? 100
            #expect(right * 100 >= total * share, "\(right) of \(total)\n\(listed.joined(separator: "\n"))")
        }
    }

    /// Whether a case is one whose rule file was written without a script of upstream beside it, for transformers
    /// first.
    private static func isForeign(_ name: String) -> Bool {
        guard let file = try? ConverterFacts.named(name).ruleFileName else { return false }
        let stem = file.dropLast(".rules".count)
        return stem.hasSuffix("_huggingface")
            || [
                "efficientnet_timm", "efficientnet_torchvision", "efficientnetv2_torchvision", "convnext_torchvision",
                "convnext_timm", "convnext_v2_timm", "mobilenet_v2_timm", "mobilenet_v3_timm", "vgg_timm", "beit_timm",
                "levit_timm", "convmixer_timm", "res2net_timm", "seresnet_timm", "resnet_cd_timm", "deit3_timm",
                "mobileone_timm", "repvgg_timm", "hrnet_timm", "xcit_timm", "mvit_timm", "mobilevit_timm", "tnt_timm",
                "cspnet_timm", "davit_timm", "edgenext_timm", "sam_timm", "tinyvit_timm", "efficientformer_timm",
                "resnest_timm",
                "eva02_timm",
            ].contains(String(stem))
    }

    @Test(
        "no line of a draft is wrong without a mark, whichever of two code bases is the source",
        arguments: [
            ("swin_tiny_timm", nil), ("swin_t_torchvision", "swin_tiny_huggingface"),
            ("swinv2_tiny_timm", "swin_v2_t_torchvision"), ("levit_128s_timm", "levit_128s"),
            ("levit_128s_huggingface", "levit_128s_timm"), ("davit_tiny_timm", nil), ("davit_tiny", "davit_tiny_timm"),
            ("eva02_tiny", "eva02_tiny_timm"), ("efficientnet_b0_ema", "efficientnet_b0_timm"), ("regnet_x_800mf", nil),
            ("vgg16_timm", "vgg16"), ("tinyvit_5m", "tinyvit_5m_timm"),
        ] as [(String, String?)])
    func backward(name: String, other: String?) throws {
        let truth = DraftTruth(try ConverterFacts.named(name))
        let others = try other.map { DraftTruth(try ConverterFacts.named($0)) }
        let cases = others.map { [truth.crossed($0), $0.crossed(truth)] } ?? [truth.reversed]
        for one in cases {
            let score = try one.score(Order.sorted.apply)
            #expect(score.wrong == [])
            #expect(score.right * 3 > score.doubted, "\(one.name): \(score.right), and \(score.doubted) marked")
        }
    }

    @Test("a layer that merges pixels is marked: their order is not to be seen")
    func mergedPixels() {
        func tensors(_ merge: String) -> [TensorSignature] {
            [
                TensorSignature(key: Key("\(merge).norm.weight"), dtype: .float32, shape: [32]),
                TensorSignature(key: Key("\(merge).reduction.weight"), dtype: .float32, shape: [16, 32]),
                TensorSignature(key: "blocks.0.mlp.fc1.weight", dtype: .float32, shape: [64, 16]),
                TensorSignature(key: "blocks.0.mlp.fc2.weight", dtype: .float32, shape: [16, 64]),
            ]
        }
        let draft = RuleSuggestion(
            sources: tensors("merge"), model: .init(name: "m", tensors: tensors("downsample")), name: "draft")
        #expect(draft.text.contains("merge.reduction.weight -> downsample.reduction.weight  # unsure"), "\(draft.text)")
        #expect(draft.text.contains("merge.norm.weight -> downsample.norm.weight  # unsure"), "\(draft.text)")
        #expect(draft.mapped == 4 && draft.unsure == 2, "\(draft.text)")
    }

    @Test("what a bias without a partner may have been added to is marked")
    func rest() {
        func tensors(_ biases: [String]) -> [TensorSignature] {
            (["conv.weight", "bn.weight"] + biases).map {
                TensorSignature(
                    key: Key("stem.\($0)"), dtype: .float32, shape: $0 == "conv.weight" ? [8, 3, 3, 3] : [8])
            }
        }
        let draft = RuleSuggestion(
            sources: tensors(["conv.bias", "bn.bias"]), model: .init(name: "m", tensors: tensors(["bn.bias"])),
            name: "draft")
        #expect(draft.unmappedSources == ["stem.conv.bias"] && draft.mapped == 3 && draft.unsure == 3, "\(draft.text)")
    }

    @Test("what only the order decides is marked on both sides of the choice")
    func order() {
        func norms(_ names: [String]) -> [TensorSignature] {
            (0..<3).flatMap { layer in
                names.map { TensorSignature(key: Key("layers.\(layer).\($0).weight"), dtype: .float32, shape: [8]) }
            }
        }
        let draft = RuleSuggestion(
            sources: norms(["aaa", "bbb"]), model: .init(name: "m", tensors: norms(["ccc", "ddd"])), name: "draft")
        #expect(draft.mapped == 6 && draft.unsure == 6, "\(draft.text)")
        let named = RuleSuggestion(
            sources: norms(["layernorm_after", "layernorm_before"]),
            model: .init(name: "m", tensors: norms(["norm1", "norm2"])), name: "draft")
        #expect(
            named.text.contains("layers.{n:0..2}.layernorm_before.weight -> layers.{n}.norm1.weight\n"), "\(named.text)"
        )
        #expect(
            named.text.contains("layers.{n:0..2}.layernorm_after.weight -> layers.{n}.norm2.weight\n"), "\(named.text)")
        #expect(named.unsure == 0)
    }

    @Test("where layers are left over, those that could take their place are marked")
    func leftOver() {
        func layers(_ name: String, _ places: [Int]) -> [TensorSignature] {
            places.map { TensorSignature(key: Key("\(name).\($0).weight"), dtype: .float32, shape: [8, 8]) }
        }
        let draft = RuleSuggestion(
            sources: layers("stages.1.blocks", [0, 1, 2]),
            model: .init(name: "m", tensors: layers("stages.1.layer", [1, 3, 5, 7]), isOfResult: true), name: "draft")
        #expect(draft.mapped == 3 && draft.unsure == 3, "\(draft.text)")
    }
}
