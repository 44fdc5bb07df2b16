import Foundation
import TestSupport
import Testing

@Suite struct CkptDiffToolTests {
    private let left = fixture("difference/left.pth")
    private let right = fixture("difference/right.pth")

    @Test("the tensors that changed most come first, under their modules")
    func report() throws {
        let run = try ToolRun("ckpt-diff", [left, right, "--top", "1", "--ignore", "shape", "--ignore", "*.[bi]*"])
        #expect(run.status == 1)
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines[0] == "\(left) against \(right)")
        #expect(lines[1].hasPrefix("  3 identical, "))
        #expect(lines[2] == "top level  1 tensor, relative –, max 1")
        #expect(lines[3] == "  zeros (5,) float32  max 1 at (0,), rms 1, relative –, cosine –")
        #expect(run.output.contains("more tensors; --top says how many are listed\n"))
    }

    @Test("a file has no difference from itself in another format")
    func otherFormat() throws {
        let copy = fixture("difference/right.safetensors")
        let run = try ToolRun("ckpt-diff", [right, copy, "--ignore", "types.[cqs]*"])
        #expect(run.status == 0)
        #expect(run.output.contains("  18 identical\n"))
    }

    @Test("keys of one kind that only one file has are one line")
    func kinds() throws {
        let folder = try TemporaryFolder()
        let (whole, cut) = (fixture("docs/resnet50.pth"), folder.path + "/cut.pth")
        #expect(try ToolRun("convert", ["--drop", "layer3.*.bn1.*", whole, cut]).status == 0)
        let run = try ToolRun("ckpt-diff", [whole, cut])
        #expect(run.status == 1)
        #expect(run.output.hasSuffix("\n30 only in \(whole)\n  layer3.{0..5}.bn1.*: 30 keys\n"), "\(run.output)")
    }

    @Test("under rules a converted file has the values of the original")
    func rules() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out.pth"
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", ConvertToolTests.legacy, path]).status == 0)
        let run = try ToolRun("ckpt-diff", ["--rules", "mobilenet_v2", ConvertToolTests.legacy, path])
        #expect(run.status == 0)
        #expect(run.output.contains("  312 identical\n"))
        let without = try ToolRun("ckpt-diff", [ConvertToolTests.legacy, path])
        #expect(without.status == 1)
        #expect(without.errors.contains("the two have no key in common; --rules NAME"))
        // 312 keys of either file, those of one kind on a line: as many lines are listed as of changed tensors.
        #expect(without.output.split(separator: "\n").count == 2 + (1 + 2) + (1 + 20 + 1), "\(without.output)")
        #expect(without.output.contains("\n  features.{0,18}.{0..1}.*: 12 keys\n"))
        #expect(without.output.hasSuffix("  and 23 more\n"))
        let wrong = try ToolRun("ckpt-diff", ["--rules", "vgg", ConvertToolTests.legacy, path])
        #expect(wrong.status == 2 && wrong.output.isEmpty)
        #expect(wrong.errors.contains("the rules do not fit it: "))
        #expect(wrong.errors.split(separator: "\n").count == 1)
    }

    @Test("the JSON report has every pair with its outcome")
    func json() throws {
        let report = try ToolRun("ckpt-diff", [left, right, "--json"]).json()
        let tensors = try #require(report["tensors"] as? [[String: Any]])
        let outcomes = Dictionary(
            uniqueKeysWithValues: tensors.map { ($0["key"] as? String, $0["outcome"] as? String) })
        #expect(outcomes["backbone.same.weight"] == "identical")
        #expect(outcomes["backbone.one.weight"] == "changed")
        #expect(outcomes["types.double"] == "equal")
        #expect(outcomes["shape"] == "shape")
        #expect(report["within_tolerance"] as? Bool == false)
        let one = try #require(tensors.first { $0["key"] as? String == "backbone.one.weight" })
        #expect(one["max"] as? Double == 0.75 && one["place"] as? [Int] == [4, 2, 1])
    }

    @Test("a tensor that spreads 16 bytes over terabytes is an error, not laid out in memory")
    func spread() throws {
        let file = fixture("hostile/checkpoints/expanded_terabytes.pth")
        let run = try ToolRun("ckpt-diff", [file, file])
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.errors.contains("a tensor spreads 16 bytes over 70,368,744,177,664"), "\(run.errors)")
    }

    @Test("an option that needs rules is refused without")
    func withoutRules() throws {
        let run = try ToolRun("ckpt-diff", [left, right, "--model", "resnet50"])
        #expect(run.status == 2 && run.errors.contains("it needs --rules"))
    }
}
