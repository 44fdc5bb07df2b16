import Foundation
import TestSupport
import Testing

/// fp8 weights with the scales of their blocks: see `scripts/makers/make_arithmetic_fixtures.py`.
@Suite struct UnscaledCastToolTests {
    @Test("a cast of fp8 weights without their scales is said, with the rule that multiplies them")
    func note() throws {
        let folder = try TemporaryFolder()
        let file = fixture("arithmetic/fp8/fp8.safetensors")
        let output = folder.path + "/out.safetensors"
        let cast = try ToolRun("convert", ["--dtype", "bfloat16", file, output])
        #expect(cast.status == 0)
        let words = "'l.0.up.weight' is cast without its scale 'l.0.up.weight_scale_inv'"
        #expect(cast.errors.contains(words), "\(cast.errors)")
        let start = try #require(cast.errors.range(of: "A rule multiplies them: ")?.upperBound)
        let rule = cast.errors[start...].prefix { $0 != "\n" }
        #expect(rule.hasSuffix("; cast bfloat16"))
        let rules = try folder.write("scale.rules", Data("rules fp8: a -> b\n\(rule)\n{k..} -> {k}\n".utf8))
        let scaled = try ToolRun("convert", ["--rules", rules, file, output])
        #expect(scaled.status == 0, "\(rule): \(scaled.errors)")
        #expect(!scaled.errors.contains("without"))
        let truth = fixture("arithmetic/fp8/fp8.truth.safetensors")
        let digests = try [output, truth].map { try ToolRun("ckpt-tree", [$0, "--flat", "--digest"]).output }
        #expect(digests[0] == digests[1])
    }

    @Test("torchao's names of fp8 weights and scales in safetensors files are known")
    func torchao() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/torchao.safetensors"
        let edits = [#"s/(l\..*)\.weight$/\1._weight_qdata/"#, #"s/\.weight_scale_inv$/._weight_scale/"#]
        let names = edits.flatMap { ["--rename", $0] } + [fixture("arithmetic/fp8/fp8.safetensors"), file]
        #expect(try ToolRun("convert", names).status == 0)
        let cast = try ToolRun("convert", ["--dtype", "bfloat16", file, folder.path + "/out.safetensors"])
        #expect(cast.errors.contains("is cast without its scale '"), "\(cast.errors)")
        let rule = "{k..}._weight_qdata, {k..}._weight_scale -> {k..}.weight : dequantize 128; cast bfloat16"
        #expect(cast.errors.contains(rule), "\(cast.errors)")
    }

    @Test("fp8 weights without scales beside them are cast without a word")
    func alone() throws {
        let folder = try TemporaryFolder()
        let file = fixture("arithmetic/fp8/fp8.safetensors")
        let words = ["--dtype", "bfloat16", "--drop", "*scale*", file, folder.path + "/o.pth"]
        let run = try ToolRun("convert", words)
        #expect(run.status == 0 && !run.errors.contains("scale"), "\(run.errors)")
    }
}
