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

    @Test("the model and the golden must be given, and a number be one")
    func usage() throws {
        #expect(try ToolRun("verify", ["x.pth", "--model", "vgg16"]).errors.contains("--golden FILE is missing"))
        #expect(
            try ToolRun("verify", ["x.pth", "--golden", "y"]).errors.contains(
                "--model NAME or --config CONFIG.py is missing"))
        let run = try verify(["--golden", Self.golden, "--tolerance", "-1"])
        #expect(run.status == 2)
        #expect(run.errors.contains("--tolerance needs a number of at least 0, found '-1'"))
        #expect(try verify(["--golden", fixture("checkpoints/state_dict.pth")]).status == 2)
    }
}
