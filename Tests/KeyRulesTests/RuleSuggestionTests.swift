import KeyRules
import ModelZoo
import TensorCore
import Testing

/// Rule files drafted from two key lists, held against what the real converters map.
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

    /// Renames only: a draft knows no operations. Where the model is not built in, its tensors come in the order of the
    /// checkpoint, which is kinder than a model's own.
    @Test("over all families that upstream converts, most keys are mapped right")
    func families() throws {
        var shares: [(name: String, right: Int, total: Int)] = []
        for name in ConverterFacts.committed {
            guard let facts = try? ConverterFacts.named(name), !facts.rows.isEmpty, !facts.model.isEmpty else {
                continue
            }
            let definition = try? ModelZoo.model(named: facts.model)
            let tensors = (try? definition?.parameters.map(\.signature)) ?? facts.modelTensors
            let draft = RuleSuggestion(
                sources: facts.allSources, model: .init(name: facts.model, tensors: tensors), name: name)
            let plan = try RuleFile.parse(draft.text, name: name).plan(PlanRequest(tensors: facts.allSources))
            let found = Dictionary(plan.entries.map { ($0.sources[0], $0.target) }, uniquingKeysWith: { $1 })
            shares.append((name, facts.rows.count { found[$0.source.key] == $0.target.key }, facts.rows.count))
        }
        let (right, total) = shares.reduce((0, 0)) { ($0.0 + $1.right, $0.1 + $1.total) }
        let listed = shares.map { "\($0.name) \($0.right)/\($0.total)" }.joined(separator: "\n")
        #expect(right * 100 >= total * 98, "\(right) of \(total)\n\(listed)")
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
        #expect(draft.unmappedSources == ["bb"] && draft.unmappedTargets == ["dd"])
        #expect(draft.mapped == 1 && draft.unsure == 1)
        _ = try RuleFile.parse(draft.text, name: "draft")
    }

    @Test("two lists of thousands of keys are drafted in seconds")
    func large() {
        let tensors = (0..<3000).map {
            TensorSignature(key: Key("a.\($0 / 7).b\($0 % 7).weight"), dtype: .float32, shape: [8, $0 % 3])
        }
        let elapsed = ContinuousClock().measure {
            _ = RuleSuggestion(sources: tensors, model: .init(name: "m", tensors: tensors), name: "draft")
        }
        #expect(elapsed < .seconds(20))
    }
}
