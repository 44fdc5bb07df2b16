import Foundation
import TestSupport
import Testing

/// `verify` with goldens of another code base: `make_comparison_fixtures.py`.
@Suite struct VerifyLayersToolTests {
    private let original = fixture("comparison/vit.pth")
    private let config = fixture("comparison/vit_config.py")
    private let golden = fixture("comparison/layers.pth")

    /// Verifies the converted file.
    private func verify(_ words: [String]) throws -> ToolRun {
        let folder = try TemporaryFolder()
        let converted = folder.path("out.pth")
        let conversion = try ToolRun(
            "convert", ["--rules", "vit_torchvision", "--set", "size=other", original, converted])
        #expect(conversion.status == 0, "\(conversion.errors)")
        return try ToolRun("verify", [converted, "--config", config, "--golden", golden] + words)
    }

    @Test(
        "a golden with torchvision's names has its layers compared", arguments: [[], ["--rules", "vit_torchvision"]])
    func layers(words: [String]) throws {
        let run = try verify(["--layers", "--json"] + words)
        let report = try run.json()
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(report["layer_rules"] as? String == "vit_torchvision.rules")
        let layers = try #require(report["layers"] as? [[String: Any]])
        let names = layers.map { "\($0["recorded_as"] ?? "") \($0["module"] ?? "")" }
        for name in [
            "conv_proj backbone.patch_embed.projection", "encoder.layers.encoder_layer_1.ln_1 backbone.layers.1.ln1",
            "encoder.layers.encoder_layer_0.mlp.3 backbone.layers.0.ffn.layers.1", "encoder.ln backbone.ln1",
            "heads.head head.layers.head",
        ] { #expect(names.contains(name), "\(name): \(names)") }
        let unknown = try #require(report["unknown_layers"] as? [String])
        #expect(unknown.contains("encoder.dropout") && layers.count + unknown.count == 27)
        let text = try verify(["--layers"] + words).output
        #expect(text.split(separator: "\n").count { $0.contains("of the golden not compared") } == 1)
    }

    /// Verifies a converted file against torchvision's program.
    private func verifyAgainstProgram(converting input: String, _ words: [String] = []) throws -> ToolRun {
        let folder = try TemporaryFolder()
        let converted = folder.path("out.pth")
        #expect(
            try ToolRun("convert", ["--rules", "vit_torchvision", "--set", "size=other", input, converted]).status == 0)
        return try ToolRun(
            "verify",
            [
                converted, "--config", config, "--original", original, "--original-program",
                fixture("comparison/vit.pt2"), "--layers",
            ] + words)
    }

    @Test("layers of an original's program are compared under its own names by the bundled rules that name most")
    func originalLayers() throws {
        let run = try verifyAgainstProgram(converting: original, ["--json"])
        let report = try run.json()
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(report["layer_rules"] as? String == "vit_torchvision.rules")
        let layers = try #require(report["layers"] as? [[String: Any]])
        let names = layers.map { "\($0["recorded_as"] ?? "") \($0["module"] ?? "")" }
        for name in [
            "conv_proj backbone.patch_embed.projection", "encoder.ln backbone.ln1", "heads.head head.layers.head",
        ] { #expect(names.contains(name), "\(name): \(names)") }
        #expect((report["unknown_layers"] as? [String])?.contains("encoder.dropout") == true)
    }

    @Test("the first layer that differs from an original's is named, and no golden is spoken of")
    func originalDiffers() throws {
        let folder = try TemporaryFolder()
        let swapped = folder.path("swapped.pth")
        let renames = ["s/layer_1.ln_1/layer_1.ln_x/", "s/layer_1.ln_2/layer_1.ln_1/", "s/layer_1.ln_x/layer_1.ln_2/"]
        #expect(
            try ToolRun("convert", [original, swapped] + renames.flatMap { ["--rename", $0] }).status == 0)
        let run = try verifyAgainstProgram(converting: swapped)
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.output.contains("first diverging layer: backbone.layers.1.ln1\n"), "\(run.output)")
        #expect(run.output.contains("the float32 output differs from the original by up to"))
        #expect(!run.output.contains("golden"), "\(run.output)")
    }

    @Test("a checkpoint that is not converted is told by which rules it would be")
    func foreign() throws {
        let run = try ToolRun("verify", [original, "--config", config, "--golden", golden, "--layers"])
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(
            run.errors.contains("vit_config; convert it first: 'convert --rules vit_torchvision' takes all 32 keys"),
            "\(run.errors)")
    }

    @Test("rules that take the keys and give another network are named, with the flags that select the weights")
    func otherNetwork() throws {
        let run = try ToolRun(
            "verify",
            [original, "--strip-prefix", "auto", "--model", "resnet18_8xb32_in1k", "--golden", golden, "--layers"])
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(
            run.errors.contains(
                "resnet18_8xb32_in1k; 'convert --rules vit_torchvision --strip-prefix auto' takes all 32 keys, and gives "
                    + "another network"), "\(run.errors)")
    }

    @Test("the page has the layers as a tree and a chart, and loads nothing")
    func page() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("page.html")
        #expect(try verify(["--layers", "--html", path]).status == 0)
        let page = try String(contentsOfFile: path, encoding: .utf8)
        #expect(page.contains("id=\"layers-data\"") && page.contains("<svg viewBox") && page.contains(">passed<"))
        #expect(page.contains("default-src 'none'") && !page.contains("src=") && !page.contains("href="))
    }

    @Test("two goldens are compared without a model: equal but for rounding, another epsilon, another shape")
    func compare() throws {
        func compare(_ other: String, _ words: [String] = []) throws -> ToolRun {
            try ToolRun(
                "verify", ["--compare", fixture("comparison/golden.pth"), fixture("comparison/\(other).pth")] + words)
        }
        let again = try compare("again", ["--json"])
        #expect(again.status == 0, "\(again.output)")
        let report = try again.json()
        let error = try #require(report["max_abs_error"] as? Double)
        #expect(error > 0 && error <= (report["tolerance"] as? Double ?? 0))
        #expect(report["passed"] as? Bool == true && report["input_equal"] as? Bool == true)
        let wrong = try compare("wrong")
        #expect(wrong.status == 1)
        #expect(wrong.output.contains("first diverging layer: encoder.layers.encoder_layer_1.ln_1\n"))
        #expect(try compare("timm").status == 0)
        #expect(try compare("again", ["--tolerance", "0"]).status == 1)
        #expect(try compare("vit").status == 2)
        #expect(try compare("missing").status == 2)
        let unnamed = try ToolRun(
            "verify",
            [
                "--compare", golden, fixture("comparison/golden.pth"), "--rules", "resnet_torchvision", "--model",
                "resnet18_8xb32_in1k", "--tolerance", "1",
            ])
        #expect(unnamed.errors.contains("no layer is compared: by the rules, none of "), "\(unnamed.errors)")
        let usage = try ToolRun("verify", ["--compare", golden])
        #expect(usage.status == 2 && usage.errors.contains("--compare needs two goldens, found 1"))
        let ignored = try compare("again", ["--pipeline", "resnet50_8xb32_in1k"])
        #expect(ignored.status == 2 && ignored.errors.contains("--compare and --pipeline exclude each other"))
        let json = try compare("again", ["--format", "json"])
        #expect(try json.json()["passed"] as? Bool == true)
        let other = try ToolRun("verify", ["--compare", golden, fixture("goldens/small_net.pth"), "--json"])
        #expect(other.status == 1)
        let findings = try #require(try other.json()["findings"] as? [String])
        #expect(findings.contains { $0.hasPrefix("'output' has shape ") })
    }
}
