import CheckpointIO
import KeyRules
import TensorCore
import TestSupport
import Testing

@testable import Workbench

/// The bundled rules that merge several checkpoints, held against what MMPreTrain's own scripts wrote
/// (`scripts/makers/make_merge_fixtures.py`).
@Suite struct MergedConversionTests {
    private func merged(
        _ rules: String, _ inputs: [String], settings: [String: String] = [:]
    ) throws -> [String: [Float]] {
        var options = ConversionOptions(
            inputs: inputs.map { ConversionOptions.Input(word: $0, names: ["base", "delta", "lora"]) })
        options.settings = settings
        let conversion = try Conversion(options, rules: try RuleSource(rules))
        #expect(conversion.plan.errors == [])
        return try withTemporaryFolder { folder in
            let path = folder + "/merged.pth"
            #expect(try conversion.output(to: path, options).write().map(\.path) == [path])
            return try elements(path)
        }
    }

    private func elements(_ path: String) throws -> [String: [Float]] {
        let tensors = try Checkpoint.open(path).stateDict().tensors
        return Dictionary(
            uniqueKeysWithValues: try tensors.map { ($0.key.text, try $0.tensor.withFloat32 { Array($0) }) })
    }

    @Test("LLaMA and LLaVA's delta, in float16, give the very numbers of upstream's script")
    func llava() throws {
        let folder = fixture("merging/llava")
        let result = try merged("llava_delta", ["delta=\(folder)/delta.pth", "base=\(folder)/base.pth"])
        #expect(result == (try elements(folder + "/merged.pth")))
        #expect(result.count == 23)
        let embedding = try #require(result["model.lang_encoder.model.embed_tokens.weight"])
        let delta = try #require(try elements(folder + "/delta.pth")["model.embed_tokens.weight"])
        #expect(embedding.suffix(12) == delta.suffix(12), "the rows that LLaMA lacks are LLaVA's own")
    }

    @Test(
        "a network, plain or the LoRAModel's own, and its LoRA layers give the numbers of upstream's script, but for the last bits",
        arguments: ["lora", "lora_swin"], ["base", "adapted"])
    func lora(model: String, network: String) throws {
        let folder = fixture("merging/\(model)")
        let inputs = ["base=\(folder)/\(network).pth", "lora=\(folder)/lora.pth"]
        let result = try merged("merge_lora", inputs, settings: ["alpha": "16"])
        let (expected, base) = try (elements(folder + "/merged.pth"), elements(folder + "/base.pth"))
        #expect(Set(result.keys) == Set(expected.keys))
        let adapted = try Set(
            elements(folder + "/lora.pth").keys.filter { $0.hasSuffix(".lora_up.weight") }.map {
                "backbone" + $0.dropFirst("backbone.module".count).dropLast("lora_up.weight".count) + "weight"
            })
        for (key, numbers) in expected {
            let found = try #require(result[key])
            guard adapted.contains(key) else {
                #expect(found == numbers, "\(key)")
                continue
            }
            #expect(found.count == numbers.count && found != base[key], "\(key)")
            let scale = numbers.map(abs).max() ?? 0
            let error = zip(found, numbers).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error <= 4 * scale * Float.ulpOfOne, "\(key): \(error)")
        }
    }

    @Test("without the alpha of the training, LoRA is not merged")
    func alpha() throws {
        let folder = fixture("merging/lora")
        let words = ["base=\(folder)/base.pth", "lora=\(folder)/lora.pth"]
        let options = ConversionOptions(
            inputs: words.map { ConversionOptions.Input(word: $0, names: ["base", "delta", "lora"]) })
        let conversion = try Conversion(options, rules: try RuleSource("merge_lora"))
        #expect(conversion.plan.errors.map(\.code) == [.undecidedSettings])
        #expect(conversion.plan.errors.first?.message.contains("alpha=16") == true)
    }
}
