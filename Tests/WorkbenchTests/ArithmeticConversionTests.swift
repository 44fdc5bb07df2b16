import CheckpointIO
import CommandLineKit
import KeyRules
import TensorCore
import TestSupport
import Testing

@testable import Workbench

/// What converters have to compute, done to files of the real libraries: `scripts/makers/make_arithmetic_fixtures.py`.
@Suite struct ArithmeticConversionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let truth: String
        /// By name; empty for the only input.
        let inputs: [(name: String, file: String)]
        let rules: String
        /// Units in the last place of a tensor's largest value.
        var tolerance: Float = 0
        var settings: [String: String] = [:]

        var testDescription: String { "\(inputs.map(\.file)) → \(truth)" }
    }

    static let cases = [
        Case(
            truth: "lora/peft", inputs: [("base", "lora/base.safetensors"), ("lora", "lora/peft.safetensors")],
            rules: """
                param alpha = 3 | 6
                base:{k..}.weight, lora:base_model.model.{k..}.lora_A.weight, lora:base_model.model.{k..}.lora_B.weight -> {k..}.weight : lora $alpha/rank
                base:{k..} -> {k..}
                """, tolerance: 4, settings: ["alpha": "6"]),
        Case(
            truth: "lora/kohya", inputs: [("base", "lora/base.safetensors"), ("lora", "lora/kohya.safetensors")],
            rules: """
                base:layers.{i:int}.{m}.weight, lora:lora_unet_layers_{i}_{m}.lora_down.weight, lora:lora_unet_layers_{i}_{m}.lora_up.weight, lora:lora_unet_layers_{i}_{m}.alpha -> layers.{i}.{m}.weight : lora alpha/rank
                base:{k..} -> {k..}
                """, tolerance: 4),
        Case(
            truth: "norm/norm", inputs: [("", "norm/old.pth")],
            rules: "{k}.weight_g, {k}.weight_v -> {k}.weight : weight_norm 0\n{k}.bias -> {k}.bias", tolerance: 4),
        Case(
            truth: "norm/norm", inputs: [("", "norm/new.pth")],
            rules: """
                {k}.parametrizations.weight.original0, {k}.parametrizations.weight.original1 -> {k}.weight : weight_norm 0
                {k}.bias -> {k}.bias
                """, tolerance: 4),
        Case(
            truth: "fp8/fp8", inputs: [("", "fp8/fp8.safetensors")],
            rules: """
                {k..}.weight, {k..}.weight_scale_inv -> {k..}.weight : dequantize 128; cast bfloat16
                {k..} -> {k..}
                """),
        Case(
            truth: "ranks/ranks", inputs: (0..<4).map { ("r\($0)", "ranks/rank\($0).pth") },
            rules: """
                r0:tok.weight, r1:tok.weight, r2:tok.weight, r3:tok.weight -> tok.weight : concat 0
                r0:{l..}.wq.weight, r1:{l..}.wq.weight, r2:{l..}.wq.weight, r3:{l..}.wq.weight -> {l..}.wq.weight : concat 0
                r0:{l..}.wo.weight, r1:{l..}.wo.weight, r2:{l..}.wo.weight, r3:{l..}.wo.weight -> {l..}.wo.weight : concat 1
                r0:norm.weight, r1:norm.weight, r2:norm.weight, r3:norm.weight -> norm.weight : mean
                """),
        Case(
            truth: "moe/moe", inputs: [("", "moe/moe.pth")],
            rules: """
                under layers.{n:int}.moe. -> layers.{n}.mlp.
                  gate.weight -> gate.weight
                  experts.{e:int}.w1.weight, experts.{e}.w3.weight -> experts.gate_up_proj : concat 0; stack 0 e
                  experts.{e:int}.w2.weight -> experts.down_proj : stack 0 e
                end
                """),
        Case(
            truth: "sizes/sizes", inputs: [("", "sizes/sizes.pth")],
            rules: """
                pos_embed -> pos_embed : resize 1 (1 + h w) c with h=6 w=6
                relative_position_bias_table -> relative_position_bias_table : resize (h w) n with h=9 w=9 geometric
                stem.weight -> stem.weight : sum 1
                gray.weight -> gray.weight : repeat 1 3; scale 1/3
                """, tolerance: 8),
    ]

    @Test("a conversion computes what PyTorch and the libraries themselves compute", arguments: cases)
    func computed(_ test: Case) throws {
        var options = ConversionOptions(
            inputs: test.inputs.map { name, file in
                ConversionOptions.Input(name: name.isEmpty ? nil : name, path: fixture("arithmetic/\(file)"))
            })
        options.settings = test.settings
        let source = try RuleSource(text: "rules test\n" + test.rules, name: "t.rules", note: nil)
        let conversion = try Conversion(options, rules: source)
        #expect(conversion.plan.errors == [])
        try withTemporaryFolder { folder in
            _ = try conversion.output(to: folder + "/out.safetensors", options).write()
            let found = try Checkpoint.open(folder + "/out.safetensors").tensors
            let expected = try Checkpoint.open(fixture("arithmetic/\(test.truth).truth.safetensors")).tensors
            #expect(Set(found.map(\.signature)) == Set(expected.map(\.signature)))
            for entry in expected {
                let own = try #require(found.first { $0.key == entry.key })
                let (values, truths) = try (
                    own.tensor.withFloat32 { Array($0) }, entry.tensor.withFloat32 { Array($0) }
                )
                let largest = truths.map(\.magnitude).max() ?? 0
                let furthest = zip(values, truths).map { ($0 - $1).magnitude }.max() ?? 0
                #expect(furthest <= test.tolerance * largest * 0x1p-23, "\(entry.key)")
            }
        }
    }

    @Test("what was stacked goes back to the very files, and the explanation says whether a line does")
    func backward() throws {
        let test = try #require(Self.cases.first { $0.truth == "moe/moe" })
        let source = try RuleSource(text: "rules test\n" + test.rules, name: "t.rules", note: nil)
        var options = ConversionOptions(inputs: [.init(path: fixture("arithmetic/moe/moe.truth.safetensors"))])
        options.direction = .reverse
        let back = try Conversion(options, rules: source)
        #expect(back.plan.errors == [])
        try withTemporaryFolder { folder in
            _ = try back.output(to: folder + "/out.pth", options).write()
            let found = try Checkpoint.open(folder + "/out.pth").tensors
            let expected = try Checkpoint.open(fixture("arithmetic/moe/moe.pth")).tensors
            #expect(Set(found.map(\.signature)) == Set(expected.map(\.signature)))
            for entry in expected {
                let own = try found.first { $0.key == entry.key }?.tensor.contiguousBytes()
                let bytes = try entry.tensor.contiguousBytes()
                #expect(own.map { Array($0) } == Array(bytes), "\(entry.key)")
            }
        }
        let words = [
            ("moe/moe", "runs backward too"),
            ("fp8/fp8", "runs forward only: 'cast bfloat16' does not say what it was cast from"),
        ]
        for (text, expected) in words {
            let test = try #require(Self.cases.first { $0.truth == text })
            let source = try RuleSource(text: "rules test\n" + test.rules, name: "t.rules", note: nil)
            let options = ConversionOptions(inputs: test.inputs.map { .init(path: fixture("arithmetic/\($0.file)")) })
            let conversion = try Conversion(options, rules: source)
            let key = try #require(conversion.plan.entries.first { !$0.isRename }).target.text
            let explanation = try conversion.explanation(of: key, Palette(isColored: false))
            #expect(explanation.contains(expected), "\(explanation)")
        }
    }
}
