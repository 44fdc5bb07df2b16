import TensorCore
import Testing

@testable import KeyRules

/// The lines of rule files that are drafted from two key lists.
@Suite struct RuleSuggestionTests {
    private func suggestion(
        _ sources: [String: [Int]], _ targets: [String: [Int]]
    ) -> RuleSuggestion {
        func signatures(_ tensors: [String: [Int]]) -> [TensorSignature] {
            tensors.sorted { $0.key < $1.key }.map {
                TensorSignature(key: Key($0.key), dtype: .float32, shape: $0.value)
            }
        }
        return RuleSuggestion(
            sources: signatures(sources), model: .init(name: "m", tensors: signatures(targets)), name: "draft")
    }

    @Test("keys that a draft cannot spell are listed, and it parses")
    func unspellable() throws {
        let draft = suggestion(
            ["conv:weight": [2, 3], "a b": [7], "x.weight": [4, 5]], ["c\nd": [2, 3], "{q}": [7], "y.weight": [4, 5]])
        #expect(draft.text.contains("x.weight -> y.weight"), "\(draft.text)")
        #expect(draft.text.contains("#   c\\nd\n"), "\(draft.text)")
        #expect(draft.unmappedSources == ["a b", "conv:weight"])
        #expect(draft.unmappedTargets == ["c\nd", "{q}"])
        _ = try RuleFile.parse(draft.text, name: "draft")
    }

    @Test("keys that contain a \"#\" are paired: one stands for any number elsewhere")
    func numberSigns() {
        func tensors(_ names: [String]) -> [TensorSignature] {
            names.map { TensorSignature(key: Key("\($0).weight"), dtype: .float32, shape: [4, 4]) }
        }
        #expect(TensorAlignment(tensors(["x1.1", "x2.2"]), tensors(["y1#1", "y2#"])).pairs.count == 2)
    }

