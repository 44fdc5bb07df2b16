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

    @Test("what is ignored is no difference")
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

    @Test("what to compare with must be said, once")
    func usage() throws {
        let path = fixture("checkpoints/state_dict.pth")
        #expect(try ToolRun("shape-diff", [path]).status == 2)
        let run = try ToolRun("shape-diff", [path, "--model", "vgg16", "--against", path])
        #expect(run.status == 2)
        #expect(run.errors == "shape-diff: --against excludes --model and --config (see --help)\n")
    }
}
