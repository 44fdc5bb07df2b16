import Foundation
import TestSupport
import Testing

@Suite struct VerifyToolTests {
    static let golden = fixture("demo/mobilenet_v2_legacy_features.pth")

    /// Converts the committed legacy file and verifies it.
    private func verify(model: String = "mobilenet_v2", _ arguments: [String]) throws -> ToolRun {
        let folder = try TemporaryFolder()
        let converted = folder.path + "/out.pth"
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", ConvertToolTests.legacy, converted]).status == 0)
        return try ToolRun("verify", [converted, "--model", model] + arguments)
    }

    @Test("a converted backbone computes what PyTorch computed from the original")
    func passes() throws {
        for flags in [[], ["--precision", "float64"]] {
            let run = try verify(["--golden", Self.golden] + flags)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.output.contains("passed"))
            #expect(run.output.contains("noise floor"))
        }
    }

    @Test("tensors that the model does not have are a note, since they may be those of a deeper network")
    func strangers() throws {
        let folder = try TemporaryFolder()
        let (converted, more) = (folder.path("out.pth"), folder.path("more.pth"))
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", ConvertToolTests.legacy, converted]).status == 0)
        let rules = """
            rules more: a -> b
            backbone.conv1.conv.weight -> backbone.conv1.conv.weight, extra.weight
            backbone.{k..} -> backbone.{k}

            """
        let path = try folder.write("more.rules", Data(rules.utf8))
        #expect(try ToolRun("convert", ["--rules", path, converted, more]).status == 0)
        let run = try ToolRun("verify", [more, "--model", "mobilenet_v2", "--golden", Self.golden])
        #expect(run.status == 0)
        let note =
            "1 tensor of the checkpoint is not in mobilenet-v2_8xb32_in1k, 'extra.weight' first: "
            + "shape-diff lists them"
        #expect(run.errors == "verify: note: \(note)\n", "\(run.errors)")
        let alone = try ToolRun("verify", [converted, "--model", "mobilenet_v2", "--golden", Self.golden])
        #expect(alone.status == 0 && alone.errors.isEmpty)
    }

    @Test("the JSON report says by how much it differs and what the noise floor is")
    func json() throws {
        let report = try verify(["--golden", Self.golden, "--json"]).json()
        #expect(report["passed"] as? Bool == true)
        let error = try #require(report["max_abs_error"] as? Double)
        let floor = try #require(report["noise_floor"] as? Double)
        #expect(error > 0 && error < 4 * floor)
        #expect((report["cosine"] as? Double ?? 0) > 0.999_999)
        for field in ["max_rel_error", "top1_equal", "top5_equal", "layers"] {
            #expect(report[field] != nil, "\(field)")
        }
    }

    @Test("an input that is no image is an error that names the golden")
    func emptyInput() throws {
        let folder = try TemporaryFolder()
        let header =
            #"{"input":{"dtype":"F32","shape":[0,3,64,64],"data_offsets":[0,0]},"#
            + #""output":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        let golden = try folder.write("golden.safetensors", length + Array(header.utf8) + [0, 0, 0, 0])
        let run = try verify(["--golden", golden])
        #expect(run.status == 2)
        #expect(run.errors.contains("golden.safetensors: the golden's 'input': backbone.conv1"), "\(run.errors)")
    }

    @Test("a tolerance that is not met is a finding")
    func fails() throws {
        let folder = try TemporaryFolder()
        let junit = folder.path + "/report.xml"
        let run = try verify(["--golden", Self.golden, "--tolerance", "1e-12", "--junit", junit])
        #expect(run.status == 1)
        #expect(run.output.contains("failed"))
        let xml = try String(contentsOfFile: junit, encoding: .utf8)
        #expect(xml.contains("failures=\"1\""))
    }

    @Test(
        "weights of another model are an error that names the file and the tensor",
        arguments: [
            ("resnet18", "backbone.conv1.weight"),
            ("efficientnet-b0_3rdparty_8xb32_in1k", "backbone.layers.0.conv.weight"),
        ])
    func wrongModel(model: String, key: String) throws {
        let run = try verify(model: model, ["--golden", Self.golden])
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.errors.contains("/out.pth: ") && run.errors.contains("'\(key)'"), "\(run.errors)")
    }

    /// The model of the golden, as MMPreTrain's config of it.
    static let config = """
        model = dict(
            type='ImageClassifier',
            backbone=dict(type='MobileNetV2', widen_factor=1.0),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', num_classes=1000, in_channels=1280))

        """

    @Test("the state dict of a LoRAModel alone is told what merges it with the network that it leaves out")
    func frozenNetwork() throws {
        let run = try ToolRun(
            "verify",
            [
                fixture("merging/lora/lora.pth"), "--model", "vit-base-p16_8xb64-lora_in1k-384px", "--golden",
                fixture("goldens/resnet101_8xb32_in1k.pth"),
            ])
        #expect(run.status == 2 && run.output == "")
        #expect(run.errors.contains("; the state dict of a LoRAModel leaves the frozen network out"), "\(run.errors)")
        #expect(run.errors.contains("convert --rules merge_lora"), "\(run.errors)")
    }

    @Test("the model that a config describes gives the figures of the one that is built in")
    func config() throws {
        let folder = try TemporaryFolder()
        let converted = folder.path("out.pth")
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", ConvertToolTests.legacy, converted]).status == 0)
        let config = try folder.write("mine.py", Data(Self.config.utf8))
        func report(_ words: [String]) throws -> [String: Any] {
            try ToolRun("verify", [converted, "--golden", Self.golden, "--json"] + words).json()
        }
        let (named, described) = (try report(["--model", "mobilenet_v2"]), try report(["--config", config]))
        #expect(described["passed"] as? Bool == true)
        #expect(described["max_abs_error"] as? Double == named["max_abs_error"] as? Double)
        #expect(described["noise_floor"] as? Double == named["noise_floor"] as? Double)
        let wide = try ToolRun(
            "verify",
            [
                converted, "--golden", Self.golden, "--config", config, "--cfg-options",
                "model.backbone.widen_factor=2.0", "model.head.in_channels=2560",
            ])
        #expect(wide.status == 2)
        #expect(wide.errors.contains("/out.pth: ") && wide.errors.contains("'backbone.conv"), "\(wide.errors)")
    }

    @Test("without a checkpoint the model is tested by itself")
    func alone() throws {
        let folder = try TemporaryFolder()
        let junit = folder.path("report.xml")
        let run = try ToolRun("verify", ["--model", "resnet18_8xb16_cifar10", "--json", "--junit", junit])
        let report = try run.json()
        #expect(run.status == 0)
        #expect(report["passed"] as? Bool == true && report["note"] as? String == "no weights")
        #expect(report["parameters"] as? Int == 11_173_962)
        #expect(try String(contentsOfFile: junit, encoding: .utf8).contains("failures=\"0\" errors=\"0\""))
        for (words, message) in [
            (["--golden", Self.golden], "--golden needs CKPT"), (["--images", "x.jpg"], "--images needs CKPT"),
            (["--shard", "1/2"], "--shard needs --suite"),
        ] {
            let run = try ToolRun("verify", ["--model", "resnet18_8xb16_cifar10"] + words)
            #expect(run.status == 2)
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }

    @Test("a suite's exit code says whether something failed or could not run, and every report is written")
    func suite() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("mine.py", Data(Self.config.utf8))
        let early = Self.config.replacingOccurrences(of: "in_channels=1280", with: "in_channels=64")
        try folder.write("wrong.py", Data(early.utf8))
        let (junit, html) = (folder.path("report.xml"), folder.path("report.html"))
        func run(_ suite: String, _ words: [String] = []) throws -> ToolRun {
            let path = try folder.write("suite.yml", Data(suite.utf8))
            try? FileManager.default.removeItem(atPath: html)
            return try ToolRun("verify", ["--suite", path, "--junit", junit, "--html", html] + words)
        }
        func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
        #expect(try run("- {config: mine.py, name: a}").status == 0)
        #expect(try text(junit).contains("tests=\"1\" failures=\"0\" errors=\"0\""))
        let error = try run("- {config: mine.py, name: a}\n- {config: wrong.py, name: b}", ["--json"])
        #expect(error.status == 2)
        #expect((try error.json()["error"] as? String)?.hasPrefix("b: ") == true)
        #expect(try text(junit).contains("tests=\"2\" failures=\"0\" errors=\"1\""))
        #expect(try text(html).contains(">ERROR<"))
        let said = try run("- {config: wrong.py, name: b}")
        #expect(said.errors.hasPrefix("verify: b: ") && !said.output.contains("\nb: "), "an error is said once")
        let half = try run("- {config: wrong.py, name: b}\n- {config: mine.py, name: a}", ["--shard", "1/2", "--json"])
        let merged = try ToolRun("verify", ["--merge", folder.write("half.json", Data(half.output.utf8))])
        #expect(merged.status == 2 && merged.errors.hasPrefix("verify: b: "), "\(merged.errors)")
        #expect(merged.errors.contains("verify: missing part: 1 model of 2 is in none of the reports"))
        let unreadable = try run("- {modell: x}")
        #expect(unreadable.status == 2 && unreadable.output.isEmpty)
        #expect(try text(junit).contains("<error message=") && text(html).contains("did you mean"))
        #expect(try run("- {config: mine.py}", ["--shard", "3/2"]).errors.contains("--shard needs K/N"))
        #expect(try run("- {config: mine.py}", ["--config", config]).errors.contains("exclude each other"))
    }

    @Test("the model and the golden must be given, and a number be one")
    func usage() throws {
        #expect(try ToolRun("verify", ["x.pth", "--model", "vgg16"]).errors.contains("--golden FILE or"))
        #expect(
            try ToolRun("verify", ["x.pth", "--golden", "y"]).errors.contains(
                "--model NAME, --config CONFIG.py or --program FILE.pt2 is missing"))
        let run = try verify(["--golden", Self.golden, "--tolerance", "-1"])
        #expect(run.status == 2)
        #expect(run.errors.contains("--tolerance needs a number of at least 0, found '-1'"))
        #expect(try verify(["--golden", fixture("checkpoints/state_dict.pth")]).status == 2)
    }
}