    @Test(
        "query, key and value that are one tensor are joined, keys without bias by zeros",
        arguments: [["query", "key", "value"], ["q_proj", "k_proj", "v_proj"]])
    func joins(names: [String]) throws {
        func tensor(_ key: String, _ shape: Int...) -> TensorSignature {
            TensorSignature(key: Key(key), dtype: .float32, shape: shape)
        }
        var sources: [TensorSignature] = []
        var targets: [TensorSignature] = []
        for layer in 0..<3 {
            for name in names { sources.append(tensor("encoder.layer.\(layer).attention.\(name).weight", 8, 8)) }
            for name in [names[0], names[2]] {
                sources.append(tensor("encoder.layer.\(layer).attention.\(name).bias", 8))
            }
            sources.append(tensor("encoder.layer.\(layer).attention.output.weight", 8, 8))
            targets.append(tensor("blocks.\(layer).attn.qkv.weight", 24, 8))
            targets.append(tensor("blocks.\(layer).attn.qkv.bias", 24))
            targets.append(tensor("blocks.\(layer).attn.proj.weight", 8, 8))
        }
        let draft = RuleSuggestion(
            sources: sources, model: .init(name: "m", tensors: targets, isOfResult: true), name: "draft")
        let (q, k, v) = (names[0], names[1], names[2])
        let place = "encoder.layer.{n:0..2}.attention"
        let next = "encoder.layer.{n}.attention"
        #expect(
            draft.text.contains(
                "\(place).\(q).weight, \(next).\(k).weight, \(next).\(v).weight -> blocks.{n}.attn.qkv.weight : concat 0"
            ),
            "\(draft.text)")
        #expect(
            draft.text.contains("\(place).\(q).bias, zeros, \(next).\(v).bias -> blocks.{n}.attn.qkv.bias : concat 0"),
            "\(draft.text)")
        #expect(draft.mapped == sources.count && draft.unmappedTargets.isEmpty)
        // The other way, the tensor is divided.
        let back = RuleSuggestion(
            sources: targets, model: .init(name: "m", tensors: sources, isOfResult: true), name: "draft")
        #expect(
            back.text.contains(
                "blocks.{n:0..2}.attn.qkv.weight -> \(next).\(q).weight, \(next).\(k).weight, \(next).\(v).weight : split 0 3"
            ),
            "\(back.text)")
        for (text, tensors) in [(draft.text, sources), (back.text, targets)] {
            let plan = try RuleFile.parse(text, name: "draft").plan(PlanRequest(tensors: tensors))
            #expect(plan.errors == [], "\(text)")
        }
    }

    @Test("a tensor that is divided may go to layers that a table numbers")
    func joinsByTable() {
        func tensor(_ key: String, _ shape: Int...) -> TensorSignature {
            TensorSignature(key: Key(key), dtype: .float32, shape: shape)
        }
        var sources: [TensorSignature] = []
        var targets: [TensorSignature] = []
        for (index, layer) in [1, 3, 4, 8].enumerated() {
            let width = 8 + 8 * index
            sources.append(tensor("blocks.\(index).attn.qkv.weight", 3 * width, width))
            for name in ["query", "key", "value"] {
                targets.append(tensor("layer.\(layer).attn.\(name).weight", width, width))
            }
        }
        let text = RuleSuggestion(
            sources: sources, model: .init(name: "m", tensors: targets, isOfResult: true), name: "draft"
        ).text
        let layer = "layer.{table1[n]}.attn"
        #expect(
            text.contains(
                "blocks.{n:0..3}.attn.qkv.weight -> \(layer).query.weight, \(layer).key.weight, \(layer).value.weight : split 0 3"
            ),
            "\(text)")
    }

    @Test("axes of length 1 are added or taken away")
    func unitAxes() {
        let text = suggestion(
            ["block.layer_scale": [8, 1, 1], "head.fc.weight": [10, 8, 1, 1], "encoder.pos_embedding": [5, 8]],
            ["block.gamma": [8], "head.fc.weight": [10, 8], "pos_embed": [1, 5, 8]]
        ).text
        #expect(text.contains("block.layer_scale -> block.gamma : c 1 1 -> c"), "\(text)")
        #expect(text.contains("head.fc.weight -> head.fc.weight : o i 1 1 -> o i"), "\(text)")
        #expect(text.contains("encoder.pos_embedding -> pos_embed : o i -> 1 o i"), "\(text)")
    }

    @Test("a scalar is not paired with a tensor of one element, for which no layout can be written")
    func scalars() throws {
        let draft = suggestion(
            ["fc.weight": [8, 4], "logit_scale": []], ["head.weight": [8, 4], "logit_scale": [1, 1]])
        _ = try RuleFile.parse(draft.text, name: "draft")
        #expect(draft.text.contains("fc.weight -> head.weight"), "\(draft.text)")
        #expect(!draft.text.contains("logit_scale ->"), "\(draft.text)")
    }

    @Test("of sorted keys, a norm goes where the convolution beside it went")
    func sortedNorms() {
        func tensor(_ key: String, _ shape: Int...) -> TensorSignature {
            TensorSignature(key: Key(key), dtype: key.hasSuffix("tracked") ? .int64 : .float32, shape: shape)
        }
        func norm(_ name: String) -> [TensorSignature] {
            ["weight", "bias", "running_mean", "running_var"].map { tensor("\(name).\($0)", 8) }
                + [TensorSignature(key: Key("\(name).num_batches_tracked"), dtype: .int64, shape: [])]
        }
        var sources: [TensorSignature] = []
        var targets: [TensorSignature] = []
        for block in 0..<3 {
            let source = "encoder.blocks.\(block)"
            sources += [tensor("\(source).depthwise.depthwise_conv.weight", 8, 1, 3, 3)]
            sources += norm("\(source).depthwise.depthwise_norm")
            sources +=
                norm("\(source).expansion.expand_bn") + [tensor("\(source).expansion.expand_conv.weight", 8, 4, 1, 1)]
            let target = "blocks.\(block)"
            targets += [tensor("\(target).conv_pw.weight", 8, 4, 1, 1)] + norm("\(target).bn1")
            targets += [tensor("\(target).conv_dw.weight", 8, 1, 3, 3)] + norm("\(target).bn2")
        }
        // As safetensors sorts: by dtype, then by key.
        sources.sort { ($0.dtype == .int64 ? 0 : 1, $0.key) < ($1.dtype == .int64 ? 0 : 1, $1.key) }
        let draft = RuleSuggestion(
            sources: sources, model: .init(name: "m", tensors: targets, isOfResult: true), name: "draft")
        #expect(draft.mapped == sources.count)
        #expect(
            draft.text.contains(
                "encoder.blocks.{n:0..2}.depthwise.depthwise_norm.{p:param} -> blocks.{n}.bn2.{p}"), "\(draft.text)")
        #expect(
            draft.text.contains("encoder.blocks.{n:0..2}.expansion.expand_bn.{p:param} -> blocks.{n}.bn1.{p}"),
            "\(draft.text)")
    }

    @Test("kernels of TensorFlow get the operation that turns them")
    func kernels() {
        let text = suggestion(
            [
                "stem/conv2d/kernel": [3, 3, 3, 8], "stem/dense/kernel": [8, 8],
                "stem/dw/depthwise_kernel": [3, 3, 8, 1],
            ],
            ["conv.weight": [8, 3, 3, 3], "dense.weight": [8, 8], "dw.weight": [8, 1, 3, 3]]
        ).text
        #expect(text.contains("stem/conv2d/kernel -> conv.weight : h w i o -> o i h w"), "\(text)")
        #expect(text.contains("stem/dense/kernel -> dense.weight : i o -> o i"), "\(text)")
        #expect(text.contains("stem/dw/depthwise_kernel -> dw.weight : h w c 1 -> c 1 h w"), "\(text)")
    }

    @Test("a kernel of 1 by 1 becomes a linear layer's weight, and back")
    func unitKernels() {
        let text = suggestion(["head/fc/kernel": [1, 1, 8, 10]], ["head.fc.weight": [10, 8]]).text
        #expect(text.contains("head/fc/kernel -> head.fc.weight : 1 1 i o -> o i"), "\(text)")
        let back = suggestion(["head.fc.weight": [10, 8]], ["head/fc/kernel": [1, 1, 8, 10]]).text
        #expect(back.contains("head.fc.weight -> head/fc/kernel : o i -> 1 1 i o"), "\(back)")
    }

    @Test("numbers become captures, tables and runs where they follow a pattern")
    func folding() {
        var sources: [String: [Int]] = [:]
        var targets: [String: [Int]] = [:]
        for (index, place) in ["1.0", "2.0", "2.1", "3.0"].enumerated() {
            sources["f.\(index + 1).w"] = [index + 3]
            targets["b.layer\(place).w"] = [index + 3]
        }
        for index in 0..<3 {
            sources["g.\(index).weight"] = [50 + index]
            targets["h.\(index + 2).weight"] = [50 + index]
            sources["g.\(index).bias"] = [60 + index]
            targets["h.\(index + 2).bias"] = [60 + index]
        }
        let text = suggestion(sources, targets).text
        #expect(text.contains("runs runs1 from 1 group 1 = 1 2 1"), "\(text)")
        #expect(text.contains("f.{n:1..4}.w -> b.layer{n@runs1}.w"), "\(text)")
        #expect(text.contains("g.{n:0..2}.{p:weight|bias} -> h.{n+2}.{p}"), "\(text)")
    }

    @Test("what is paired by shape alone is marked, what has no partner is listed")
    func unsure() throws {
        let draft = suggestion(["aa.q1": [7], "bb": [8], "s$x": [9]], ["cc.z1": [7], "dd": [9]])
        #expect(draft.text.contains("aa.q1 -> cc.z1  # unsure: 1 of 1 keys"), "\(draft.text)")
        #expect(draft.unmappedSources == ["bb", "s$x"] && draft.unmappedTargets == ["dd"])
        #expect(draft.mapped == 1 && draft.unsure == 1)
        _ = try RuleFile.parse(draft.text, name: "draft")
    }

    @Test("a draft for another checkpoint's keys declares no model")
    func checkpointForModel() throws {
        let tensors = [TensorSignature(key: "a.w", dtype: .float32, shape: [2])]
        let draft = RuleSuggestion(
            sources: tensors, model: .init(name: "o/mb.pth", tensors: tensors, isOfResult: true), name: "draft")
        let file = try RuleFile.parse(draft.text, name: "draft.rules")
        #expect(file.models.isEmpty, "\(draft.text)")
        #expect(file.title.hasSuffix("for o/mb.pth"))
    }

    @Test("two lists of thousands of keys are drafted", .timeLimit(.minutes(20)))
    func large() {
        let tensors = (0..<3000).map {
            TensorSignature(key: Key("a.\($0 / 7).b\($0 % 7).weight"), dtype: .float32, shape: [8, $0 % 3])
        }
        let draft = RuleSuggestion(sources: tensors, model: .init(name: "m", tensors: tensors), name: "draft")
        #expect(draft.mapped == 3000 && draft.unsure == 0)
    }
}
