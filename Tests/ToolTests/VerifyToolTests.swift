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

    @Test("weights of another model are an error that names the file and the tensor")
    func wrongModel() throws {
        let run = try verify(model: "resnet18", ["--golden", Self.golden])
        #expect(run.status == 2)
        #expect(run.output == "")
    }

    @Test("the model and the golden must be given, and a number be one")
    func usage() throws {
        #expect(try ToolRun("verify", ["x.pth", "--model", "vgg16"]).errors.contains("--golden FILE is missing"))
        #expect(try ToolRun("verify", ["x.pth", "--golden", "y"]).errors.contains("--model NAME or --config CONFIG.py is missing"))
        let run = try verify(["--golden", Self.golden, "--tolerance", "-1"])
        #expect(run.status == 2)
        #expect(run.errors.contains("--tolerance needs a number of at least 0, found '-1'"))
        #expect(try verify(["--golden", fixture("checkpoints/state_dict.pth")]).status == 2)
    }
}
