import Foundation
import TestSupport
import Testing

@testable import CheckpointIO

/// Whole models of PEFT, and adapters alone: recognised, and merged where rules can.
@Suite struct AdapterToolTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func path(_ name: String) -> String { fixture("adapters/\(name).safetensors") }

    private var output: String { folder.path + "/out.safetensors" }

    private static let rest = """

        ? base_model.model.{k..}.base_layer.bias -> {k..}.bias
        base_model.model.{k..}.{p} -> {k..}.{p} when hasnt base_model.model.{k..}.base_layer.{p}

        """
    private static let lora =
        "base_model.model.{k..}.base_layer.weight, base_model.model.{k..}.lora_A.default.weight, "
        + "base_model.model.{k..}.lora_B.default.weight -> {k..}.weight : lora 6/rank"
    private static let ia3 =
        "base_model.model.{k..}.base_layer.weight, base_model.model.{k..}.ia3_l.default -> {k..}.weight : multiply"

    private func convert(_ rules: String, _ inputs: [String]) throws -> ToolRun {
        try folder.write("merge.rules", ("rules merge: PEFT -> its network\n" + rules).utf8)
        return try ToolRun("convert", ["--rules", folder.path + "/merge.rules"] + inputs + [output])
    }

    /// The elements of a file by key.
    private func elements(_ path: String) throws -> [String: [Float]] {
        let tensors = try Checkpoint.open(path).stateDict().tensors
        return try Dictionary(
            uniqueKeysWithValues: tensors.map { named in
                let bytes = Array(try named.tensor.contiguousBytes())
                return (named.key.text, bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
            })
    }

    private func expectMerged(_ name: String) throws {
        let (found, expected) = (try elements(output), try elements(Self.path(name)))
        #expect(Set(found.keys) == Set(expected.keys))
        for (key, values) in expected {
            let other = try #require(found[key])
            #expect(other.count == values.count && zip(other, values).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(key)")
        }
    }

    @Test("a whole model of PEFT is merged by a line of rules as merge_and_unload() does", arguments: ["lora", "ia3"])
    func merges(kind: String) throws {
        let run = try convert((kind == "lora" ? Self.lora : Self.ia3) + Self.rest, [Self.path(kind)])
        #expect(run.status == 0 && !run.errors.contains("still has"), "\(run.errors)")
        try expectMerged(kind + "_merged")
    }

    @Test("an adapter alone is merged into its network by the line that the note gives")
    func alone() throws {
        let note = try ToolRun("convert", ["--dry-run", Self.path("lora_adapter")]).errors
        #expect(note.contains("an adapter without its network: LoRA in 4 layers. A rule merges it"), "\(note)")
        let line = try #require(note.split(separator: "for ALPHA: ").last?.split(separator: "\n").first)
        let rules = line.replacingOccurrences(of: "ALPHA", with: "6") + "\nbase:{k..} -> {k..}\n"
        let run = try convert(rules, ["base=" + Self.path("base"), "lora=" + Self.path("lora_adapter")])
        #expect(run.status == 0, "\(run.errors)")
        try expectMerged("lora_merged")
    }

    /// Copies the adapter beside a config that has these fields, too.
    private func adapter(_ fields: String) throws -> String {
        let config = #"{"peft_type": "LORA", "lora_alpha": 6, "r": 4, \#(fields)}"#
        try folder.write("adapter_config.json", config.utf8)
        let path = folder.path + "/adapter_model.safetensors"
        try Data(contentsOf: URL(fileURLWithPath: Self.path("lora_adapter"))).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test(
        "the config beside an adapter gives its line the scale, or says why there is none",
        arguments: [
            (#""use_rslora": false"#, "-> {k..}.weight : lora 6/rank\n"),
            (#""use_rslora": true"#, "-> {k..}.weight : lora 6/sqrt(rank)\n"),
            (#""fan_in_fan_out": true"#, "Rules cannot merge it, since adapter_config.json has fan_in_fan_out"),
            (#""alpha_pattern": {"fc": 3}"#, "Rules cannot merge it, since adapter_config.json has an alpha_pattern"),
        ])
    func config(fields: String, advice: String) throws {
        let run = try ToolRun("convert", ["--dry-run", try adapter(fields)])
        #expect(run.status == 0 && run.errors.contains(advice), "\(run.errors)")
    }

    @Test("a scale that is not the config's is named")
    func otherScale() throws {
        let line =
            "base:{k..}.weight, lora:base_model.model.{k..}.lora_A.weight, lora:base_model.model.{k..}.lora_B.weight "
            + "-> {k..}.weight : lora "
        for (scale, isRight) in [("6/rank", false), ("6/sqrt(rank)", true), ("3", true)] {
            let inputs = ["base=" + Self.path("base"), "lora=" + (try adapter(#""use_rslora": true"#))]
            let run = try convert(line + scale + "\nbase:{k..} -> {k..}\n", inputs)
            let text = "adapter_config.json says 'lora 6/sqrt(rank)', and the rules have 'lora \(scale)'"
            #expect(run.status == 0 && run.errors.contains(text) != isRight, "\(run.errors)")
        }
    }

    @Test(
        "each kind of adapter is named, with what to do",
        arguments: [
            ("lora", "a PEFT model: LoRA 'default' in 4 layers, not merged", "-> {k..}.weight : lora ALPHA/rank"),
            ("dora", "a PEFT model: DoRA 'default' in 4 layers, not merged", "Rules cannot merge DoRA: save what"),
            ("ia3", "a PEFT model: IA3 'default' in 4 layers, not merged", "-> {k..}.weight : multiply"),
            ("ia3_bias", "a PEFT model: IA3 'default' in 2 layers, not merged", "Rules cannot merge IA3"),
            ("loha", "a PEFT model: LoHa 'default' in 4 layers, not merged", "Rules cannot merge LoHa"),
            ("lokr", "a PEFT model: LoKr 'default' in 4 layers, not merged", "Rules cannot merge LoKr"),
            ("vera", "a PEFT model: VeRA 'default' in 4 layers, not merged", "Rules cannot merge VeRA"),
            (
                "copies",
                "a PEFT model: trained copies (modules_to_save) 'default' in 1 layer, LoRA 'default' in 2 layers",
                "Save what merge_and_unload() of the PEFT model gives"
            ),
        ])
    func named(kind: String, what: String, advice: String) throws {
        for (tool, words) in [("convert", ["--dry-run", Self.path(kind)]), ("ckpt-tree", [Self.path(kind)])] {
            let run = try ToolRun(tool, words)
            #expect(run.status == 0 && run.errors.contains(what) && run.errors.contains(advice), "\(run.errors)")
        }
        let run = try ToolRun("shape-diff", [Self.path(kind), "--against", Self.path("base")])
        #expect(run.status == 1 && (run.output + run.errors).contains(what), "\(run.errors)")
    }

    @Test("rules that leave adapters in the result say so: a DoRA merged as LoRA is another network")
    func leftover() throws {
        let run = try convert(Self.lora + Self.rest, [Self.path("dora")])
        let text = "the result still has DoRA 'default' in 4 layers, which no rule merged"
        #expect(run.errors.contains(text), "\(run.errors)")
        let plain = try ToolRun("convert", ["--dry-run", Self.path("base")])
        #expect(plain.status == 0 && plain.errors.isEmpty, "\(plain.errors)")
    }
}
