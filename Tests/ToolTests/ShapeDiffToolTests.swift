import Foundation
import TestSupport
import Testing

@Suite struct ShapeDiffToolTests {
    /// The committed legacy file, converted into `folder`.
    private func converted(_ folder: TemporaryFolder) throws -> String {
        let path = folder.path + "/out.pth"
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", ConvertToolTests.legacy, path]).status == 0)
        return path
    }

    @Test("a backbone lacks the two tensors of the head, and nothing else")
    func headless() throws {
        let folder = try TemporaryFolder()
        let path = try converted(folder)
        let run = try ToolRun("shape-diff", [path, "--model", "mobilenet_v2"])
        #expect(run.status == 1)
        #expect(
            run.output == """
                \(path) against mobilenet-v2_8xb32_in1k: 312 tensors matched
                2 missing
                  head.fc.weight (1000, 1280) float32
                  head.fc.bias (1000,) float32

                """)
        let report = try ToolRun("shape-diff", [path, "--model", "mobilenet-v2_8xb32_in1k", "--json"]).json()
        #expect((report["matched"] as? [String])?.count == 312)
        #expect(report["missing"] as? [String] == ["head.fc.weight", "head.fc.bias"])
        for field in ["unexpected", "mismatched", "renames"] { #expect((report[field] as? [Any])?.isEmpty == true) }
    }

    @Test("what is ignored is not a difference")
    func ignored() throws {
        let folder = try TemporaryFolder()
        let path = try converted(folder)
        let run = try ToolRun("shape-diff", [path, "--model", "mobilenet_v2", "--ignore", "head.*"])
        #expect(run.status == 0)
        #expect(run.output.hasSuffix("312 tensors matched, nothing differs\n"))
    }

    @Test("an unconverted file is told each tensor's likely name")
    func renames() throws {
        let plan = try ToolRun(
            "convert", ["--rules", "mobilenet_v2", "--dry-run", "--json", ConvertToolTests.legacy]
        ).json()
        let entries = try #require(plan["entries"] as? [[String: Any]])
        let report = try ToolRun(
            "shape-diff", [ConvertToolTests.legacy, "--model", "mobilenet_v2", "--json"]
        ).json()
        #expect((report["missing"] as? [String])?.count == 314)
        #expect((report["unexpected"] as? [String])?.count == 312)
        let renames = try #require(report["renames"] as? [[String: String]])
        let truth = Dictionary(
            uniqueKeysWithValues: entries.map { ($0["target"] as? String, ($0["sources"] as? [String])?.first) })
        #expect(renames.count == 312)
        #expect(renames.allSatisfy { truth[$0["expected"]] == $0["found"] })
    }

    @Test("two checkpoints are compared with each other")
    func against() throws {
        let (old, new) = (fixture("checkpoints/state_dict.pth"), fixture("checkpoints/state_dict_legacy.pth"))
        #expect(try ToolRun("shape-diff", [new, "--against", old]).status == 0)
        let run = try ToolRun("shape-diff", [new, "--against", fixture("ckpt-tree/mixed.pth"), "--state-key", ""])
        #expect(run.status == 1)
        #expect(run.errors == "")
    }

    @Test("the model that a config describes is compared as the one that is built in")
    func config() throws {
        let folder = try TemporaryFolder()
        let path = try converted(folder)
        let config = try folder.write("mine.py", Data(VerifyToolTests.config.utf8))
        let run = try ToolRun("shape-diff", [path, "--config", config, "--num-classes", "10"])
        #expect(run.status == 1)
        #expect(
            run.output == """
                \(path) against mine: 312 tensors matched
                2 missing
                  head.fc.weight (10, 1280) float32
                  head.fc.bias (10,) float32

                """)
        let wide = try ToolRun(
            "shape-diff", [path, "--config", config, "--cfg-options", "model.backbone.widen_factor=2.0", "--json"])
        #expect(wide.status == 1)
        let mismatched = try #require(try wide.json()["mismatched"] as? [[String: Any]])
        #expect(mismatched.contains { $0["key"] as? String == "backbone.conv2.bn.bias" })
    }

    @Test("numbers of classes and input channels are taken from the checkpoint, unless they are said")
    func classes() throws {
        let folder = try TemporaryFolder()
        var tensors = try ModelFile.tensors(["--model", "shufflenet-v2-1x", "--num-classes", "10"])
        tensors[0].shape[1] = 4
        let path = try folder.write("ten.safetensors", try ModelFile.zeros(tensors))
        let run = try ToolRun("shape-diff", [path, "--model", "shufflenet-v2-1x"])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.errors.contains("the checkpoint has 10 classes and shufflenet-v2-1x_16xb64_in1k 1000; 10 is used"))
        #expect(
            run.errors.contains("the checkpoint has 4 input channels and shufflenet-v2-1x_16xb64_in1k 3; 4 is used"))
        let fixed = try ToolRun("shape-diff", [path, "--model", "shufflenet-v2-1x", "--num-classes", "1000", "--json"])
        #expect(fixed.status == 1)
        let mismatched = try #require(try fixed.json()["mismatched"] as? [[String: Any]])
        #expect(mismatched.map { $0["key"] as? String } == ["head.fc.weight", "head.fc.bias"])

        tensors[tensors.count - 1].shape = [11]
        let torn = try folder.write("torn.safetensors", try ModelFile.zeros(tensors))
        let disagreement = try ToolRun("shape-diff", [torn, "--model", "shufflenet-v2-1x"])
        #expect(disagreement.status == 2)
        #expect(
            disagreement.errors.hasSuffix("'head.fc.weight' has 10 classes, 'head.fc.bias' has 11\n"),
            "\(disagreement.errors)")
    }

    @Test("a buffer that the model computes is missing where the checkpoint lacks it")
    func computedBuffer() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write(
            "small.py",
            Data(
                GetFlopsToolTests.swin.replacingOccurrences(
                    of: "arch='tiny'",
                    with: "arch=dict(embed_dims=8, depths=[1, 1, 1, 1], num_heads=[1, 2, 2, 4])"
                ).replacingOccurrences(of: "768", with: "64").utf8))
        let tensors = try ModelFile.tensors([config])
        let key = "relative_position_index"
        let path = try folder.write(
            "without.safetensors", try ModelFile.zeros(tensors.filter { !$0.key.hasSuffix(key) }))
        let report = try ToolRun("shape-diff", [path, "--config", config, "--json"])
        #expect(report.status == 1)
        #expect(
            try report.json()["missing"] as? [String]
                == (0..<4).map { "backbone.stages.\($0).blocks.0.attn.w_msa.\(key)" })
        let whole = try folder.write("whole.safetensors", try ModelFile.zeros(tensors))
        #expect(try ToolRun("shape-diff", [whole, "--config", config]).status == 0)
    }

    @Test("what to compare with must be said, once")
    func usage() throws {
        let path = fixture("checkpoints/state_dict.pth")
        #expect(try ToolRun("shape-diff", [path]).status == 2)
        let run = try ToolRun("shape-diff", [path, "--model", "vgg16", "--against", path])
        #expect(run.status == 2)
        #expect(run.errors == "shape-diff: --against excludes --model, --config and --program (see --help)\n")
    }
}
